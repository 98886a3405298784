/** What a `DriftController` works with; lengths in samples of the source. */
export interface DriftOptions {
  /** Samples per second of the source. */
  readonly sampleRate?: number;
  /** Level to hold before a read: no less than a read, a write and the jitter of both, or reads come up short. */
  readonly target: number;
  /** Level above the target that is left to resampling; what stays over it for a second is `surplus`. */
  readonly slack?: number;
}

/** Most the ratio may differ from 1: 5 cents of pitch, below what is heard. */
const MAX_DEVIATION = 0.003;
/** Most the learned part may differ from 1: clocks that differ more are broken. */
const MAX_SKEW = 0.001;
/** Natural frequency in rad/s and damping of the closed loop: it settles in about 20 s and overshoots little. */
const FREQUENCY = 0.2;
const DAMPING = 1.2;
/** Time constant in ms of the filter over the level. */
const SMOOTHING_MS = 800;
/** An interval without updates after which the level is measured anew. */
const GAP_MS = 500;
/** Window over which the lowest level is looked for, in ms. */
const WINDOW_MS = 1000;
/** A source that has not written for longer than this stands still: it has nothing under way. */
const MAX_UNDER_WAY_MS = 20;

/**
 * Turns the level of a ring between two clocks into a resampling ratio that holds the level at its target: a
 * proportional-integral controller. The integral learns the skew of the clocks; the ratio never differs from 1 by more
 * than 0.3 %. A level that is far off because the source stood still and then caught up is reported as `surplus`.
 */
export class DriftController {
  readonly #rate: number;
  readonly #target: number;
  readonly #slack: number;
  #level: number;
  #integral = 0;
  #ratio = 1;
  #updated: number | undefined;
  #lowest = Number.POSITIVE_INFINITY;
  #windowStart = 0;
  #surplus = 0;

  constructor({ sampleRate = 48_000, target, slack = sampleRate * 0.04 }: DriftOptions) {
    this.#rate = sampleRate;
    this.#target = target;
    this.#slack = slack;
    this.#level = target;
  }

  /** Input samples to take per output sample: above 1 the ring is emptied faster. */
  get ratio(): number {
    return this.#ratio;
  }

  /** The skew learned so far: by how much the source runs faster than the consumer, in parts per million. */
  get skewPpm(): number {
    return this.#integral * 1e6;
  }

  /**
   * Samples to take out of the ring at once, by `discard` under a cross-fade or by `TimeStretch`, since resampling would
   * take too long over them: the lowest level of the last second was over target + slack. Zero otherwise.
   */
  get surplus(): number {
    return this.#surplus;
  }

  /**
   * To be called before each read. A source that writes in blocks makes the level jump by one; given the time of its
   * last write, the part of the next block that is already recorded counts, and the jumps vanish.
   * @param level samples in the ring
   * @param nowMs monotonic time
   * @param lastWriteMs when the ring was last written to, on the same clock
   * @returns the ratio until the next update
   */
  update(level: number, nowMs: number, lastWriteMs: number = nowMs): number {
    const underWay = Math.min(MAX_UNDER_WAY_MS, Math.max(0, nowMs - lastWriteMs));
    const actual = level + (underWay * this.#rate) / 1000;
    const elapsed = this.#updated === undefined ? Number.POSITIVE_INFINITY : nowMs - this.#updated;
    this.#updated = nowMs;
    if (elapsed > GAP_MS) {
      this.#level = actual;
      this.#restartWindow(actual, nowMs);
      return this.#ratio;
    }
    this.#level += (actual - this.#level) * (1 - Math.exp(-elapsed / SMOOTHING_MS));
    this.#watch(actual, nowMs);
    return this.#control(elapsed / 1000);
  }

  /** Tells that samples were taken out of the ring or put into it by other means than reading and writing. */
  adjusted(samples: number): void {
    this.#level += samples;
    this.#lowest += samples;
    this.#surplus = 0;
  }

  #control(seconds: number): number {
    // A stall or a burst says nothing about the clocks: the error counts up to half the slack.
    const bound = this.#slack / 2;
    const error = Math.min(bound, Math.max(-bound, this.#level - this.#target)) / this.#rate;
    const proportional = 2 * DAMPING * FREQUENCY * error;
    const unbounded = proportional + this.#integral;
    const saturated = Math.abs(unbounded) >= MAX_DEVIATION && Math.sign(unbounded) === Math.sign(error);
    if (!saturated) this.#integral = clamp(this.#integral + FREQUENCY ** 2 * error * seconds, MAX_SKEW);
    this.#ratio = 1 + clamp(proportional + this.#integral, MAX_DEVIATION);
    return this.#ratio;
  }

  #watch(level: number, nowMs: number): void {
    this.#lowest = Math.min(this.#lowest, level);
    if (nowMs - this.#windowStart < WINDOW_MS) return;
    const excess = Math.floor(this.#lowest - this.#target);
    this.#surplus = excess > this.#slack ? excess : 0;
    this.#restartWindow(level, nowMs);
  }

  #restartWindow(level: number, nowMs: number): void {
    this.#lowest = level;
    this.#windowStart = nowMs;
  }
}

const clamp = (value: number, bound: number) => Math.min(bound, Math.max(-bound, value));
