import { QueueDrain } from './queue-drain.js';
import { type Measured, ReportPlausibility } from './report-plausibility.js';
import { nonNegative, PacerGuard, SmoothedBitrate } from './rate-signals.js';

/** Input of a decision; any field may be missing. */
export interface RateSample {
  /**
   * `targetBitrate` of outbound-rtp in Chromium, the browser's estimate [bits/s]; 0 while it sends nothing. The size of
   * wasm frames above the carrier's counts as overhead and is subtracted, so it can be half of what may be sent
   * (docs/decisions/0009).
   */
  readonly targetBitrate?: number | undefined;
  /** `availableOutgoingBitrate` of candidate-pair, for audio, video and headers [bits/s]. */
  readonly availableBitrate?: number | undefined;
  /** The peer's report, if one arrived since the last sample. */
  readonly report?: ReceiverReport | undefined;
  /** Bytes of the browser's encoded frames since the start, where they follow its estimate. */
  readonly carrierBytes?: number | undefined;
  /** Bytes of the wasm encoder's frames since the start. */
  readonly wasmBytes?: number | undefined;
  /** `totalPacketSendDelay` of outbound-rtp [s]. */
  readonly totalPacketSendDelay?: number | undefined;
  /** `packetsSent` of the same report. */
  readonly packetsSent?: number | undefined;
  readonly roundTripMs?: number | undefined;
  /** Loss fraction of the last RTCP report, 0 to 1. */
  readonly lossFraction?: number | undefined;
}

export interface ReceiverReport {
  /** Received bitrate [bits/s]. */
  readonly bitrate: number;
  /** Queue delay on the network path [ms]. */
  readonly queueDelayMs: number;
  /** 0 to 1. */
  readonly lossFraction: number;
}

export interface RateDecision {
  /** Bitrate of the encoder [bits/s]; 0 while nothing may be sent. */
  readonly bitrate: number;
  /** Drop this carrier, because earlier packets wait in the pacer. */
  readonly skipFrame: boolean;
  /** Signal that the bitrate followed. */
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
/** Share of an estimate for video; the rest covers headers, audio and overshoot of the encoder. */
const VIDEO_SHARE = 0.9;
/** Reserved for audio with headers and copies [bits/s], and its maximum share of the available bitrate. */
const AUDIO_RESERVE = 110_000;
const MAX_AUDIO_SHARE = 0.25;
/** Factor on the estimate while packets wait in the pacer for longer than this [ms]. */
const PACER_BUSY = 0.89;
const PACER_BUSY_MS = 40;
/** Maximum age of a target or report [ms]. */
const STALE_MS = 2000;
/** Growth factor per second: before the first fall, and after it. */
const RAMP_FACTOR = 2;
const RISE_FACTOR = 1.35;
/** Minimum growth [bits/s per second]. */
const RISE_MIN = 60_000;
/** Growth factor per second between these multiples of the known capacity, where each congestion is visible. */
const NEAR_CAPACITY_FACTOR = 1.03;
const NEAR_CAPACITY = { from: 0.8, to: 1.4 };
/**
 * An estimate above this multiple of the known capacity, this long after it was measured [ms], means that the capacity
 * has grown.
 */
const GROWN_FACTOR = 2;
const GROWN_AFTER_MS = 3000;
/** No growth for this long after a fall by more than 10 % [ms]. */
const HOLD_MS = 700;
/** Rises below this factor are not passed to the encoder. */
const RISE_STEP = 1.05;
const QUEUE_FULL_MS = 100;
const QUEUE_BUSY_MS = 50;
/** Minimum share of the estimate while a queue is drained. */
const MIN_DRAIN = 0.15;
const LOSS_HIGH = 0.1;
const LOSS_LOW = 0.02;
const BACK_OFF = 0.85;
/** Maximum plausible received bitrate, relative to the bitrate sent; a queue can add to it. */
const MAX_RECEIVED = 1.5;
/** An encoder that uses less than this share of its bitrate encodes simple video. */
const COMPLEX_SHARE = 0.7;
/** Rise of the round trip above its minimum that counts as congestion [ms]. */
const ROUND_TRIP_RISE_MS = 200;

/**
 * Decides the video bitrate every 100 ms: starts low, doubles each second until the network path is congested, falls at
 * once with the estimate and rises slowly. It follows the best signal available: the browser's estimate, else the
 * peer's reports, else the bitrate of full-size carriers, unless simple video makes that low. Without any signal it
 * stays at the start bitrate.
 */
export class RateController {
  readonly #limits: RateLimits;
  #bitrate: number;
  /** Bitrate passed to the encoder, which follows a rising `#bitrate` in steps. */
  #decided: number;
  #ramping = true;
  #heldUntil = -Infinity;
  #last: number | undefined;
  #target: { readonly bitrate: number; readonly available: number | undefined; readonly at: number } | undefined;
  #report: { readonly ceiling: number; readonly at: number } | undefined;
  readonly #carrier = new SmoothedBitrate();
  readonly #wasm = new SmoothedBitrate();
  readonly #guard = new PacerGuard();
  #minRoundTrip = Infinity;
  #backedOffAt = -Infinity;
  readonly #drain = new QueueDrain();
  readonly #plausibility = new ReportPlausibility();
  #measured: Measured = { lossFraction: undefined, roundTripRiseMs: undefined };
  /** Capacity measured at the last congestion, near which the bitrate rises slowly. */
  #capacity = { bitrate: Infinity, at: -Infinity };

  constructor(limits: Partial<RateLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#bitrate = Math.min(this.#limits.start, this.#limits.max);
    this.#decided = this.#bitrate;
  }

  /** Maximum bitrate [bits/s]. */
  get max(): number {
    return this.#limits.max;
  }

  /** Bitrate of the browser's encoded frames [bits/s]; undefined while unknown. */
  get carrierBitrate(): number | undefined {
    return this.#carrier.bitrate;
  }

  /**
   * Decides the bitrate.
   * @param now ms, monotonic
   */
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
   * Call it for each report of the peer on arrival. A growing queue is visible in the report before the browser's
   * estimate falls and before packets are dropped.
   * @returns the decision to use until the next `decide`, if it changes
   */
  react(report: ReceiverReport, now: number): RateDecision | undefined {
    const drain = this.#drain.report(report.queueDelayMs, report.bitrate, now);
    if (!this.#plausibility.isPlausible(report, this.#measured, now) || !drain) return undefined;
    const { step, bitrate } = drain;
    if (step === 'end') {
      this.#capacity = { bitrate, at: now };
      this.#bitrate = Math.max(this.#bitrate, Math.min(bitrate, this.#allowedByTarget, this.#limits.max));
    } else {
      this.#bitrate = Math.min(this.#bitrate, Math.max(bitrate, this.#minDrain));
    }
    this.#decided = this.#bitrate;
    this.#ramping = false;
    this.#heldUntil = now + HOLD_MS;
    return { bitrate: Math.floor(this.#decided), skipFrame: false, signal: 'report' };
  }

  /** The network route changed or ICE restarted: starts low and ramps again. */
  routeChanged(): void {
    this.#bitrate = Math.min(this.#bitrate, this.#limits.start);
    this.#decided = this.#bitrate;
    this.#last = undefined;
    this.#ramping = true;
    this.#heldUntil = -Infinity;
    this.#target = undefined;
    this.#report = undefined;
    this.#carrier.reset();
    this.#wasm.reset();
    this.#guard.reset();
    this.#minRoundTrip = Infinity;
    this.#drain.reset();
    this.#capacity = { bitrate: Infinity, at: -Infinity };
  }

  /** Maximum bitrate by the browser's estimate [bits/s]; Infinity without one. */
  get #allowedByTarget(): number {
    const target = this.#target;
    if (!target) return Infinity;
    if (target.bitrate === 0) return 0;
    const { available = 0 } = target;
    const allowed =
      VIDEO_SHARE * Math.max(target.bitrate, available - Math.min(AUDIO_RESERVE, MAX_AUDIO_SHARE * available));
    return this.#guard.meanMs > PACER_BUSY_MS ? PACER_BUSY * allowed : allowed;
  }

  get #minDrain(): number {
    const { bitrate = 0, available = bitrate } = this.#target ?? {};
    return Math.max(MIN_DRAIN * Math.max(bitrate, available), this.#limits.min);
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
    if (this.#isNearCapacity(now)) return bitrate * NEAR_CAPACITY_FACTOR ** seconds;
    const grown = bitrate * (this.#ramping ? RAMP_FACTOR : RISE_FACTOR) ** seconds;
    return Math.max(grown, bitrate + RISE_MIN * seconds);
  }

  #isNearCapacity(now: number): boolean {
    const capacity = this.#capacity;
    const available = this.#target?.available ?? 0;
    const hasGrown = available > GROWN_FACTOR * capacity.bitrate && now - capacity.at > GROWN_AFTER_MS;
    return (
      !hasGrown &&
      this.#bitrate > NEAR_CAPACITY.from * capacity.bitrate &&
      this.#bitrate <= NEAR_CAPACITY.to * capacity.bitrate
    );
  }

  /** Maximum bitrate by the best signal [bits/s]; 0 if the browser sends nothing. */
  #estimate(sample: RateSample, now: number): { readonly estimate: number; readonly signal: RateSignal } {
    const target = nonNegative(sample.targetBitrate);
    if (target !== undefined)
      this.#target = { bitrate: target, available: nonNegative(sample.availableBitrate), at: now };
    const carrier = this.#carrier.update(nonNegative(sample.carrierBytes), now);
    const wasm = this.#wasm.update(nonNegative(sample.wasmBytes), now);
    const isCongested = this.#isCongested(sample);
    if (sample.report) this.#takeReport(sample.report, wasm ?? carrier, now);
    if (this.#target && now - this.#target.at <= STALE_MS) {
      return { estimate: this.#allowedByTarget, signal: 'target' };
    }
    if (this.#report && now - this.#report.at <= STALE_MS) return { estimate: this.#report.ceiling, signal: 'report' };
    const allowed =
      carrier === undefined ? Math.min(this.#bitrate, this.#limits.start) : this.#allowedBy(carrier, wasm);
    const estimate = isCongested ? Math.min(allowed, this.#backOff(now)) : allowed;
    return { estimate: Math.max(estimate, this.#limits.min), signal: carrier === undefined ? 'none' : 'carrier' };
  }

  /** Small carriers say nothing about the path if simple video makes the wasm frames small too. */
  #allowedBy(carrier: number, wasm: number | undefined): number {
    const isSimple = wasm !== undefined && wasm < COMPLEX_SHARE * this.#decided && wasm <= carrier;
    return isSimple ? Math.max(carrier * VIDEO_SHARE, this.#bitrate) : carrier * VIDEO_SHARE;
  }

  /** Up to 1.5 times the received bitrate, while there is no queue. */
  #ceilingBy({ bitrate, queueDelayMs, lossFraction }: ReceiverReport, now: number): number {
    const current = this.#bitrate;
    if (queueDelayMs > QUEUE_FULL_MS) return Math.max(Math.min(current, BACK_OFF * bitrate), this.#limits.min);
    if (lossFraction > LOSS_HIGH) return Math.max(Math.min(current, this.#backOff(now)), this.#limits.min);
    // An encoder that uses little of its bitrate does not test the capacity.
    const probing = bitrate > current / 2;
    if (queueDelayMs > QUEUE_BUSY_MS || lossFraction > LOSS_LOW || !probing) return current;
    return Math.max(current, 1.5 * bitrate + RISE_MIN);
  }

  /**
   * Takes a report.
   * @param sent bitrate sent [bits/s]; undefined while unknown
   */
  #takeReport(report: ReceiverReport, sent: number | undefined, now: number): void {
    if (!this.#plausibility.isPlausible(report, this.#measured, now)) {
      this.#report = undefined;
      return;
    }
    const bitrate = Math.min(report.bitrate, MAX_RECEIVED * (sent ?? Infinity));
    this.#report = { ceiling: this.#ceilingBy({ ...report, bitrate }, now), at: now };
  }

  #isCongested({ roundTripMs, lossFraction }: RateSample): boolean {
    const roundTrip = nonNegative(roundTripMs);
    if (roundTrip !== undefined) this.#minRoundTrip = Math.min(this.#minRoundTrip, roundTrip);
    this.#measured = {
      lossFraction: nonNegative(lossFraction),
      roundTripRiseMs: roundTrip === undefined ? undefined : roundTrip - this.#minRoundTrip,
    };
    const isLate = roundTrip !== undefined && roundTrip > this.#minRoundTrip + ROUND_TRIP_RISE_MS;
    return isLate || (nonNegative(lossFraction) ?? 0) > LOSS_HIGH;
  }

  /** Reduces the bitrate by one step, at most once per hold time, so that the effect can show. */
  #backOff(now: number): number {
    if (now - this.#backedOffAt < HOLD_MS) return this.#bitrate;
    this.#backedOffAt = now;
    return Math.max(this.#bitrate * BACK_OFF, this.#limits.min);
  }
}
