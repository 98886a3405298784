import { cosine, decay, Random, sine } from './deterministic.js';
import { normalised } from './speech.js';
import type { SoundOptions } from './speech.js';

const PARTIALS = 10;
const CHORD_SECONDS = 0.6;
const PEAK = 0.7;
/** Fourths and fifths, thirds and sevenths over a root, as ratios. */
const CHORDS = [
  [1, 5 / 4, 3 / 2, 2],
  [1, 6 / 5, 3 / 2, 9 / 4],
  [1, 4 / 3, 5 / 3, 2],
  [1, 5 / 4, 3 / 2, 15 / 8],
] as const;
const ROOTS_HZ = [110, 146.83, 164.81, 130.81, 98, 196] as const;

/** Chords of plucked strings, spread over both channels, with a brushed beat: interleaved stereo, -1 to 1. */
export function music({ sampleRate, seconds, seed = 1 }: SoundOptions): Float32Array<ArrayBuffer> {
  const random = new Random(seed);
  const samples = new Float32Array(Math.round(sampleRate * seconds) * 2);
  const chordFrames = Math.round(CHORD_SECONDS * sampleRate);
  for (let begin = 0; begin < samples.length / 2; begin += chordFrames) {
    const root = ROOTS_HZ[random.below(ROOTS_HZ.length)] ?? ROOTS_HZ[0];
    const chord = CHORDS[random.below(CHORDS.length)] ?? CHORDS[0];
    chord.forEach((ratio, voice) => {
      const start = begin + Math.round(voice * 0.03 * sampleRate);
      pluck(samples, start, root * ratio, random.between(0.15, 0.85), sampleRate, random);
    });
    for (const beat of [0, 0.5]) brush(samples, begin + Math.round(beat * chordFrames), sampleRate, random);
  }
  return normalised(samples, PEAK);
}

/** Adds one string: partials that die the sooner the higher they are. */
function pluck(
  samples: Float32Array,
  begin: number,
  hz: number,
  pan: number,
  sampleRate: number,
  random: Random,
): void {
  for (let partial = 1; partial <= PARTIALS; partial += 1) {
    // Stiff strings are slightly sharp in their upper partials.
    const turns = (hz * partial * (1 + 0.0004 * partial * partial)) / sampleRate;
    if (turns > 0.45) return;
    const lossPerSample = (2.2 + 0.9 * partial) / sampleRate;
    const radius = decay(lossPerSample);
    const first = 2 * radius * cosine(turns);
    const second = -radius * radius;
    let before = 0;
    let current = (random.between(0.6, 1) / partial) * sine(turns);
    const end = Math.min(samples.length / 2, begin + Math.round(6 / lossPerSample));
    for (let frame = begin; frame < end; frame += 1) {
      samples[frame * 2] = (samples[frame * 2] ?? 0) + current * (1 - pan);
      samples[frame * 2 + 1] = (samples[frame * 2 + 1] ?? 0) + current * pan;
      const next = first * current + second * before;
      before = current;
      current = next;
    }
  }
}

/** Adds 60 ms of noise that fades and, by its difference, has no bass. */
function brush(samples: Float32Array, begin: number, sampleRate: number, random: Random): void {
  const length = Math.round(0.06 * sampleRate);
  const end = Math.min(samples.length / 2, begin + length);
  let before = 0;
  for (let frame = begin; frame < end; frame += 1) {
    const fade = 1 - (frame - begin) / length;
    const noise = random.between(-1, 1);
    const value = (noise - before) * 0.12 * fade * fade;
    before = noise;
    samples[frame * 2] = (samples[frame * 2] ?? 0) + value;
    samples[frame * 2 + 1] = (samples[frame * 2 + 1] ?? 0) + value * 0.8;
  }
}
