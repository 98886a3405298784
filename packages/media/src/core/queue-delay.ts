const BASE_WINDOW_MS = 15_000;
/** Frames by which a queue is known while it grows: between two pictures it is shorter for one of them. */
const GROWING_FRAMES = 3;
/** ms by which the last of them may have been faster than the first: after a stall it is by far. */
const GROWING_TOLERANCE_MS = 5;

/**
 * How long frames wait in queues on the way, from their capture times and arrivals, whose clocks need no common origin:
 * the time on the way above the least of the last 15 to 30 seconds, which also lets the clocks drift apart.
 * Of the last frames the fastest counts, so that neither large frames nor retransmissions look like a queue, nor a stall
 * after which all of them come at once.
 */
export class QueueDelay {
  readonly #recent: Float64Array;
  #count = 0;
  /** Least time on the way in this window and in the one before. */
  #least = Infinity;
  #leastBefore = Infinity;
  #windowStart: number | undefined;
  /** ms on the way of the last ones. */
  #last: number[] = [];

  /** @param frames that are recent */
  constructor(frames: number) {
    this.#recent = new Float64Array(frames).fill(Infinity);
  }

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
    this.#last = [...this.#last.slice(1 - GROWING_FRAMES), transit];
    this.#recent[this.#count++ % this.#recent.length] = transit;
  }

  /** ms; undefined before there are as many frames as count. */
  get standingMs(): number | undefined {
    if (this.#count < this.#recent.length) return undefined;
    return Math.min(...this.#recent) - Math.min(this.#least, this.#leastBefore);
  }

  /**
   * The same, of fewer frames while the queue grows: that frames come more slowly than they were sent tells it from a stall,
   * after which they come all at once.
   */
  get knownMs(): number | undefined {
    const [first = Infinity] = this.#last;
    const isGrowing = this.#last.length === GROWING_FRAMES && (this.#last.at(-1) ?? 0) >= first - GROWING_TOLERANCE_MS;
    return isGrowing ? Math.min(...this.#last) - Math.min(this.#least, this.#leastBefore) : this.standingMs;
  }

  /** Of another route or sender. */
  reset(): void {
    this.#count = 0;
    this.#least = Infinity;
    this.#leastBefore = Infinity;
    this.#windowStart = undefined;
    this.#last = [];
  }
}
