import { busy, fnv1a, framesOf, music, screen, speech, talkingHead } from './index.js';
import type { Clip, ClipOptions } from './index.js';

/** What all synthesised material hashes to, on every engine. */
export const FINGERPRINTS = {
  'talkingHead 64x48': () => ofClip(talkingHead, { width: 64, height: 48, frames: 12 }),
  'talkingHead 333x217': () => ofClip(talkingHead, { width: 333, height: 217, frames: 3, seed: 7 }),
  'busy 64x48': () => ofClip(busy, { width: 64, height: 48, frames: 12 }),
  'busy 333x217': () => ofClip(busy, { width: 333, height: 217, frames: 3, seed: 7 }),
  'screen 64x48': () => ofClip(screen, { width: 64, height: 48, frames: 60 }),
  'screen 333x217': () => ofClip(screen, { width: 333, height: 217, frames: 3, seed: 7 }),
  'speech 16 kHz': () => ofSamples(speech({ sampleRate: 16_000, seconds: 2 })),
  'speech 48 kHz': () => ofSamples(speech({ sampleRate: 48_000, seconds: 1, seed: 7 })),
  'music 48 kHz': () => ofSamples(music({ sampleRate: 48_000, seconds: 1 })),
} as const;

export const EXPECTED: Readonly<Record<keyof typeof FINGERPRINTS, number>> = {
  'talkingHead 64x48': 0x5934d238,
  'talkingHead 333x217': 0x5bfa14bd,
  'busy 64x48': 0xab6f852c,
  'busy 333x217': 0x01d9265b,
  'screen 64x48': 0x46d346a0,
  'screen 333x217': 0x92d8bc34,
  'speech 16 kHz': 0x2145b91e,
  'speech 48 kHz': 0x763a6470,
  'music 48 kHz': 0xd354034b,
};

function ofClip(make: (options: ClipOptions) => Clip, options: ClipOptions): number {
  let hash: number | undefined;
  for (const { data } of framesOf(make(options))) hash = fnv1a(data, hash);
  return hash ?? 0;
}

function ofSamples({ buffer, byteOffset, byteLength }: Float32Array): number {
  return fnv1a(new Uint8Array(buffer, byteOffset, byteLength));
}
