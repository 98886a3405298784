import type { Opus } from '@xmpp-call/opus';
import type { Vp8 } from '@xmpp-call/vp8';
import type { WarmUp } from '../core/choice/core-choice.js';
import type { Clock } from '../core/clock.js';

/** Frame size by which `auto` decides [pixels]. */
export const MEASURED_WIDTH = 640;
export const MEASURED_HEIGHT = 360;
const MEASURED_SPEED = 8;

const OPUS_FRAME = 960;
/**
 * Frames before the engine has optimised the code, frames that are measured one by one, and frames whose mean is measured if the
 * clock is too coarse for one.
 */
const OPUS_FRAMES = { warm: 10, measured: 9, repeated: 100 };
const VP8_FRAMES = { warm: 4, measured: 5, repeated: 20 };
/** Maximum resolution of a usable clock [ms]: that of Firefox is 1, and 16.7 where it resists fingerprinting. */
const MAX_RESOLUTION_MS = 5;
/** Frames after which the thread is yielded. */
const FRAMES_PER_TURN = 10;

/** Measures encoding and decoding of 20 ms of a noisy tone [ms]. */
export async function measureOpus(opus: Opus, clock: Clock): Promise<Pick<WarmUp, 'opusEncode' | 'opusDecode'>> {
  const encoder = opus.createEncoder({ sampleRate: 48_000, channels: 1, bitrate: 32_000 });
  const decoder = opus.createDecoder({ sampleRate: 48_000, channels: 1 });
  const samples = new Float32Array(OPUS_FRAME);
  const packet = new Uint8Array(1276);
  const noise = noiseOf(1);
  let time = 0;
  try {
    const { encode: opusEncode, decode: opusDecode } = await measure(clock, OPUS_FRAMES, () => {
      for (let i = 0; i < OPUS_FRAME; i++) samples[i] = 0.2 * Math.sin(0.03 * time++) + 0.05 * (noise() - 0.5);
      return [() => encoder.encode(samples, packet), (bytes) => decoder.decode(packet.subarray(0, bytes), samples)];
    });
    return { opusEncode, opusDecode };
  } finally {
    encoder.dispose();
    decoder.dispose();
  }
}

/** Measures encoding and decoding of a moving frame of 640x360 pixels at speed 8 [ms]. */
export async function measureVp8(vp8: Vp8, clock: Clock): Promise<Pick<WarmUp, 'vp8Encode' | 'vp8Decode'>> {
  const size = { width: MEASURED_WIDTH, height: MEASURED_HEIGHT };
  vp8.warmUp(size);
  const encoder = vp8.createEncoder({ ...size, framesPerSecond: 30, bitrate: 500_000, speed: MEASURED_SPEED });
  const decoder = vp8.createDecoder();
  const data = new Uint8Array((MEASURED_WIDTH * MEASURED_HEIGHT * 3) / 2);
  const packet = new Uint8Array(encoder.maxPacketBytes);
  let frame = 0;
  try {
    const { encode: vp8Encode, decode: vp8Decode } = await measure(clock, VP8_FRAMES, () => {
      drawPattern(data, frame++);
      return [
        () => encoder.encode({ format: 'I420', ...size, data }, packet),
        (bytes) => void decoder.decode(packet.subarray(0, bytes)),
      ];
    });
    return { vp8Encode, vp8Decode };
  } finally {
    encoder.dispose();
    decoder.dispose();
  }
}

type Round = () => readonly [encode: () => number, decode: (bytes: number) => void];

/** Times [ms]; undefined if the clock is too coarse. */
interface Measured {
  readonly encode: number | undefined;
  readonly decode: number | undefined;
}

interface Frames {
  readonly warm: number;
  readonly measured: number;
  readonly repeated: number;
}

/**
 * Measures the minimum of several rounds, which shows the speed of the device: at the start of a call other work uses its cores
 * too, and an overload shows during the call. If the minimum is 0 by the clock, measures the mean of many rounds.
 */
async function measure(clock: Clock, frames: Frames, prepare: Round): Promise<Measured> {
  const encode = new Timing();
  const decode = new Timing();
  for (let round = 0; round < frames.warm; round++) await run(clock, prepare, undefined);
  for (let round = 0; round < frames.measured; round++) await run(clock, prepare, { encode, decode });
  if (encode.min > 0 && decode.min > 0) return { encode: encode.min, decode: decode.min };
  for (let round = 1; round <= frames.repeated; round++) {
    await run(clock, prepare, { encode, decode }, round % FRAMES_PER_TURN === 0);
  }
  const resolution = Math.min(encode.resolution, decode.resolution);
  return { encode: encode.estimate(resolution), decode: decode.estimate(resolution) };
}

/** Encodes and decodes a frame. @param yields whether to yield the thread afterwards */
async function run(
  clock: Clock,
  prepare: Round,
  timings: { readonly encode: Timing; readonly decode: Timing } | undefined,
  yields = true,
): Promise<void> {
  const [encode, decode] = prepare();
  const started = clock.now();
  const bytes = encode();
  const encoded = clock.now();
  decode(bytes);
  const decoded = clock.now();
  timings?.encode.add(encoded - started);
  timings?.decode.add(decoded - encoded);
  if (yields) await new Promise<void>((resolve) => clock.after(0, resolve));
}

/** Durations of several runs, by a clock of limited resolution. */
class Timing {
  /** Minimum duration [ms]. */
  min = Infinity;
  /** Minimum duration other than 0 [ms], which is at least the resolution of the clock. */
  resolution = Infinity;
  #sum = 0;
  #runs = 0;

  add(ms: number): void {
    this.min = Math.min(this.min, ms);
    if (ms > 0) this.resolution = Math.min(this.resolution, ms);
    this.#sum += ms;
    this.#runs++;
  }

  /** Duration of a run [ms]; undefined if the clock is too coarse. */
  estimate(resolution: number): number | undefined {
    if (this.min > 0) return this.min;
    return resolution > MAX_RESOLUTION_MS ? undefined : Math.max(this.#sum, resolution) / this.#runs;
  }
}

/** Draws moving waves with noise in luma and chroma. */
function drawPattern(data: Uint8Array, frame: number): void {
  const noise = noiseOf(frame + 1);
  const wave = Float64Array.from({ length: MEASURED_WIDTH }, (_, x) => 50 * Math.sin((x + 2 * frame) / 17));
  for (let start = 0, y = 0; start < data.length; start += MEASURED_WIDTH, y++) {
    const level = 120 + 40 * Math.cos((y - frame) / 13);
    for (let x = 0; x < MEASURED_WIDTH; x++) data[start + x] = level + (wave[x] ?? 0) + 8 * noise();
  }
}

/** Pseudo-random numbers from 0 to 1. */
function noiseOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
}
