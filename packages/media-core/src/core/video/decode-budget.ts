/** Part of the worker's time that decoding may take in the long run: sound is received by the same thread. */
const SHARE = 0.5;
/** ms that decoding may take beyond that before frames are dropped, and what is left of it when they are decoded again. */
const LIMIT_MS = 150;
const RESUME_MS = 30;
/** So often within so many ms, it is the peer's pictures, and no moment in which the machine was busy. */
const OVERRUNS = 4;
const OVERRUNS_MS = 10_000;

/** Whether decoding takes more time than there is for it. `now` is ms, monotonic. */
export class DecodeBudget {
  #debtMs = 0;
  #at = -Infinity;
  #isExhausted = false;
  #overruns: readonly number[] = [];

  /** A frame took that long. */
  spent(ms: number, now: number): void {
    this.#settle(now);
    this.#debtMs += Math.max(ms, 0);
    if (this.#isExhausted || this.#debtMs <= LIMIT_MS) return;
    this.#isExhausted = true;
    this.#overruns = [...this.#overruns.filter((at) => now - at < OVERRUNS_MS), now];
  }

  /** Whether frames are to be dropped, up to a key frame. */
  isExhausted(now: number): boolean {
    this.#settle(now);
    return this.#isExhausted;
  }

  /** Whether that happens again and again. */
  isOverloaded(now: number): boolean {
    return this.#overruns.filter((at) => now - at < OVERRUNS_MS).length >= OVERRUNS;
  }

  /** Forgets what was. */
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
