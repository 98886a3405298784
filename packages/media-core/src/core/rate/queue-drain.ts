/** A queue that grew by this much [ms] within this many reports is drained at once. */
const RISEN_MS = 35;
const RECENT_REPORTS = 30;
/** Maximum growth of a short queue [ms]. */
const SHORT_MS = 60;
/** Remaining growth at which the queue counts as drained [ms]. */
const DRAINED_MS = 20;
/**
 * Bitrates relative to the received bitrate: while draining a long queue, while draining a short one, where a strong
 * reduction would only shrink the video, and after the end.
 */
const DRAIN = 0.35;
const DRAIN_SHORT = 0.65;
const DRAINED = 0.8;
/** If a queue has not drained after this time [ms], other traffic causes it. No other drain begins for as long. */
const MAX_DRAIN_MS = 1000;
/**
 * While our queue drains, the received bitrate exceeds what we sent two reports before by this factor. If it does not,
 * and the queue does not grow by more than this [ms] either, in this many consecutive reports, the queue is not ours.
 */
const DRAIN_GAIN = 1.2;
const MAX_GROWTH_MS = 10;
const MAX_UNCONFIRMED = 3;

/** How to react to a queue. */
export interface DrainStep {
  /** `begin` and `go-on`: send at most `bitrate`. `end`: the path's capacity allows `bitrate`. */
  readonly step: 'begin' | 'go-on' | 'end';
  /** bits/s. */
  readonly bitrate: number;
}

/**
 * Drains a queue that has just grown on the network path, by the peer's reports. These detect the queue before the
 * browser's bandwidth estimate does, and before packets are dropped (docs/decisions/0009). A standing queue, or one
 * that does not drain, is caused by other traffic and left alone.
 */
export class QueueDrain {
  /** Queue delays of the last reports [ms]. */
  #queues: number[] = [];
  #since: number | undefined;
  #endedAt = -Infinity;
  /** Received bitrate of the last report [bits/s]; while there is a queue, this is the path's capacity. */
  #capacity = 0;
  /** Received bitrate when the drain began [bits/s]. */
  #bitrateBefore = 0;
  /** The last two decisions. */
  #decisions: readonly { readonly risen: number; readonly bitrate: number }[] = [];
  #unconfirmed = 0;

  /**
   * Call it for each report.
   * @param queueMs queue delay [ms]
   * @param bitrate received bitrate [bits/s]
   * @param now ms, monotonic
   */
  report(queueMs: number, bitrate: number, now: number): DrainStep | undefined {
    this.#queues = [...this.#queues.slice(1 - RECENT_REPORTS), queueMs];
    const risen = queueMs - Math.min(...this.#queues);
    if (this.#since === undefined) return this.#begin(risen, bitrate, now);
    if (risen <= DRAINED_MS || now - this.#since > MAX_DRAIN_MS) return this.#end(this.#capacity, now);
    if (bitrate === 0) return undefined;
    this.#unconfirmed = this.#isDraining(risen, bitrate) ? 0 : this.#unconfirmed + 1;
    if (this.#unconfirmed === MAX_UNCONFIRMED) return this.#end(this.#bitrateBefore, now);
    return this.#slowDown('go-on', risen, bitrate);
  }

  reset(): void {
    this.#queues = [];
    this.#since = undefined;
    this.#endedAt = -Infinity;
  }

  #begin(risen: number, bitrate: number, now: number): DrainStep | undefined {
    if (risen <= RISEN_MS || bitrate === 0 || now - this.#endedAt < MAX_DRAIN_MS) return undefined;
    this.#since = now;
    this.#bitrateBefore = bitrate;
    this.#decisions = [];
    this.#unconfirmed = 0;
    return this.#slowDown('begin', risen, bitrate);
  }

  #slowDown(step: 'begin' | 'go-on', risen: number, arrived: number): DrainStep {
    this.#capacity = arrived;
    const bitrate = shareFor(risen) * arrived;
    this.#decisions = [...this.#decisions.slice(-1), { risen, bitrate }];
    return { step, bitrate };
  }

  #isDraining(risen: number, arrived: number): boolean {
    const [first, second] = this.#decisions;
    if (!first || !second) return true;
    return arrived > DRAIN_GAIN * first.bitrate || risen > first.risen + MAX_GROWTH_MS;
  }

  #end(capacity: number, now: number): DrainStep {
    this.#since = undefined;
    this.#endedAt = now;
    return { step: 'end', bitrate: DRAINED * capacity };
  }
}

const shareFor = (risenMs: number) => (risenMs > SHORT_MS ? DRAIN : DRAIN_SHORT);
