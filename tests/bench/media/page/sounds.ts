import { Random, speech } from '@xmpp-call/wasm-testing';
import { chirp } from './chirp.js';

export const SAMPLE_RATE = 48_000;

/** What a microphone plays: chirps over faint noise, the noise alone, or speech. */
export type SoundName = 'chirps' | 'noise' | 'speech';

const LOOP_SECONDS = 20;
/** About -60 dB of full scale: a quiet room. */
const NOISE = 0.002;
/** Seconds between chirps, uniformly distributed, so that they fall anywhere in a packet. */
const CHIRP_DISTANCE = [0.95, 1.25] as const;
const SEED = 5;

/** One round of the loop, mono, 48 kHz; the same at each call. */
export function loopOf(name: SoundName): Float32Array<ArrayBuffer> {
  if (name === 'speech') return speech({ sampleRate: SAMPLE_RATE, seconds: LOOP_SECONDS, seed: SEED });
  const random = new Random(SEED);
  const samples = Float32Array.from({ length: LOOP_SECONDS * SAMPLE_RATE }, () => random.between(-NOISE, NOISE));
  if (name === 'noise') return samples;
  const sound = chirp();
  for (let at = 0.2; at < LOOP_SECONDS - CHIRP_DISTANCE[0]; at += random.between(...CHIRP_DISTANCE)) {
    const start = Math.round(at * SAMPLE_RATE);
    sound.forEach((sample, index) => (samples[start + index] = (samples[start + index] ?? 0) + sample));
  }
  return samples;
}
