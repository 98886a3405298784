const BASE_WINDOW_MS = 15_000;
/** Consecutive frames that detect a growing queue. Three, because the delay can fall once between two video frames. */
const GROWING_FRAMES = 3;
/** How much faster the last of them may be than the first [ms]; after a stall the difference is much larger. */
const GROWING_TOLERANCE_MS = 5;
/** A change of the transit time by more than this [ms] means another clock. */
const OTHER_CLOCK_MS = 10_000;

interface Transit {
  /** Sending time on the sender's clock [ms]. */
  readonly sentAt: number;
  /** Transit time, which includes the clock offset [ms]. */
  readonly ms: number;
}

/**
 * Measures how long frames wait in queues on the network path: the transit time above its minimum over the last 15 to
 * 30 s, which tolerates clock offset and drift (docs/decisions/0016). The minimum over the recent frames counts, so
 * that large frames, retransmissions and a stall after which all frames arrive at once do not look like a queue.
 */
export class QueueDelay {
  readonly #recent: Float64Array;
  #count = 0;
  /** Minimum transit time in the current window and in the previous one. */
  #min = Infinity;
  #previousMin = Infinity;
  #windowStart: number | undefined;
  /** The latest frames, as many as detect a growing queue. */
  #last: Transit[] = [];

  /** @param frames number of recent frames to take the minimum over */
  constructor(frames: number) {
    this.#recent = new Float64Array(frames).fill(Infinity);
  }

  /**
   * Adds a received frame.
   * @param sentAt sending time on the sender's clock [ms]
   * @param arrival arrival on our clock [ms], rising
   */
  add(sentAt: number, arrival: number): void {
    const before = this.#last.at(-1)?.ms;
    if (before !== undefined && Math.abs(arrival - sentAt - before) > OTHER_CLOCK_MS) this.reset();
    this.#windowStart ??= arrival;
    if (arrival - this.#windowStart >= BASE_WINDOW_MS) {
      this.#previousMin = this.#min;
      this.#min = Infinity;
      this.#windowStart = arrival;
    }
    const transit = arrival - sentAt;
    this.#min = Math.min(this.#min, transit);
    this.#last = [...this.#last.slice(1 - GROWING_FRAMES), { sentAt, ms: transit }];
    this.#recent[this.#count++ % this.#recent.length] = transit;
  }

  /** Queue delay by all recent frames [ms]; undefined until there are enough. */
  get standingMs(): number | undefined {
    if (this.#count < this.#recent.length) return undefined;
    return Math.min(...this.#recent) - this.#base;
  }

  /**
   * Queue delay [ms], detected by fewer frames while the queue grows. Frames that arrive at longer intervals than they
   * were sent indicate a queue; after a stall they arrive at once. The next frame counts as well while it is overdue.
   * @param now ms, on the clock of arrivals
   */
  detectedMs(now: number): number | undefined {
    const transits = this.#last.map(({ ms }) => ms);
    if (transits.length < GROWING_FRAMES) return this.standingMs;
    const [first = Infinity, , last = Infinity] = transits;
    const delays = [this.standingMs ?? 0];
    if (last >= first - GROWING_TOLERANCE_MS) delays.push(Math.min(...transits) - this.#base);
    if (now - this.#nextSentAt >= last) delays.push(last - this.#base);
    return Math.max(...delays);
  }

  /** Clears all measurements, for another route or sender. */
  reset(): void {
    this.#count = 0;
    this.#min = Infinity;
    this.#previousMin = Infinity;
    this.#windowStart = undefined;
    this.#last = [];
  }

  get #base(): number {
    return Math.min(this.#min, this.#previousMin);
  }

  /** Sending time of the next frame, if frames are sent at a constant interval. */
  get #nextSentAt(): number {
    const [before, last] = this.#last.slice(-2);
    return before && last ? 2 * last.sentAt - before.sentAt : Infinity;
  }
}
