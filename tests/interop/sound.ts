import { SAMPLE_RATE } from '../tools/loudspeaker.js';

/** The strongest tone in a recording. */
export interface Tone {
  readonly frequencyHz: number;
  /** Peak of the sine, 0 to 1 (full scale). */
  readonly amplitude: number;
  /** Power of the tone over the power of everything else, in dB. */
  readonly snrDb: number;
}

const LOWEST_HZ = 100;
const HIGHEST_HZ = 4000;
const STEP_HZ = 10;

/** Amplitude of one frequency (Goertzel's algorithm). */
function amplitudeAt(samples: Float32Array, frequencyHz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * frequencyHz) / SAMPLE_RATE);
  let last = 0;
  let beforeLast = 0;
  for (const sample of samples) {
    const next = sample + factor * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  const power = last * last + beforeLast * beforeLast - factor * last * beforeLast;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

function meanPower(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum / samples.length;
}

/** Measures the strongest tone between 100 and 4000 Hz; silence has amplitude 0. */
export function strongestTone(samples: Float32Array): Tone {
  let frequencyHz = 0;
  let amplitude = 0;
  for (let candidate = LOWEST_HZ; candidate <= HIGHEST_HZ; candidate += STEP_HZ) {
    const found = amplitudeAt(samples, candidate);
    if (found > amplitude) {
      frequencyHz = candidate;
      amplitude = found;
    }
  }
  const tonePower = (amplitude * amplitude) / 2;
  const rest = Math.max(meanPower(samples) - tonePower, 1e-12);
  return { frequencyHz, amplitude, snrDb: 10 * Math.log10(Math.max(tonePower, 1e-12) / rest) };
}
