import type { DelayHistogram } from './delay-histogram.js';

/** A spike begins with a packet that is later than the usual target by this much [ms]. */
const BEGIN_ABOVE_MS = 20;
/**
 * The usual target follows a falling target at once and a rising one at this rate [ms/ms], since the queue itself
 * raises the target.
 */
const USUAL_RISE = 0.02;
/** A spike is over when for this long [ms] no packet exceeded the usual target by more than this share of the peak. */
const END_SHARE = 0.3;
const END_MS = 200;
/**
 * A delay that lasts longer [ms] is the new state of the network path; so is a spike within this time after another one
 * [ms].
 */
const MAX_SPIKE_MS = 3000;
const MIN_INTERVAL_MS = 20_000;

/**
 * Detects a delay spike: a queue on the network path that fills once and drains. Such a spike does not predict later
 * delays, so the histogram is reset to its state without the spike as soon as it is over, and the target falls quickly.
 */
export class DelaySpike {
  /** The delay histogram without the spike. */
  readonly #withoutSpike: DelayHistogram;
  #usualMs = Infinity;
  #peakMs = 0;
  #updated = 0;
  #since: number | undefined;
  #lateAt = -Infinity;

  /** @param withoutSpike histogram to use for the delays without the spike */
  constructor(withoutSpike: DelayHistogram) {
    this.#withoutSpike = withoutSpike;
  }

  /**
   * Call it for each packet, before the packet is added to `known`.
   * @param targetMs current playout delay target [ms]
   * @returns the histogram to continue with, once a spike is over
   */
  arrived(
    delayMs: number,
    weight: number,
    targetMs: number,
    known: DelayHistogram,
    now: number,
  ): DelayHistogram | undefined {
    if (this.#since === undefined) this.#follow(targetMs, now);
    const isLate = delayMs > this.#boundMs;
    const isFirst = now - this.#lateAt > MIN_INTERVAL_MS;
    if (isLate) this.#lateAt = now;
    if (this.#since === undefined) {
      if (isLate && isFirst) this.#begin(delayMs, known, now);
      return undefined;
    }
    if (isLate) this.#peakMs = Math.max(this.#peakMs, delayMs);
    else this.#withoutSpike.add(delayMs, weight);
    const isOver = now - this.#lateAt > END_MS;
    if (isOver || now - this.#since > MAX_SPIKE_MS) this.#since = undefined;
    return isOver ? this.#withoutSpike : undefined;
  }

  /** Adds `buckets` to all recorded delays. */
  shift(buckets: number): void {
    this.#withoutSpike.shift(buckets);
  }

  /** Ends the detection of a running spike and forgets the usual target. */
  reset(): void {
    this.#since = undefined;
    this.#usualMs = Infinity;
  }

  #begin(delayMs: number, known: DelayHistogram, now: number): void {
    this.#withoutSpike.set(known);
    this.#peakMs = delayMs;
    this.#since = now;
  }

  #follow(targetMs: number, now: number): void {
    this.#usualMs = Math.min(targetMs, this.#usualMs + USUAL_RISE * Math.max(0, now - this.#updated));
    this.#updated = now;
  }

  get #boundMs(): number {
    if (this.#since === undefined) return this.#usualMs + BEGIN_ABOVE_MS;
    return this.#usualMs + END_SHARE * Math.max(0, this.#peakMs - this.#usualMs);
  }
}
