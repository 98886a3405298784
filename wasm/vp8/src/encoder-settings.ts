import type { EncoderSettings } from './encoder-options.js';

/** Bytes of `Settings` in `glue/encoder.c`, which `Packet` follows. */
export const SETTINGS_WORDS = 12;

/** Writes `Settings` of `glue/encoder.c` to the beginning of an encoder. */
export function writeSettings(words: Int32Array, encoder: number, settings: EncoderSettings): void {
  words.set(
    [
      settings.width,
      settings.height,
      Math.round(settings.bitrate / 1000),
      -settings.speed,
      settings.minQuantizer,
      settings.maxQuantizer,
      settings.staticThreshold,
      settings.maxIntraBitratePercent,
      settings.screenContent,
      settings.keyFrameInterval,
      settings.temporalLayers,
      settings.errorResilient,
    ],
    encoder >> 2,
  );
}
