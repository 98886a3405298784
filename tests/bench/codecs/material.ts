/** What is encoded: clips at four sizes, and sound. */
import { type I420Frame, busy, music, speech, talkingHead } from '@xmpp-call/wasm-testing';

export const CLIPS = { talkingHead, busy } as const;
export type ClipName = keyof typeof CLIPS;

export interface VideoSize {
  readonly name: '180p' | '360p' | '720p' | '1080p';
  readonly width: number;
  readonly height: number;
  /** bits/s of the measurements at this size. */
  readonly bitrate: number;
}

export const SIZES: readonly VideoSize[] = [
  { name: '180p', width: 320, height: 180, bitrate: 150_000 },
  { name: '360p', width: 640, height: 360, bitrate: 500_000 },
  { name: '720p', width: 1280, height: 720, bitrate: 1_500_000 },
  { name: '1080p', width: 1920, height: 1080, bitrate: 3_000_000 },
];
export const HD: VideoSize = { name: '720p', width: 1280, height: 720, bitrate: 1_500_000 };

export const SPEEDS = [4, 6, 8, 12, 16] as const;
export const FRAMES_PER_SECOND = 30;
export const SAMPLE_RATE = 48_000;
/** 20 ms. */
export const SAMPLES_PER_FRAME = 960;

export interface ClipRequest {
  readonly clip: ClipName;
  readonly width: number;
  readonly height: number;
  /** Pictures to synthesise; they are shown forwards and backwards, so that the clip goes on without a cut. */
  readonly pictures: number;
}

let last: { readonly key: string; readonly frames: readonly I420Frame[] } | undefined;

/** One period of a clip. Only the latest one is kept: it is large. */
export function clipPeriod({ clip, width, height, pictures }: ClipRequest): readonly I420Frame[] {
  const key = `${clip} ${width}x${height} ${pictures}`;
  if (last?.key === key) return last.frames;
  last = undefined;
  const source = CLIPS[clip]({ width, height, frames: pictures });
  const forwards = Array.from({ length: pictures }, (_, index) => source.frame(index));
  last = { key, frames: [...forwards, ...forwards.slice(1, -1).reverse()] };
  return last.frames;
}

/** The frame at `index` of an endless repetition. */
export function frameAt(period: readonly I420Frame[], index: number): I420Frame {
  const frame = period[index % period.length];
  if (frame === undefined) throw new RangeError('an empty clip');
  return frame;
}

export interface SoundRequest {
  readonly kind: 'speech' | 'music';
  /** Of 20 ms. */
  readonly frames: number;
}

const sounds = new Map<string, Float32Array<ArrayBuffer>>();

/** Speech is mono, music stereo (interleaved). */
export function sound({ kind, frames }: SoundRequest): Float32Array<ArrayBuffer> {
  const key = `${kind} ${frames}`;
  const known = sounds.get(key);
  if (known !== undefined) return known;
  const options = { sampleRate: SAMPLE_RATE, seconds: (frames * SAMPLES_PER_FRAME) / SAMPLE_RATE };
  const samples = kind === 'speech' ? speech(options) : music(options);
  sounds.set(key, samples);
  return samples;
}
