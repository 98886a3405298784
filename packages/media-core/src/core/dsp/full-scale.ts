/** Beyond full scale by 12 dB: no encoder of sound makes that, but a decoder does of packets that were made up. */
const ABSURD = 4;

/**
 * Brings decoded samples into full scale, what is no number to 0.
 * @returns whether they can have been sound; if not, the decoder's memory is as absurd
 */
export function bringIntoScale(samples: Float32Array): boolean {
  let isSound = true;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] ?? 0;
    if (sample >= -1 && sample <= 1) continue;
    isSound &&= Math.abs(sample) <= ABSURD;
    samples[i] = Number.isNaN(sample) ? 0 : Math.sign(sample);
  }
  return isSound;
}
