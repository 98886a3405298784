import { DriftController } from '../core/drift-controller.js';
import { AUDIO_SAMPLE_RATE, CAPTURE_BLOCK, type CaptureBlock } from '../core/messages.js';
import { Resampler } from '../core/resampler.js';
import { SampleRing } from '../core/sample-ring.js';
import { crossFade } from '../core/time-stretch.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
/** Samples of a read: 20 ms. */
export const AUDIO_FRAME = 20 * PER_MS;

const CAPACITY = 400 * PER_MS;
/** Level before a read: a read, a block and 5 ms of jitter; each time that was too little, 5 ms more, within bounds. */
const TARGET = AUDIO_FRAME + CAPTURE_BLOCK + 5 * PER_MS;
const TARGET_STEP = 5 * PER_MS;
const MAX_TARGET = 60 * PER_MS;
const SLACK = 40 * PER_MS;
/** Samples of a fade where sound was taken out or is missing: 5 ms. */
const FADE = 5 * PER_MS;
/** ms without a block after which nothing is captured any more. */
const STALLED_MS = 500;
/** Longest hole that is filled with silence; after a longer one capture begins anew. */
const MAX_HOLE = 100 * PER_MS;
/** ms without a read after which what piled up meanwhile is dropped. */
const UNREAD_MS = 200;
/** ms of blocks before the first read: those that come late at first would make sound look younger than it is. */
const SETTLE_MS = 500;
/**
 * ms over which the quickest block is looked for, twice: it tells when sound was recorded. Not longer, since a context that
 * does not keep up loses time against us for good.
 */
const WINDOW_MS = 2000;

/**
 * Sound between the capture worklet's clock and the carriers': blocks in, frames of 20 ms out. The clocks' difference is
 * resampled away; only what a stall has piled up is cut out.
 */
export class AudioCapture {
  /** ms between microphone and worklet. */
  deviceMs = 0;

  readonly #ring = new SampleRing(CAPACITY);
  readonly #resampler = new Resampler(AUDIO_FRAME);
  readonly #input = new Float32Array(AUDIO_FRAME + 2 * FADE);
  readonly #removed = new Float32Array(FADE);
  readonly #kept = new Float32Array(FADE);
  #target = TARGET;
  #drift = new DriftController({ target: TARGET, slack: SLACK });
  /** Position after the last block, in the worklet's samples. */
  #end: number | undefined;
  #began = 0;
  #wroteAt = -Infinity;
  #readAt = -Infinity;
  #isFlowing = false;
  /** Whether sound was read since it began. */
  #hasBegun = false;
  #wasShort = false;
  /** Least ms by which a block came after its end was recorded, in this window and the one before. */
  #least = Infinity;
  #leastBefore = Infinity;
  #windowStart = 0;
  #lastCaptureTime = -Infinity;
  #starvations = 0;

  /** ms of sound that wait. */
  get levelMs(): number {
    return this.#ring.level / PER_MS;
  }

  /** Times that sound was missing. */
  get starvations(): number {
    return this.#starvations;
  }

  /** Whether a read would come up short now; blocks may be waiting to be written. */
  get isShort(): boolean {
    return this.#isFlowing && this.#ring.level < AUDIO_FRAME * 1.01;
  }

  /** Whether there is sound to read, or will be in some ms. */
  isLive(now: number): boolean {
    return now - this.#wroteAt < STALLED_MS;
  }

  /** Takes a block that arrived at `now`. */
  write({ samples, frame }: CaptureBlock, now: number): void {
    const hole = frame - (this.#end ?? frame);
    if (hole < 0 || hole > MAX_HOLE || !this.isLive(now)) this.#restart(now);
    else if (hole > 0) this.#ring.write(new Float32Array(hole));
    this.#ring.write(samples);
    this.#end = frame + samples.length;
    this.#wroteAt = now;
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#windowStart = now;
    }
    this.#least = Math.min(this.#least, now - this.#end / PER_MS);
  }

  /**
   * Fills a frame of 20 ms, with silence where sound is missing.
   * @returns when its first sample was recorded, ms; undefined while nothing is captured
   */
  read(into: Float32Array, now: number): number | undefined {
    if (!this.#isReady(now)) return this.#silence(into, now);
    const captureTime = this.#captureTime();
    const ratio = this.#drift.update(this.#ring.level, now, this.#wroteAt);
    const count = this.#resampler.required(into.length, ratio);
    const trimmed = this.#trim(count);
    const missing = count - trimmed - this.#ring.level;
    const read = trimmed + this.#ring.read(this.#input.subarray(trimmed, count));
    this.#smooth(read, count);
    this.#resampler.process(this.#input, into, ratio);
    if (missing > 0) this.#starved(missing);
    return captureTime;
  }

  clear(): void {
    this.#restart(0);
    this.#wroteAt = -Infinity;
  }

  /** Sound begins with what is needed, and no more. */
  #isReady(now: number): boolean {
    const unread = now - this.#readAt > UNREAD_MS;
    this.#readAt = now;
    const { level } = this.#ring;
    const isSettling = now - this.#began < SETTLE_MS;
    if (!this.isLive(now) || isSettling || (!this.#isFlowing && level < this.#target)) return false;
    if (unread || !this.#isFlowing) this.#ring.discard(Math.max(level - this.#target, 0));
    this.#isFlowing = true;
    this.#hasBegun = true;
    return true;
  }

  /** While sound piles up again that ran out before. */
  #silence(into: Float32Array, now: number): number | undefined {
    if (!this.#hasBegun || !this.isLive(now)) return undefined;
    into.fill(0);
    this.#lastCaptureTime += AUDIO_FRAME / PER_MS;
    return this.#lastCaptureTime;
  }

  #captureTime(): number {
    const first = (this.#end ?? 0) - this.#ring.level - Resampler.delay;
    const offset = Math.min(this.#least, this.#leastBefore);
    const time = offset + first / PER_MS - this.deviceMs;
    this.#lastCaptureTime = Math.max(time, this.#lastCaptureTime + 1);
    return this.#lastCaptureTime;
  }

  /** Takes out what piled up, and puts the splice at the front of the input; gives its length. */
  #trim(count: number): number {
    const { surplus } = this.#drift;
    if (surplus < FADE || this.#ring.level < count + surplus) return 0;
    this.#ring.read(this.#removed);
    this.#ring.discard(surplus - FADE);
    this.#ring.read(this.#kept);
    crossFade(this.#removed, this.#kept, this.#input.subarray(0, FADE));
    this.#drift.adjusted(-surplus);
    return FADE;
  }

  /** Fades out before what is missing, and in after it. */
  #smooth(read: number, count: number): void {
    if (this.#wasShort) fade(this.#input.subarray(0, Math.min(FADE, read)), 0, 1);
    this.#wasShort = read < count;
    if (this.#wasShort) fade(this.#input.subarray(Math.max(0, read - FADE), read), 1, 0);
  }

  /** Silence stood in for sound that comes late: the level is higher by it from now on, as it should be. */
  #starved(missing: number): void {
    this.#starvations++;
    this.#target = Math.min(this.#target + TARGET_STEP, MAX_TARGET);
    this.#drift = new DriftController({ target: this.#target, slack: SLACK });
    if (missing > AUDIO_FRAME / 2) this.#isFlowing = false;
  }

  #restart(now: number): void {
    this.#began = now;
    this.#ring.clear();
    this.#resampler.reset();
    this.#drift = new DriftController({ target: this.#target, slack: SLACK });
    this.#end = undefined;
    this.#isFlowing = false;
    this.#hasBegun = false;
    this.#wasShort = false;
    this.#least = Infinity;
    this.#leastBefore = Infinity;
  }
}

function fade(samples: Float32Array, from: number, to: number): void {
  for (let i = 0; i < samples.length; i++) {
    samples[i] = (samples[i] ?? 0) * (from + ((to - from) * (i + 0.5)) / samples.length);
  }
}
