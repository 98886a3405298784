/** A queue that grew by this much, ms, in the time of so many reports is worked off at once. */
const RISEN_MS = 35;
const RECENT_REPORTS = 30;
/** Up to so many ms it is short. */
const SHORT_MS = 60;
/** It is gone when so little is left. */
const GONE_MS = 20;
/**
 * Of what the peer receives, to be sent while a queue is worked off: a short one is gone soon anyway, and pictures shall not
 * get smaller for it; and after it.
 */
const DRAIN = 0.35;
const DRAIN_SHORT = 0.65;
const DRAINED = 0.8;
/** ms after which a queue that does not go is not ours; for as long after it no other one is. */
const MAX_DRAIN_MS = 1000;
/**
 * Out of a queue more arrives than was to be sent two reports before. What does not do so, and does not grow by more than so
 * many ms, for so many reports in turn, is not ours either.
 */
const OUT_OF_QUEUE = 1.2;
const STEADY_MS = 10;
const MAX_DOUBTS = 3;

/** What to do about a queue. */
export interface DrainStep {
  /** `begin` and `go-on`: send no more than `bitrate`. `end`: the way takes `bitrate`. */
  readonly step: 'begin' | 'go-on' | 'end';
  /** bits/s. */
  readonly bitrate: number;
}

/**
 * Works off a queue on the way that has just grown, by the reports of the peer, which knows of it before the browser's
 * estimate does and before it overflows. A queue that has long been there, or does not go, is made by others.
 */
export class QueueDrain {
  /** ms, of the last reports. */
  #queues: number[] = [];
  #since: number | undefined;
  #endedAt = -Infinity;
  /** bits/s that arrived last: while frames stand in a queue, what the way takes. */
  #wayTakes = 0;
  /** bits/s that arrived when it began. */
  #before = 0;
  /** The last two. */
  #slowed: readonly { readonly risen: number; readonly bitrate: number }[] = [];
  #doubts = 0;

  /**
   * To be called for each report.
   * @param queueMs that frames stood in queues on the way
   * @param bitrate bits/s that arrived
   * @param now ms, monotonic
   */
  report(queueMs: number, bitrate: number, now: number): DrainStep | undefined {
    this.#queues = [...this.#queues.slice(1 - RECENT_REPORTS), queueMs];
    const risen = queueMs - Math.min(...this.#queues);
    if (this.#since === undefined) return this.#begin(risen, bitrate, now);
    if (risen <= GONE_MS || now - this.#since > MAX_DRAIN_MS) return this.#end(this.#wayTakes, now);
    if (bitrate === 0) return undefined;
    this.#doubts = this.#comesOutOfQueue(risen, bitrate) ? 0 : this.#doubts + 1;
    if (this.#doubts === MAX_DOUBTS) return this.#end(this.#before, now);
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
    this.#before = bitrate;
    this.#slowed = [];
    this.#doubts = 0;
    return this.#slowDown('begin', risen, bitrate);
  }

  #slowDown(step: 'begin' | 'go-on', risen: number, arrived: number): DrainStep {
    this.#wayTakes = arrived;
    const bitrate = shareFor(risen) * arrived;
    this.#slowed = [...this.#slowed.slice(-1), { risen, bitrate }];
    return { step, bitrate };
  }

  #comesOutOfQueue(risen: number, arrived: number): boolean {
    const [first, second] = this.#slowed;
    if (!first || !second) return true;
    return arrived > OUT_OF_QUEUE * first.bitrate || risen > first.risen + STEADY_MS;
  }

  #end(wayTakes: number, now: number): DrainStep {
    this.#since = undefined;
    this.#endedAt = now;
    return { step: 'end', bitrate: DRAINED * wayTakes };
  }
}

const shareFor = (risenMs: number) => (risenMs > SHORT_MS ? DRAIN : DRAIN_SHORT);
