/** Options of a `DriftController`. */
export interface DriftOptions {
  /** Sample rate of the source [Hz]. */
  readonly sampleRate?: number;
  /** Samples to remain in the ring after the read that leaves the fewest. */
  readonly margin: number;
}

/** Maximum deviation of the ratio from 1: less than 1 cent of pitch, inaudible. */
const MAX_DEVIATION = 0.0005;
/** Maximum change of the ratio per second. */
const SLEW = 0.0001;
/** Proportional gain: ratio per second of excess audio. Integral gain: the same per second. */
const PROPORTIONAL_GAIN = 0.05;
const INTEGRAL_GAIN = 0.0005;
/** A gap between updates after which the level is measured anew [ms]. */
const GAP_MS = 500;
/** The minimum level is taken over this many windows of this length [ms]. */
const WINDOW_MS = 400;
const WINDOWS = 5;
/** Excess or lack of audio [s] from which resampling would take too long. */
const SPLICE_ABOVE = 0.006;

/**
 * Keeps the delay of a ring between two clocks as low as is safe. It controls the minimum level after a read: with
 * synchronous clocks a small margin is enough, whatever the block sizes. A proportional-integral controller adjusts the
 * resampling ratio, slowly enough to be inaudible. A larger deviation, at the start or after a stall, is left to a
 * splice: see `correction`.
 */
export class DriftController {
  readonly #rate: number;
  #margin: number;
  #integral = 0;
  #ratio = 1;
  #updated: number | undefined;
  /** Minimum levels after a read, one for each window, the newest first. */
  #least: number[] = [];
  #windowStart = 0;
  #isMeasured = false;

  constructor({ sampleRate = 48_000, margin }: DriftOptions) {
    this.#rate = sampleRate;
    this.#margin = margin;
  }

  /** Minimum number of samples to remain after a read. */
  get margin(): number {
    return this.#margin;
  }

  set margin(samples: number) {
    this.#margin = samples;
  }

  /** Input samples per output sample; above 1 the ring gets emptier. */
  get ratio(): number {
    return this.#ratio;
  }

  /** Clock skew learned so far [ppm]; positive if the source runs faster than the consumer. */
  get skewPpm(): number {
    return this.#integral * 1e6;
  }

  /** Minimum level of the last 2 s above the margin [samples]; negative below it. */
  get excess(): number {
    return this.#least.length === 0 ? 0 : Math.min(...this.#least) - this.#margin;
  }

  /**
   * Samples to remove at once (negative: to insert), by `TimeStretch` or by `discard` with a cross-fade; 0 while
   * resampling is enough.
   */
  get correction(): number {
    const excess = this.excess;
    return this.#isMeasured && Math.abs(excess) > SPLICE_ABOVE * this.#rate ? Math.floor(excess) : 0;
  }

  /** Samples that may be removed from silence; 0 before the first measurement. */
  get surplus(): number {
    return this.#isMeasured ? Math.max(0, Math.floor(this.excess)) : 0;
  }

  /**
   * Call it at each read.
   * @param left samples that remain after the read; negative if samples are missing
   * @param nowMs monotonic time
   * @returns the ratio to use until the next update
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

  /** Reports samples inserted into the ring (negative: removed) other than by reads and writes. */
  adjusted(samples: number): void {
    this.#least = this.#least.map((least) => least + samples);
  }

  #control(seconds: number): number {
    if (!this.#isMeasured) return this.#ratio;
    const error = clamp(this.excess / this.#rate, SPLICE_ABOVE);
    this.#integral = clamp(this.#integral + INTEGRAL_GAIN * error * seconds, MAX_DEVIATION);
    const wanted = clamp(PROPORTIONAL_GAIN * error + this.#integral, MAX_DEVIATION);
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
