/// <reference path="../../../packages/media-core/src/worklet/audio-worklet-scope.d.ts" />
/* global AudioWorkletProcessor, registerProcessor */
/** Samples of a window: 10.7 ms at 48 kHz. */
const WINDOW_SAMPLES = 512;
/** RMS below which a window is silent: -50 dB of full scale. */
const SILENT_RMS = 0.003;

/** Tells for each window whether it is silent. */
class GapMeter extends AudioWorkletProcessor {
  #squares = 0;
  #samples = 0;

  /** @param {Float32Array[][]} inputs */
  process([input]) {
    const channel = input?.[0];
    for (let index = 0; index < 128; index++) this.#squares += (channel?.[index] ?? 0) ** 2;
    this.#samples += 128;
    if (this.#samples >= WINDOW_SAMPLES) {
      this.port.postMessage(Math.sqrt(this.#squares / this.#samples) < SILENT_RMS);
      this.#squares = 0;
      this.#samples = 0;
    }
    return true;
  }
}

registerProcessor('gap-meter', GapMeter);
