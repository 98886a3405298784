import type { Opus } from '@xmpp-call/opus';
import type { Vp8 } from '@xmpp-call/vp8';
import type { WarmUp } from '../core/choice/core-choice.js';
import type { Clock } from '../core/clock.js';

/** Size that `auto` judges by. */
export const MEASURED_WIDTH = 640;
export const MEASURED_HEIGHT = 360;
const MEASURED_SPEED = 8;

const OPUS_FRAME = 960;
/** Frames until engines have optimised, frames measured after them, and those where the clock does not tell one from none. */
const OPUS_FRAMES = { warm: 10, measured: 9, repeated: 100 };
const VP8_FRAMES = { warm: 4, measured: 5, repeated: 20 };
/** A clock that ticks in more ms tells nothing: Firefox's ticks in 1 ms, and in 16.7 where it resists fingerprinting. */
const COARSEST_MS = 5;
/** Frames after which others get the thread. */
const IN_A_ROW = 10;

/** ms of encoding and decoding 20 ms of a noisy tone. */
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

/** ms of encoding and decoding a moving picture of 640x360 at speed 8. */
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

/** ms; undefined where the clock is too coarse to tell. */
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
 * The least of several rounds, which is what the device can do: others want its cores while a call begins, and whether it
 * has time enough shows in the call. Where that is nothing by the clock, the mean of many.
 */
async function measure(clock: Clock, frames: Frames, prepare: Round): Promise<Measured> {
  const encode = new Timing();
  const decode = new Timing();
  for (let round = 0; round < frames.warm; round++) await run(clock, prepare, undefined);
  for (let round = 0; round < frames.measured; round++) await run(clock, prepare, { encode, decode });
  if (encode.least > 0 && decode.least > 0) return { encode: encode.least, decode: decode.least };
  for (let round = 1; round <= frames.repeated; round++) {
    await run(clock, prepare, { encode, decode }, round % IN_A_ROW === 0);
  }
  const tick = Math.min(encode.tick, decode.tick);
  return { encode: encode.believable(tick), decode: decode.believable(tick) };
}

/** Encodes and decodes a frame. @param yields whether others have the thread after it */
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

/** What several runs took by a clock that ticks. */
class Timing {
  /** ms of the quickest run. */
  least = Infinity;
  /** The least ms but 0: no less than the clock ticks in. */
  tick = Infinity;
  #sum = 0;
  #runs = 0;

  add(ms: number): void {
    this.least = Math.min(this.least, ms);
    if (ms > 0) this.tick = Math.min(this.tick, ms);
    this.#sum += ms;
    this.#runs++;
  }

  /** ms of a run; undefined if the clock, or what is known of its ticks, cannot tell. */
  believable(tick: number): number | undefined {
    if (this.least > 0) return this.least;
    return tick > COARSEST_MS ? undefined : Math.max(this.#sum, tick) / this.#runs;
  }
}

/** Smooth waves that move, with noise; chroma gets what follows them. */
function drawPattern(data: Uint8Array, frame: number): void {
  const noise = noiseOf(frame + 1);
  const wave = Float64Array.from({ length: MEASURED_WIDTH }, (_, x) => 50 * Math.sin((x + 2 * frame) / 17));
  for (let start = 0, y = 0; start < data.length; start += MEASURED_WIDTH, y++) {
    const level = 120 + 40 * Math.cos((y - frame) / 13);
    for (let x = 0; x < MEASURED_WIDTH; x++) data[start + x] = level + (wave[x] ?? 0) + 8 * noise();
  }
}

/** Numbers from 0 to 1, the same each time. */
function noiseOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
}
