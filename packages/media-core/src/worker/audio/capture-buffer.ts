import { DriftController } from '../../core/audio/drift-controller.js';
import { AUDIO_SAMPLE_RATE, CAPTURE_BLOCK, type CaptureBlock } from '../../messages/media-worker-messages.js';
import { Resampler } from '../../core/dsp/resampler.js';
import { SampleRing } from '../../core/dsp/sample-ring.js';
import { crossFade, isQuiet, TimeStretch } from '../../core/dsp/time-stretch.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
/** Samples of the longest read, and what a splice is made in: 20 ms. */
export const LONGEST_READ = 20 * PER_MS;

const CAPACITY = 400 * PER_MS;
/** What reads leave over at least; each time that was too little it grows by a step, which is taken back after a while. */
const MARGIN = PER_MS;
/** The same where a read waits for its own block: more than it takes for a ratio of resampling. */
const PAIRED_MARGIN = PER_MS / 4;
const MARGIN_STEP = 4 * PER_MS;
const MAX_MARGIN = 40 * PER_MS;
/** ms without missing sound after which the margin is made smaller by a ms, and then each time after so many. */
const CALM_MS = 10_000;
const RELIEF_MS = 1000;
/** Samples of a fade where sound was taken out or is missing: 5 ms. */
const FADE = 5 * PER_MS;
/** Too much sound by these is cut with less care, and at once. */
const URGENT = 30 * PER_MS;
const CUT = 80 * PER_MS;
/** Too much by this is cut in silence where reads wait for their own blocks, and need nothing more: 1 ms. */
const TRIM = PER_MS;
/** ms that a read waits for its own block where that is late, from when it was asked for, */
const LACK_MS = 40;
/** and otherwise: the block that a carrier was made of, and the carrier, race each other. */
const RACE_MS = 6;
/** ms without a block after which nothing is captured any more. */
const STALLED_MS = 500;
/** Longest hole that is filled with silence; after a longer one capture begins anew. */
const MAX_HOLE = 100 * PER_MS;
/** ms without a read after which what piled up meanwhile is dropped. */
const UNREAD_MS = 200;
/** ms of blocks before the first read: enough to learn when they come, and when carriers do. */
const SETTLE_MS = 300;
/**
 * ms over which the quickest block is looked for, twice: it tells when sound was recorded. Not longer, since a context that
 * does not keep up loses time against us for good.
 */
const WINDOW_MS = 2000;

/**
 * Sound between the capture worklet's clock and the carriers': blocks in, frames of 10 or 20 ms out. Carriers and blocks come
 * from one device mostly, so what waits is held at what the jitter between them needs: first by dropping what is too much
 * before anything is heard, then by resampling below what is heard, and by a splice where that would take long.
 */
export class CaptureBuffer {
  /** ms between microphone and worklet. */
  deviceMs = 0;

  readonly #ring = new SampleRing(CAPACITY);
  readonly #resampler = new Resampler(LONGEST_READ);
  readonly #input = new Float32Array(LONGEST_READ + 2 * FADE);
  readonly #stretch = new TimeStretch(LONGEST_READ);
  readonly #waiting = new Float32Array(CAPACITY);
  readonly #spliced = new Float32Array(LONGEST_READ + TimeStretch.maxChange);
  #drift = new DriftController({ margin: MARGIN });
  #margin = MARGIN;
  /** When the margin may get smaller. */
  #relievedAt = 0;
  /** Position after the last block, in the worklet's samples. */
  #end: number | undefined;
  #began = 0;
  #wroteAt = -Infinity;
  /** Length of the last block. */
  #blockMs = CAPTURE_BLOCK / PER_MS;
  #readAt = -Infinity;
  /** Samples of a read. */
  #frame = LONGEST_READ;
  #isFlowing = false;
  /** Whether sound was read since it began. */
  #hasBegun = false;
  #wasShort = false;
  /** Least ms by which a block came after its end was recorded, in this window and the one before. */
  #least = Infinity;
  #leastBefore = Infinity;
  #windowStart = 0;
  #lastCaptureTime = -Infinity;
  #underruns = 0;

  /** ms of sound that wait. */
  get levelMs(): number {
    return this.#ring.level / PER_MS;
  }

  /** Times that sound was missing. */
  get underruns(): number {
    return this.#underruns;
  }

  /**
   * ms that a read should wait for the next block: 0 if it should not. It would come up short, and silence stand in for its own
   * block, which is late; or the next block is nearer than the last one.
   * @param since when the read was asked for
   */
  waitMs(now: number, since: number): number {
    if (!this.isLive(now)) return 0;
    const isShort = this.#isFlowing && this.#ring.level < this.#frame + 2;
    if (isShort && this.#isPaired) return Math.max(since + LACK_MS - now, RACE_MS);
    return isShort || now - this.#wroteAt > this.#blockMs / 2 ? RACE_MS : 0;
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
    this.#blockMs = samples.length / PER_MS;
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#windowStart = now;
    }
    this.#least = Math.min(this.#least, now - this.#end / PER_MS);
  }

  /**
   * Fills a frame, with silence where sound is missing.
   * @param into 10 or 20 ms
   * @returns when its first sample was recorded, ms; undefined while nothing is captured
   */
  read(into: Float32Array, now: number): number | undefined {
    this.#frame = into.length;
    this.#calm(now);
    if (!this.#isReady(now)) return this.#silence(into, now);
    this.#splice();
    const captureTime = this.#captureTime();
    const ratio = this.#drift.update(this.#ring.level - this.#frame, now);
    const count = this.#resampler.required(into.length, ratio);
    const missing = count - this.#ring.level;
    const read = this.#ring.read(this.#input.subarray(0, count));
    this.#smooth(read, count);
    this.#resampler.process(this.#input, into, ratio);
    if (missing > 0) this.#underran(missing, now);
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
    const spare = this.#ring.level - this.#frame;
    if (!this.isLive(now)) return false;
    if (!this.#hasBegun && now - this.#began < SETTLE_MS) {
      this.#rehearse(spare, now);
      return false;
    }
    if (!this.#isFlowing && spare < this.#margin) return false;
    if (unread) this.#ring.discard(Math.max(spare - this.#margin - CAPTURE_BLOCK, 0));
    else if (!this.#hasBegun) this.#skip(spare);
    this.#isFlowing = true;
    this.#hasBegun = true;
    return true;
  }

  /** A read that nobody hears, to learn how much such reads leave over. */
  #rehearse(spare: number, now: number): void {
    if (spare < 0) return;
    this.#drift.update(spare, now);
    this.#ring.discard(this.#frame);
  }

  /** Before anything is heard: what is too much, as the rehearsed reads say, or of a whole block that was waited for. */
  #skip(spare: number): void {
    if (this.#isPaired) {
      this.#ring.discard(spare - this.#margin);
      this.#drift = new DriftController({ margin: this.#margin });
    } else if (this.#drift.excess > 0) {
      this.#drift.adjusted(-this.#ring.discard(Math.floor(this.#drift.excess)));
    }
  }

  /** While sound piles up again that ran out before. */
  #silence(into: Float32Array, now: number): number | undefined {
    if (!this.#hasBegun || !this.isLive(now)) return undefined;
    into.fill(0);
    this.#lastCaptureTime += this.#frame / PER_MS;
    return this.#lastCaptureTime;
  }

  #captureTime(): number {
    const first = (this.#end ?? 0) - this.#ring.level - Resampler.delay;
    const offset = Math.min(this.#least, this.#leastBefore);
    const time = offset + first / PER_MS - this.deviceMs;
    this.#lastCaptureTime = Math.max(time, this.#lastCaptureTime + 1);
    return this.#lastCaptureTime;
  }

  /** Takes out what is too much, or puts in what is too little, where it is not heard. */
  #splice(): void {
    const { correction, surplus } = this.#drift;
    const { level } = this.#ring;
    const mayTrim = this.#isPaired && surplus >= TRIM && level - surplus >= this.#frame + this.#margin;
    const mayStretch = correction !== 0 && level >= LONGEST_READ;
    if (!mayTrim && !mayStretch) return;
    const waiting = this.#waiting.subarray(0, this.#ring.read(this.#waiting, level));
    this.#ring.clear();
    const rest = mayTrim && isQuiet(waiting) ? this.#cut(waiting, surplus) : this.#shorten(waiting, correction);
    this.#ring.write(waiting.subarray(rest));
    this.#drift.adjusted(this.#ring.level - level);
  }

  /** Or lengthens, if there is enough for that; gives where the rest begins. */
  #shorten(waiting: Float32Array, correction: number): number {
    if (correction === 0 || waiting.length < LONGEST_READ) return 0;
    if (correction > CUT && correction + FADE < waiting.length) return this.#cut(waiting, correction);
    const urgent = Math.abs(correction) > URGENT;
    const first = waiting.subarray(0, LONGEST_READ);
    const action = correction > 0 ? 'accelerate' : 'expand';
    const length = this.#stretch[action](first, this.#spliced, urgent, Math.abs(correction));
    this.#ring.write(this.#spliced, length);
    return LONGEST_READ;
  }

  /** Leaves out so many samples under a cross-fade; gives where the rest begins. */
  #cut(waiting: Float32Array, samples: number): number {
    const faded = this.#spliced.subarray(0, FADE);
    crossFade(waiting, waiting.subarray(samples), faded);
    this.#ring.write(faded);
    return samples + FADE;
  }

  /** Fades out before what is missing, and in after it. */
  #smooth(read: number, count: number): void {
    if (this.#wasShort) fade(this.#input.subarray(0, Math.min(FADE, read)), 0, 1);
    this.#wasShort = read < count;
    if (this.#wasShort) fade(this.#input.subarray(Math.max(0, read - FADE), read), 1, 0);
  }

  /** Silence stood in for sound that comes late: so much more waits from now on, as it should. */
  #underran(missing: number, now: number): void {
    this.#underruns++;
    this.#drift.adjusted(missing);
    this.#setMargin(this.#margin + MARGIN_STEP);
    this.#relievedAt = now + CALM_MS;
    if (missing > this.#frame / 2) this.#isFlowing = false;
  }

  /** Whether each block comes with the carrier that the browser has made of it. */
  get #isPaired(): boolean {
    return this.#blockMs * PER_MS === this.#frame;
  }

  get #leastMargin(): number {
    return this.#isPaired ? PAIRED_MARGIN : MARGIN;
  }

  #calm(now: number): void {
    if (this.#margin === this.#leastMargin || now < this.#relievedAt) return;
    this.#setMargin(this.#margin - PER_MS);
    this.#relievedAt = now + RELIEF_MS;
  }

  #setMargin(samples: number): void {
    this.#margin = Math.min(MAX_MARGIN, Math.max(this.#leastMargin, samples));
    this.#drift.margin = this.#margin;
  }

  #restart(now: number): void {
    this.#began = now;
    this.#ring.clear();
    this.#resampler.reset();
    this.#drift = new DriftController({ margin: this.#margin });
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
