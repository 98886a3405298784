const BASE_WINDOW_MS = 15_000;
/** Frames by which a queue is known while it grows: between two pictures it is shorter for one of them. */
const GROWING_FRAMES = 3;
/** ms by which the last of them may have been faster than the first: after a stall it is by far. */
const GROWING_TOLERANCE_MS = 5;
/** A time on the way that is so many ms off the one before is measured by another clock. */
const OTHER_CLOCK_MS = 10_000;

interface Transit {
  /** ms of the sender's clock. */
  readonly sentAt: number;
  /** ms on the way, between clocks of different origin. */
  readonly ms: number;
}

/**
 * How long frames wait in queues on the way, from when they were sent and arrived, whose clocks need no common origin:
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
  /** The last ones. */
  #last: Transit[] = [];

  /** @param frames that are recent */
  constructor(frames: number) {
    this.#recent = new Float64Array(frames).fill(Infinity);
  }

  /**
   * @param sentAt ms of the sender's clock
   * @param arrival ms of ours, rising
   */
  add(sentAt: number, arrival: number): void {
    const before = this.#last.at(-1)?.ms;
    if (before !== undefined && Math.abs(arrival - sentAt - before) > OTHER_CLOCK_MS) this.reset();
    this.#windowStart ??= arrival;
    if (arrival - this.#windowStart >= BASE_WINDOW_MS) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#windowStart = arrival;
    }
    const transit = arrival - sentAt;
    this.#least = Math.min(this.#least, transit);
    this.#last = [...this.#last.slice(1 - GROWING_FRAMES), { sentAt, ms: transit }];
    this.#recent[this.#count++ % this.#recent.length] = transit;
  }

  /** ms; undefined before there are as many frames as count. */
  get standingMs(): number | undefined {
    if (this.#count < this.#recent.length) return undefined;
    return Math.min(...this.#recent) - this.#base;
  }

  /**
   * The same, of fewer frames while the queue grows: that frames come more slowly than they were sent tells it from a stall,
   * after which they come all at once. The next one, which is known to be on the way, tells so while it does not come.
   * @param now ms, as arrivals
   */
  knownMs(now: number): number | undefined {
    const transits = this.#last.map(({ ms }) => ms);
    if (transits.length < GROWING_FRAMES) return this.standingMs;
    const [first = Infinity, , last = Infinity] = transits;
    const known = [this.standingMs ?? 0];
    if (last >= first - GROWING_TOLERANCE_MS) known.push(Math.min(...transits) - this.#base);
    if (now - this.#nextSentAt >= last) known.push(last - this.#base);
    return Math.max(...known);
  }

  /** Of another route or sender. */
  reset(): void {
    this.#count = 0;
    this.#least = Infinity;
    this.#leastBefore = Infinity;
    this.#windowStart = undefined;
    this.#last = [];
  }

  get #base(): number {
    return Math.min(this.#least, this.#leastBefore);
  }

  /** Of the frame that comes after the last one, if they are sent evenly. */
  get #nextSentAt(): number {
    const [before, last] = this.#last.slice(-2);
    return before && last ? 2 * last.sentAt - before.sentAt : Infinity;
  }
}
