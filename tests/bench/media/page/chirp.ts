const SAMPLE_RATE = 48_000;
const LOWEST_HZ = 900;
const HIGHEST_HZ = 3500;
const PEAK = 0.6;

/** 6 ms. */
export const CHIRP_SAMPLES = 288;

/** A rising tone under a Hann window at 48 kHz, in the middle of what speech codecs are good at. */
export function chirp(): Float32Array {
  return Float32Array.from({ length: CHIRP_SAMPLES }, (_, index) => {
    const x = index / CHIRP_SAMPLES;
    const cycles = (CHIRP_SAMPLES / SAMPLE_RATE) * (LOWEST_HZ * x + ((HIGHEST_HZ - LOWEST_HZ) * x * x) / 2);
    return PEAK * 0.5 * (1 - Math.cos(2 * Math.PI * x)) * Math.sin(2 * Math.PI * cycles);
  });
}
