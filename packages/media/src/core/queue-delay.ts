const BASE_WINDOW_MS = 15_000;
const RECENT_FRAMES = 8;

/**
 * How long frames wait in queues on the way, from their capture times and arrivals, whose clocks need no common origin:
 * the time on the way above the least of the last 15 to 30 seconds, which also lets the clocks drift apart.
 * Of the last eight frames the fastest counts, so that neither large frames nor retransmissions look like a queue.
 */
export class QueueDelay {
  readonly #recent = new Float64Array(RECENT_FRAMES).fill(Infinity);
  #count = 0;
  /** Least time on the way in this window and in the one before. */
  #least = Infinity;
  #leastBefore = Infinity;
  #windowStart: number | undefined;

  /**
   * @param captureTime ms of the sender's clock
   * @param arrival ms of ours, rising
   */
  add(captureTime: number, arrival: number): void {
    this.#windowStart ??= arrival;
    if (arrival - this.#windowStart >= BASE_WINDOW_MS) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#windowStart = arrival;
    }
    const transit = arrival - captureTime;
    this.#least = Math.min(this.#least, transit);
    this.#recent[this.#count++ % RECENT_FRAMES] = transit;
  }

  /** ms; undefined before there are eight frames. */
  get standingMs(): number | undefined {
    if (this.#count < RECENT_FRAMES) return undefined;
    return Math.min(...this.#recent) - Math.min(this.#least, this.#leastBefore);
  }

  /** Of another route or sender. */
  reset(): void {
    this.#count = 0;
    this.#least = Infinity;
    this.#leastBefore = Infinity;
    this.#windowStart = undefined;
  }
}
