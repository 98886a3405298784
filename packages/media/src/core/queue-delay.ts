const BASE_WINDOW_MS = 15_000;
/** A queue grows where each of so many frames was longer on the way than the one before, by ms, and by ms in all. */
const GROWING_FRAMES = 3;
const GROWING_EACH_MS = 4;
const GROWING_MS = 30;

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
  /** Frames in a row that were longer on the way, and by how much. */
  #growingFrames = 0;
  #growthMs = 0;

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
    this.#follow(transit - this.#last);
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
    const isGrowing = this.#growingFrames >= GROWING_FRAMES && this.#growthMs >= GROWING_MS;
    return isGrowing ? this.#last - Math.min(this.#least, this.#leastBefore) : this.standingMs;
  }

  /** Of another route or sender. */
  reset(): void {
    this.#count = 0;
    this.#least = Infinity;
    this.#leastBefore = Infinity;
    this.#windowStart = undefined;
    this.#last = Infinity;
    this.#follow(0);
  }

  #follow(change: number): void {
    const grows = change >= GROWING_EACH_MS;
    this.#growingFrames = grows ? this.#growingFrames + 1 : 0;
    this.#growthMs = grows ? this.#growthMs + change : 0;
  }
}
