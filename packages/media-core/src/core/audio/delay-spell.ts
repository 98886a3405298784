import type { DelayHistogram } from './delay-histogram.js';

/** A spell begins with a packet so many ms above the usual target, */
const ABOVE_MS = 20;
/** which follows the target at so many ms per ms where that rises: a queue raises it while it fills. */
const RISE = 0.02;
/** It is over when no packet has come with more than this share of the worst delay above the target for so many ms. */
const CALM_SHARE = 0.3;
const CALM_MS = 200;
/** What goes on for longer is how the way is now, and so is what comes again within so many ms. */
const MOST_MS = 3000;
const APART_MS = 20_000;

/**
 * A queue on the way that fills once and is drained says nothing of the delays after it: a single spell of late packets is
 * forgotten as soon as it is over, so that sound is not held back for what will not come again.
 */
export class DelaySpell {
  /** What is known without it. */
  readonly #calm: DelayHistogram;
  #usualMs = Infinity;
  #worstMs = 0;
  #updated = 0;
  #since: number | undefined;
  #lateAt = -Infinity;

  /** @param calm to be used for what is known without it */
  constructor(calm: DelayHistogram) {
    this.#calm = calm;
  }

  /**
   * To be called for each packet, before it is added to what is known.
   * @param targetMs delay that is waited for
   * @returns what is to be known from now on, if a spell is over
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
    const isApart = now - this.#lateAt > APART_MS;
    if (isLate) this.#lateAt = now;
    if (this.#since === undefined) {
      if (isLate && isApart) this.#begin(delayMs, known, now);
      return undefined;
    }
    if (isLate) this.#worstMs = Math.max(this.#worstMs, delayMs);
    else this.#calm.add(delayMs, weight);
    const isOver = now - this.#lateAt > CALM_MS;
    if (isOver || now - this.#since > MOST_MS) this.#since = undefined;
    return isOver ? this.#calm : undefined;
  }

  /** Delays are longer by so many buckets. */
  shift(buckets: number): void {
    this.#calm.shift(buckets);
  }

  /** What has begun is no spell. */
  reset(): void {
    this.#since = undefined;
    this.#usualMs = Infinity;
  }

  #begin(delayMs: number, known: DelayHistogram, now: number): void {
    this.#calm.set(known);
    this.#worstMs = delayMs;
    this.#since = now;
  }

  #follow(targetMs: number, now: number): void {
    this.#usualMs = Math.min(targetMs, this.#usualMs + RISE * Math.max(0, now - this.#updated));
    this.#updated = now;
  }

  get #boundMs(): number {
    if (this.#since === undefined) return this.#usualMs + ABOVE_MS;
    return this.#usualMs + CALM_SHARE * Math.max(0, this.#worstMs - this.#usualMs);
  }
}
