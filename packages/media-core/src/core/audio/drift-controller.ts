/** What a `DriftController` works with. */
export interface DriftOptions {
  /** Samples per second of the source. */
  readonly sampleRate?: number;
  /** Samples that are to be left over by the reads that leave least. */
  readonly margin: number;
}

/** Most the ratio may differ from 1: a cent of pitch, far below what is heard. */
const MAX_DEVIATION = 0.0005;
/** Most it may change in a second. */
const SLEW = 0.0001;
/** Of the ratio per second of sound that is too much, and of what that teaches about the clocks. */
const GAIN = 0.05;
const LEARNING = 0.0005;
/** An interval without updates after which the level is measured anew, ms. */
const GAP_MS = 500;
/** The least level is that of so many windows of so many ms. */
const WINDOW_MS = 400;
const WINDOWS = 5;
/** s of sound that are too much or too little from which on resampling would take too long. */
const SPLICE = 0.006;

/**
 * Keeps the sound that waits between two clocks as short as is safe. What counts is how much the reads leave over that leave
 * least: with clocks that go together that needs no more than a margin, whatever the sizes of blocks and reads. A ratio of
 * resampling that nobody hears holds it there, by a slow proportional-integral controller; what is farther off, at the
 * beginning or after a stall, is for a splice: `correction`.
 */
export class DriftController {
  readonly #rate: number;
  #margin: number;
  #integral = 0;
  #ratio = 1;
  #updated: number | undefined;
  /** Least levels after a read of the last windows, the newest first. */
  #least: number[] = [];
  #windowStart = 0;
  #isMeasured = false;

  constructor({ sampleRate = 48_000, margin }: DriftOptions) {
    this.#rate = sampleRate;
    this.#margin = margin;
  }

  /** Samples that the reads are to leave over at least. */
  get margin(): number {
    return this.#margin;
  }

  set margin(samples: number) {
    this.#margin = samples;
  }

  /** Input samples to take per output sample: above 1 the ring is emptied faster. */
  get ratio(): number {
    return this.#ratio;
  }

  /** The skew learned so far: by how much the source runs faster than the consumer, in parts per million. */
  get skewPpm(): number {
    return this.#integral * 1e6;
  }

  /** Samples that the reads of the last seconds left over, above the margin; below 0 what is missing of it. */
  get excess(): number {
    return this.#least.length === 0 ? 0 : Math.min(...this.#least) - this.#margin;
  }

  /**
   * Samples to take out at once, or below 0 to put in, by `TimeStretch` or `discard` under a cross-fade; 0 while resampling
   * will do.
   */
  get correction(): number {
    const excess = this.excess;
    return this.#isMeasured && Math.abs(excess) > SPLICE * this.#rate ? Math.floor(excess) : 0;
  }

  /** Samples that are too much, and can be taken out where that is not heard at all; 0 while little is known. */
  get surplus(): number {
    return this.#isMeasured ? Math.max(0, Math.floor(this.excess)) : 0;
  }

  /**
   * To be called at each read.
   * @param left samples that it will leave; below 0 what it lacks
   * @param nowMs monotonic time
   * @returns the ratio until the next update
   */
  update(left: number, nowMs: number): number {
    const elapsed = nowMs - (this.#updated ?? -Infinity);
    this.#updated = nowMs;
    if (elapsed > GAP_MS) {
      this.#restart(left, nowMs);
      return this.#ratio;
    }
    if (nowMs - this.#windowStart >= WINDOW_MS) {
      this.#isMeasured = true;
      this.#windowStart = nowMs;
      this.#least.unshift(left);
      this.#least.length = Math.min(this.#least.length, WINDOWS);
    }
    this.#least[0] = Math.min(this.#least[0] ?? left, left);
    return this.#control(elapsed / 1000);
  }

  /** Tells that samples were taken out of the ring, below 0, or put into it by other means than reading and writing. */
  adjusted(samples: number): void {
    this.#least = this.#least.map((least) => least + samples);
  }

  #control(seconds: number): number {
    if (!this.#isMeasured) return this.#ratio;
    const error = clamp(this.excess / this.#rate, SPLICE);
    this.#integral = clamp(this.#integral + LEARNING * error * seconds, MAX_DEVIATION);
    const wanted = clamp(GAIN * error + this.#integral, MAX_DEVIATION);
    this.#ratio += clamp(wanted + 1 - this.#ratio, SLEW * seconds);
    return this.#ratio;
  }

  #restart(left: number, nowMs: number): void {
    this.#least = [left];
    this.#windowStart = nowMs;
    this.#isMeasured = false;
  }
}

const clamp = (value: number, bound: number) => Math.min(bound, Math.max(-bound, value));
