import { QueueDrain } from './queue-drain.js';
import { type Measured, ReportTrust } from './report-trust.js';
import { CarrierRate, known, PacerGuard } from './rate-signals.js';

/** What is known when a decision is due; any field may be missing. */
export interface RateSample {
  /**
   * bits/s, outbound-rtp `targetBitrate`: the browser's estimate, as Chromium gives it. 0 while it sends nothing. What our
   * frames are larger than its own counts there as overhead, and is subtracted: it knows of half of what may be sent.
   */
  readonly targetBitrate?: number | undefined;
  /** bits/s, candidate-pair `availableOutgoingBitrate`: all that may be sent, with sound and headers. */
  readonly availableBitrate?: number | undefined;
  /** What the peer's widget measured, if it came since the sample before. */
  readonly report?: ReceiverReport | undefined;
  /** Bytes of the browser's own encoded frames since the start, where they follow its estimate. */
  readonly carrierBytes?: number | undefined;
  /** Bytes of our own frames since the start. */
  readonly ownBytes?: number | undefined;
  /** s since the start, outbound-rtp `totalPacketSendDelay`. */
  readonly totalPacketSendDelay?: number | undefined;
  /** Since the start, of the same report. */
  readonly packetsSent?: number | undefined;
  /** ms. */
  readonly roundTripMs?: number | undefined;
  /** 0 to 1, of the last interval that the peer reported. */
  readonly lossFraction?: number | undefined;
}

export interface ReceiverReport {
  /** bits/s that arrived. */
  readonly bitrate: number;
  /** ms that frames stood in queues on the way. */
  readonly queueDelayMs: number;
  /** 0 to 1. */
  readonly lossFraction: number;
}

export interface RateDecision {
  /** bits/s for the encoder; 0 while nothing may be sent. */
  readonly bitrate: number;
  /** Leave this carrier out: what was encoded before is still waiting to be sent. */
  readonly skipFrame: boolean;
  /** What the bitrate followed. */
  readonly signal: RateSignal;
}

export type RateSignal = 'target' | 'report' | 'carrier' | 'none';

export interface RateLimits {
  /** bits/s. */
  readonly start: number;
  readonly min: number;
  readonly max: number;
}

const LIMITS: RateLimits = { start: 300_000, min: 30_000, max: 2_500_000 };
/** Of an estimate: the rest is for headers, audio and the encoder's overshoot. */
const SHARE = 0.9;
/** bits/s that are kept for sound with its headers and copies, and the part of all that is available at most. */
const SOUND = 110_000;
const SOUND_SHARE = 0.25;
/** Of an estimate while packets wait in the pacer for longer than so many ms, against other times. */
const CROWDED = 0.89;
const CROWDED_MS = 40;
/** A target or report that old says nothing any more, ms. */
const STALE_MS = 2000;
/** Growth per second: before the way was first found full, and after. */
const RAMP_FACTOR = 2;
const RISE_FACTOR = 1.35;
/** bits/s per second at least. */
const RISE_MIN = 60_000;
/** Growth per second between these parts of what filled the way last: each time that it is full shows. */
const CAREFUL_FACTOR = 1.03;
const NEAR_FULL = { from: 0.8, to: 1.4 };
/** Of what filled the way last: an estimate that is more, ms after it was full, knows that the way has become wider. */
const WIDER = 2;
const WIDER_AFTER_MS = 3000;
/** ms without growth after a fall of more than a tenth. */
const HOLD_MS = 700;
/** A rise by less than this is not worth telling the encoder. */
const RISE_STEP = 1.05;
const QUEUE_FULL_MS = 100;
const QUEUE_BUSY_MS = 50;
/** Of the estimate, while a queue is worked off, at least: it may know better. */
const LEAST_DRAIN = 0.15;
const LOSS_HIGH = 0.1;
const LOSS_LOW = 0.02;
const BACK_OFF = 0.85;
/** Of what was sent lately, what a peer can have received of it: it may have stood in a queue. */
const MOST_RECEIVED = 1.5;
/** An encoder that uses less of its bitrate than this has a simple picture before it. */
const BUSY_SHARE = 0.7;
/** ms above the least round trip. */
const ROUND_TRIP_RISE_MS = 200;

/**
 * Decides the video bitrate every 100 ms: starts low, doubles each second until the way is full, falls at once with the
 * estimate and rises slowly. It follows the best signal there is: the browser's estimate, else the peer's reports, else
 * the bitrate of a full-resolution carrier, unless the picture alone makes that small; without any it stays at the start
 * bitrate.
 */
export class RateController {
  readonly #limits: RateLimits;
  #bitrate: number;
  /** What was decided last, which lags behind a rising `#bitrate`. */
  #decided: number;
  #ramping = true;
  #heldUntil = -Infinity;
  #last: number | undefined;
  #target: { readonly bitrate: number; readonly available: number | undefined; readonly at: number } | undefined;
  #report: { readonly ceiling: number; readonly at: number } | undefined;
  readonly #carrier = new CarrierRate();
  readonly #own = new CarrierRate();
  readonly #guard = new PacerGuard();
  #leastRoundTrip = Infinity;
  #backedOffAt = -Infinity;
  readonly #drain = new QueueDrain();
  readonly #trust = new ReportTrust();
  #measured: Measured = { lossFraction: undefined, roundTripRiseMs: undefined };
  /** What the way took when it was full last: near to it the bitrate rises slowly. */
  #full = { bitrate: Infinity, at: -Infinity };

  constructor(limits: Partial<RateLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#bitrate = Math.min(this.#limits.start, this.#limits.max);
    this.#decided = this.#bitrate;
  }

  /** bits/s at most. */
  get max(): number {
    return this.#limits.max;
  }

  /** bits/s of the browser's own frames; undefined while unknown. */
  get carrierBitrate(): number | undefined {
    return this.#carrier.bitrate;
  }

  /** @param now ms, monotonic. */
  decide(sample: RateSample, now: number): RateDecision {
    const elapsed = Math.min(Math.max(now - (this.#last ?? now), 0), 1000);
    this.#last = now;
    const skipFrame = this.#guard.update(sample, now);
    const { estimate, signal } = this.#estimate(sample, now);
    if (estimate === 0) {
      const target = this.#target;
      this.routeChanged();
      this.#target = target;
      return { bitrate: 0, skipFrame: true, signal };
    }
    const ceiling = Math.min(estimate, this.#limits.max);
    this.#follow(ceiling, skipFrame ? 0 : elapsed, now);
    if (this.#bitrate < this.#decided || this.#bitrate >= this.#decided * RISE_STEP || this.#bitrate >= ceiling) {
      this.#decided = this.#bitrate;
    }
    return { bitrate: Math.floor(this.#decided), skipFrame, signal };
  }

  /**
   * To be called for each of the peer's reports as soon as it comes: a queue that has just grown is older than the browser's
   * estimate of the bitrate knows, and overflows before that does.
   * @returns what holds until the next decision, if that changes
   */
  react(report: ReceiverReport, now: number): RateDecision | undefined {
    const drain = this.#drain.report(report.queueDelayMs, report.bitrate, now);
    if (!this.#trust.isBelieved(report, this.#measured, now) || !drain) return undefined;
    const { step, bitrate } = drain;
    if (step === 'end') {
      this.#full = { bitrate, at: now };
      this.#bitrate = Math.max(this.#bitrate, Math.min(bitrate, this.#allowedByTarget, this.#limits.max));
    } else {
      this.#bitrate = Math.min(this.#bitrate, Math.max(bitrate, this.#leastDrain));
    }
    this.#decided = this.#bitrate;
    this.#ramping = false;
    this.#heldUntil = now + HOLD_MS;
    return { bitrate: Math.floor(this.#decided), skipFrame: false, signal: 'report' };
  }

  /** Forgets what the old route taught: starts low and ramps again. Also for an ICE restart. */
  routeChanged(): void {
    this.#bitrate = Math.min(this.#bitrate, this.#limits.start);
    this.#decided = this.#bitrate;
    this.#last = undefined;
    this.#ramping = true;
    this.#heldUntil = -Infinity;
    this.#target = undefined;
    this.#report = undefined;
    this.#carrier.reset();
    this.#own.reset();
    this.#guard.reset();
    this.#leastRoundTrip = Infinity;
    this.#drain.reset();
    this.#full = { bitrate: Infinity, at: -Infinity };
  }

  /** bits/s; Infinity where the browser says nothing. */
  get #allowedByTarget(): number {
    const target = this.#target;
    if (!target) return Infinity;
    if (target.bitrate === 0) return 0;
    const { available = 0 } = target;
    const allowed = SHARE * Math.max(target.bitrate, available - Math.min(SOUND, SOUND_SHARE * available));
    return this.#guard.meanMs > CROWDED_MS ? CROWDED * allowed : allowed;
  }

  get #leastDrain(): number {
    const { bitrate = 0, available = bitrate } = this.#target ?? {};
    return Math.max(LEAST_DRAIN * Math.max(bitrate, available), this.#limits.min);
  }

  #follow(ceiling: number, elapsed: number, now: number): void {
    if (ceiling < this.#bitrate) {
      if (ceiling < this.#bitrate * 0.9) {
        this.#ramping = false;
        this.#heldUntil = now + HOLD_MS;
      }
      this.#bitrate = ceiling;
    } else if (now >= this.#heldUntil) {
      this.#bitrate = Math.min(this.#grown(elapsed / 1000, now), ceiling);
    }
    this.#bitrate = Math.max(this.#bitrate, Math.min(this.#limits.min, ceiling));
  }

  #grown(seconds: number, now: number): number {
    const bitrate = this.#bitrate;
    if (this.#isNearFull(now)) return bitrate * CAREFUL_FACTOR ** seconds;
    const grown = bitrate * (this.#ramping ? RAMP_FACTOR : RISE_FACTOR) ** seconds;
    return Math.max(grown, bitrate + RISE_MIN * seconds);
  }

  #isNearFull(now: number): boolean {
    const full = this.#full;
    const available = this.#target?.available ?? 0;
    const isWider = available > WIDER * full.bitrate && now - full.at > WIDER_AFTER_MS;
    return !isWider && this.#bitrate > NEAR_FULL.from * full.bitrate && this.#bitrate <= NEAR_FULL.to * full.bitrate;
  }

  /** bits/s that may be used, by the best signal; 0 if the browser sends nothing. */
  #estimate(sample: RateSample, now: number): { readonly estimate: number; readonly signal: RateSignal } {
    const target = known(sample.targetBitrate);
    if (target !== undefined) this.#target = { bitrate: target, available: known(sample.availableBitrate), at: now };
    const carrier = this.#carrier.update(known(sample.carrierBytes), now);
    const own = this.#own.update(known(sample.ownBytes), now);
    const congested = this.#isCongested(sample);
    if (sample.report) this.#take(sample.report, own ?? carrier, now);
    if (this.#target && now - this.#target.at <= STALE_MS) {
      return { estimate: this.#allowedByTarget, signal: 'target' };
    }
    if (this.#report && now - this.#report.at <= STALE_MS) return { estimate: this.#report.ceiling, signal: 'report' };
    const allowed = carrier === undefined ? Math.min(this.#bitrate, this.#limits.start) : this.#allowedBy(carrier, own);
    const estimate = congested ? Math.min(allowed, this.#backOff(now)) : allowed;
    return { estimate: Math.max(estimate, this.#limits.min), signal: carrier === undefined ? 'none' : 'carrier' };
  }

  /** Carriers that are small because the picture is simple, as ours then are too, say nothing of the way. */
  #allowedBy(carrier: number, own: number | undefined): number {
    const isSimple = own !== undefined && own < BUSY_SHARE * this.#decided && own <= carrier;
    return isSimple ? Math.max(carrier * SHARE, this.#bitrate) : carrier * SHARE;
  }

  /** Up to half as much again as what arrives, as long as it arrives without a queue. */
  #ceilingBy({ bitrate, queueDelayMs, lossFraction }: ReceiverReport, now: number): number {
    const current = this.#bitrate;
    if (queueDelayMs > QUEUE_FULL_MS) return Math.max(Math.min(current, BACK_OFF * bitrate), this.#limits.min);
    if (lossFraction > LOSS_HIGH) return Math.max(Math.min(current, this.#backOff(now)), this.#limits.min);
    // An encoder that has little to say does not show how much would go through.
    const probing = bitrate > current / 2;
    if (queueDelayMs > QUEUE_BUSY_MS || lossFraction > LOSS_LOW || !probing) return current;
    return Math.max(current, 1.5 * bitrate + RISE_MIN);
  }

  /** @param sent bits/s; undefined while unknown */
  #take(report: ReceiverReport, sent: number | undefined, now: number): void {
    if (!this.#trust.isBelieved(report, this.#measured, now)) {
      this.#report = undefined;
      return;
    }
    const bitrate = Math.min(report.bitrate, MOST_RECEIVED * (sent ?? Infinity));
    this.#report = { ceiling: this.#ceilingBy({ ...report, bitrate }, now), at: now };
  }

  #isCongested({ roundTripMs, lossFraction }: RateSample): boolean {
    const roundTrip = known(roundTripMs);
    if (roundTrip !== undefined) this.#leastRoundTrip = Math.min(this.#leastRoundTrip, roundTrip);
    this.#measured = {
      lossFraction: known(lossFraction),
      roundTripRiseMs: roundTrip === undefined ? undefined : roundTrip - this.#leastRoundTrip,
    };
    const late = roundTrip !== undefined && roundTrip > this.#leastRoundTrip + ROUND_TRIP_RISE_MS;
    return late || (known(lossFraction) ?? 0) > LOSS_HIGH;
  }

  /** At most one step in a time that lets its effect be seen. */
  #backOff(now: number): number {
    if (now - this.#backedOffAt < HOLD_MS) return this.#bitrate;
    this.#backedOffAt = now;
    return Math.max(this.#bitrate * BACK_OFF, this.#limits.min);
  }
}
