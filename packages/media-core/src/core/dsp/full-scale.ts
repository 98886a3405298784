/** 12 dB above full scale: decoded only from crafted packets, never from encoded audio. */
const MAX_PLAUSIBLE = 4;

/**
 * Clips decoded samples to -1…1 and replaces NaN by 0.
 * @returns whether all samples are plausible; if not, the decoder's state is invalid too
 */
export function clampToFullScale(samples: Float32Array): boolean {
  let isPlausible = true;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? 0;
    if (sample >= -1 && sample <= 1) continue;
    isPlausible &&= Math.abs(sample) <= MAX_PLAUSIBLE;
    samples[i] = Number.isNaN(sample) ? 0 : Math.sign(sample);
  }
  return isPlausible;
}
