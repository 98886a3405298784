import { init, type Opus, type WasmInput } from './index.js';
import { decodeAll, encodeAll } from './opus.testing.js';

/** Loads the codec where it is run, and gives sound back through an encoder and a decoder. */
export async function echo(input: WasmInput | undefined, samples: Float32Array): Promise<Float32Array> {
  const opus = await init(input);
  return echoOf(opus, samples);
}

function echoOf(opus: Opus, samples: Float32Array): Float32Array {
  const encoder = opus.createEncoder({ sampleRate: 48000, channels: 1, bitrate: 64_000 });
  const decoder = opus.createDecoder({ sampleRate: 48000, channels: 1 });
  const sound = decodeAll(decoder, encodeAll(encoder, samples));
  encoder.dispose();
  decoder.dispose();
  return sound;
}
