const BASE_WINDOW_MS = 15_000;
/**
 * A queue grows where of so many frames none was shorter on the way than the one before, and two were longer by so many ms,
 * and all of them by so many.
 */
const GROWING_STEPS = 3;
const GROWING_STEP_MS = 8;
const GROWING_MS = 35;

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
  #last = Infinity;
  /** By how many ms each of the last frames was longer on the way than the one before. */
  #steps: number[] = [];

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
    this.#steps = [...this.#steps.slice(1 - GROWING_STEPS), transit - this.#last];
    this.#last = transit;
    this.#recent[this.#count++ % this.#recent.length] = transit;
  }

  /** ms; undefined before there are as many frames as count. */
  get standingMs(): number | undefined {
    if (this.#count < this.#recent.length) return undefined;
    return Math.min(...this.#recent) - Math.min(this.#least, this.#leastBefore);
  }

  /**
   * The same, of the last frame alone while the queue grows: that frames come more slowly than they were sent tells it from
   * a stall, after which they come all at once, long before it stands.
   */
  get knownMs(): number | undefined {
    return this.#isGrowing ? this.#last - Math.min(this.#least, this.#leastBefore) : this.standingMs;
  }

  /** Of another route or sender. */
  reset(): void {
    this.#count = 0;
    this.#least = Infinity;
    this.#leastBefore = Infinity;
    this.#windowStart = undefined;
    this.#last = Infinity;
    this.#steps = [];
  }

  get #isGrowing(): boolean {
    const steps = this.#steps;
    const growth = steps.reduce((sum, step) => sum + step, 0);
    const long = steps.filter((step) => step >= GROWING_STEP_MS).length;
    return steps.length === GROWING_STEPS && steps.every((step) => step >= 0) && long >= 2 && growth >= GROWING_MS;
  }
}
