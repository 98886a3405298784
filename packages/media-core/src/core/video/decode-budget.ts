/** Share of the worker's time that decoding may take on average: the same thread receives audio. */
const SHARE = 0.5;
/** Decoding time above that share [ms] at which frames are dropped, and at which decoding resumes. */
const LIMIT_MS = 150;
const RESUME_MS = 30;
/** This many overruns within this time [ms] are an overload by the peer's video, not by a busy machine. */
const OVERRUNS = 4;
const OVERRUNS_MS = 10_000;

/** Limits the share of the worker's time that video decoding takes. `now` is monotonic [ms]. */
export class DecodeBudget {
  #debtMs = 0;
  #at = -Infinity;
  #isExhausted = false;
  #overruns: readonly number[] = [];

  /** Records the decoding time of a frame [ms]. */
  spent(ms: number, now: number): void {
    this.#settle(now);
    this.#debtMs += Math.max(ms, 0);
    if (this.#isExhausted || this.#debtMs <= LIMIT_MS) return;
    this.#isExhausted = true;
    this.#overruns = [...this.#overruns.filter((at) => now - at < OVERRUNS_MS), now];
  }

  /** Whether to drop frames up to the next key frame. */
  isExhausted(now: number): boolean {
    this.#settle(now);
    return this.#isExhausted;
  }

  /** Whether the budget was exceeded repeatedly. */
  isOverloaded(now: number): boolean {
    return this.#overruns.filter((at) => now - at < OVERRUNS_MS).length >= OVERRUNS;
  }

  /** Clears all measurements. */
  reset(): void {
    this.#debtMs = 0;
    this.#isExhausted = false;
    this.#overruns = [];
  }

  #settle(now: number): void {
    this.#debtMs = Math.max(this.#debtMs - SHARE * Math.max(now - this.#at, 0), 0);
    this.#at = now;
    if (this.#debtMs <= RESUME_MS) this.#isExhausted = false;
  }
}
