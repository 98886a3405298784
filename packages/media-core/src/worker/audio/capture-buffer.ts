import { DriftController } from '../../core/audio/drift-controller.js';
import { AUDIO_SAMPLE_RATE, CAPTURE_BLOCK, type CaptureBlock } from '../../messages/media-worker-messages.js';
import { Resampler } from '../../core/dsp/resampler.js';
import { SampleRing } from '../../core/dsp/sample-ring.js';
import { crossFade, isQuiet, TimeStretch } from '../../core/dsp/time-stretch.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
/** Maximum length of a read, and the length that a splice needs [samples]: 20 ms. */
export const MAX_READ = 20 * PER_MS;

const CAPACITY = 400 * PER_MS;
/** Minimum number of samples to remain after a read. An underrun raises it by a step, up to a maximum. */
const MARGIN = PER_MS;
/** The same for paired blocks: enough for the deviation of the resampling ratio. */
const PAIRED_MARGIN = PER_MS / 4;
const MARGIN_STEP = 4 * PER_MS;
const MAX_MARGIN = 40 * PER_MS;
/** Time without an underrun before the margin is lowered by 1 ms, and interval of further steps [ms]. */
const STABLE_MS = 10_000;
const MARGIN_DECAY_MS = 1000;
/** Length of a fade where audio was removed or is missing [samples]: 5 ms. */
const FADE = 5 * PER_MS;
/** Excess from which a splice of lower quality is accepted, and from which audio is cut at once [samples]. */
const URGENT = 30 * PER_MS;
const CUT = 80 * PER_MS;
/** Excess that is cut from silence where blocks are paired [samples]: 1 ms. */
const TRIM = PER_MS;
/** Maximum time that a read waits for its paired block, from the arrival of the carrier [ms]. */
const PAIRED_WAIT_MS = 40;
/** Maximum time that any other read waits [ms]: a carrier and the block of the same audio arrive in either order. */
const BLOCK_WAIT_MS = 6;
/** Time without a block after which capture counts as stopped [ms]. */
const STALLED_MS = 500;
/** Maximum gap that is filled with silence [samples]; a longer one restarts the buffer. */
const MAX_GAP = 100 * PER_MS;
/** Time without a read after which the audio that accumulated is dropped [ms]. */
const UNREAD_MS = 200;
/** Time from the first block to the first read that returns audio [ms], to measure when blocks and carriers arrive. */
const SETTLE_MS = 300;
/**
 * Length of a window of the minimum block delay [ms]. Capture times derive from the minimum over two windows; more would
 * follow too slowly where an overloaded context loses time.
 */
const WINDOW_MS = 2000;

/**
 * Buffers captured audio between the clock of its blocks and the clock of the carriers: blocks are written, frames of 10 or
 * 20 ms are read. The level is kept as low as the jitter between both allows: excess audio is dropped before the first read,
 * then a small excess is removed by inaudible resampling and a large one by a splice.
 *
 * Blocks are paired with carriers if both have the same duration: the browser encodes each block to one carrier.
 */
export class CaptureBuffer {
  /** Latency between microphone and block [ms]. */
  deviceMs = 0;

  readonly #ring = new SampleRing(CAPACITY);
  readonly #resampler = new Resampler(MAX_READ);
  readonly #input = new Float32Array(MAX_READ + 2 * FADE);
  readonly #stretch = new TimeStretch(MAX_READ);
  readonly #waiting = new Float32Array(CAPACITY);
  readonly #spliced = new Float32Array(MAX_READ + TimeStretch.maxChange);
  #drift = new DriftController({ margin: MARGIN });
  #margin = MARGIN;
  /** When the margin may be lowered [ms]. */
  #marginLowersAt = 0;
  /** Position after the last block [samples]. */
  #end: number | undefined;
  #began = 0;
  #wroteAt = -Infinity;
  /** Duration of the last block [ms]. */
  #blockMs = CAPTURE_BLOCK / PER_MS;
  #readAt = -Infinity;
  /** Length of a read [samples]. */
  #frame = MAX_READ;
  #isFlowing = false;
  /** Whether a read has returned audio since the start. */
  #hasBegun = false;
  #wasShort = false;
  /** Minimum delay of a block [ms] in this window and in the one before: arrival time minus position after the block. */
  #minDelay = Infinity;
  #minDelayBefore = Infinity;
  #windowStart = 0;
  #lastCaptureTime = -Infinity;
  #underruns = 0;

  /** Buffered audio [ms]. */
  get levelMs(): number {
    return this.#ring.level / PER_MS;
  }

  /** Number of reads for which samples were missing. */
  get underruns(): number {
    return this.#underruns;
  }

  /**
   * Returns how long a read should wait for the next block [ms], 0 for not at all. It should wait if samples are missing, or
   * if less than half the duration of a block remains until the next one.
   * @param since arrival of the carrier [ms]
   */
  waitMs(now: number, since: number): number {
    if (!this.isLive(now)) return 0;
    const isShort = this.#isFlowing && this.#ring.level < this.#frame + 2;
    if (isShort && this.#isPaired) return Math.max(since + PAIRED_WAIT_MS - now, BLOCK_WAIT_MS);
    return isShort || now - this.#wroteAt > this.#blockMs / 2 ? BLOCK_WAIT_MS : 0;
  }

  /** Whether blocks arrive. */
  isLive(now: number): boolean {
    return now - this.#wroteAt < STALLED_MS;
  }

  /** Writes a block that arrived at `now` [ms]. */
  write({ samples, frame }: CaptureBlock, now: number): void {
    const gap = frame - (this.#end ?? frame);
    if (gap < 0 || gap > MAX_GAP || !this.isLive(now)) this.#restart(now);
    else if (gap > 0) this.#ring.write(new Float32Array(gap));
    this.#ring.write(samples);
    this.#end = frame + samples.length;
    this.#wroteAt = now;
    this.#blockMs = samples.length / PER_MS;
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#minDelayBefore = this.#minDelay;
      this.#minDelay = Infinity;
      this.#windowStart = now;
    }
    this.#minDelay = Math.min(this.#minDelay, now - this.#end / PER_MS);
  }

  /**
   * Reads a frame, with silence in place of missing samples.
   * @param into room for 10 or 20 ms
   * @returns capture time of the first sample [ms]; undefined while nothing is captured
   */
  read(into: Float32Array, now: number): number | undefined {
    this.#frame = into.length;
    this.#lowerMargin(now);
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

  /** Decides whether a read returns audio, and drops excess audio before the first one. */
  #isReady(now: number): boolean {
    const unread = now - this.#readAt > UNREAD_MS;
    this.#readAt = now;
    const spare = this.#ring.level - this.#frame;
    if (!this.isLive(now)) return false;
    if (!this.#hasBegun && now - this.#began < SETTLE_MS) {
      this.#measure(spare, now);
      return false;
    }
    if (!this.#isFlowing && spare < this.#margin) return false;
    if (unread) this.#ring.discard(Math.max(spare - this.#margin - CAPTURE_BLOCK, 0));
    else if (!this.#hasBegun) this.#dropExcess(spare);
    this.#isFlowing = true;
    this.#hasBegun = true;
    return true;
  }

  /** Discards a read to measure how many samples reads leave. */
  #measure(spare: number, now: number): void {
    if (spare < 0) return;
    this.#drift.update(spare, now);
    this.#ring.discard(this.#frame);
  }

  /** Drops the excess before the first read, which the discarded reads have measured or, with paired blocks, `spare` shows. */
  #dropExcess(spare: number): void {
    if (this.#isPaired) {
      this.#ring.discard(spare - this.#margin);
      this.#drift = new DriftController({ margin: this.#margin });
    } else if (this.#drift.excess > 0) {
      this.#drift.adjusted(-this.#ring.discard(Math.floor(this.#drift.excess)));
    }
  }

  /** Returns silence while the buffer refills after an underrun. */
  #silence(into: Float32Array, now: number): number | undefined {
    if (!this.#hasBegun || !this.isLive(now)) return undefined;
    into.fill(0);
    this.#lastCaptureTime += this.#frame / PER_MS;
    return this.#lastCaptureTime;
  }

  #captureTime(): number {
    const first = (this.#end ?? 0) - this.#ring.level - Resampler.delay;
    const offset = Math.min(this.#minDelay, this.#minDelayBefore);
    const time = offset + first / PER_MS - this.deviceMs;
    this.#lastCaptureTime = Math.max(time, this.#lastCaptureTime + 1);
    return this.#lastCaptureTime;
  }

  /** Corrects a large excess or lack of audio by a splice. */
  #splice(): void {
    const { correction, surplus } = this.#drift;
    const { level } = this.#ring;
    const mayTrim = this.#isPaired && surplus >= TRIM && level - surplus >= this.#frame + this.#margin;
    const mayStretch = correction !== 0 && level >= MAX_READ;
    if (!mayTrim && !mayStretch) return;
    const waiting = this.#waiting.subarray(0, this.#ring.read(this.#waiting, level));
    this.#ring.clear();
    const rest = mayTrim && isQuiet(waiting) ? this.#cut(waiting, surplus) : this.#stretchBy(waiting, correction);
    this.#ring.write(waiting.subarray(rest));
    this.#drift.adjusted(this.#ring.level - level);
  }

  /** Shortens or lengthens `waiting` by up to `correction` samples. @returns where its unchanged part begins */
  #stretchBy(waiting: Float32Array, correction: number): number {
    if (correction === 0 || waiting.length < MAX_READ) return 0;
    if (correction > CUT && correction + FADE < waiting.length) return this.#cut(waiting, correction);
    const urgent = Math.abs(correction) > URGENT;
    const first = waiting.subarray(0, MAX_READ);
    const action = correction > 0 ? 'accelerate' : 'expand';
    const length = this.#stretch[action](first, this.#spliced, urgent, Math.abs(correction));
    this.#ring.write(this.#spliced, length);
    return MAX_READ;
  }

  /** Removes samples under a cross-fade. @returns where the unchanged part of `waiting` begins */
  #cut(waiting: Float32Array, samples: number): number {
    const faded = this.#spliced.subarray(0, FADE);
    crossFade(waiting, waiting.subarray(samples), faded);
    this.#ring.write(faded);
    return samples + FADE;
  }

  /** Fades out before missing samples, and in after them. */
  #smooth(read: number, count: number): void {
    if (this.#wasShort) fade(this.#input.subarray(0, Math.min(FADE, read)), 0, 1);
    this.#wasShort = read < count;
    if (this.#wasShort) fade(this.#input.subarray(Math.max(0, read - FADE), read), 1, 0);
  }

  /** Silence replaced audio that arrives later. That audio stays in the buffer, and the margin grows. */
  #underran(missing: number, now: number): void {
    this.#underruns++;
    this.#drift.adjusted(missing);
    this.#setMargin(this.#margin + MARGIN_STEP);
    this.#marginLowersAt = now + STABLE_MS;
    if (missing > this.#frame / 2) this.#isFlowing = false;
  }

  /** Whether each block belongs to one carrier. */
  get #isPaired(): boolean {
    return this.#blockMs * PER_MS === this.#frame;
  }

  get #minMargin(): number {
    return this.#isPaired ? PAIRED_MARGIN : MARGIN;
  }

  #lowerMargin(now: number): void {
    if (this.#margin === this.#minMargin || now < this.#marginLowersAt) return;
    this.#setMargin(this.#margin - PER_MS);
    this.#marginLowersAt = now + MARGIN_DECAY_MS;
  }

  #setMargin(samples: number): void {
    this.#margin = Math.min(MAX_MARGIN, Math.max(this.#minMargin, samples));
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
    this.#minDelay = Infinity;
    this.#minDelayBefore = Infinity;
  }
}

function fade(samples: Float32Array, from: number, to: number): void {
  for (let i = 0; i < samples.length; i++) {
    samples[i] = (samples[i] ?? 0) * (from + ((to - from) * (i + 0.5)) / samples.length);
  }
}
