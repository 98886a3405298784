export interface Carrier {
  /** When the transform received it; ms, monotonic. */
  readonly arrivedAt: number;
  /** The browser encoded it as a key frame, for example after a PLI (RFC 4585 §6.3.1). */
  readonly keyFrame: boolean;
}

export interface DeadlineRules {
  /** Maximum frame rate [frames/s]; Infinity for every carrier. */
  readonly frameRate: number;
  /** Nominal interval between carriers [ms]. */
  readonly carrierIntervalMs: number;
  /** 95th percentile of the encoding time [ms], if known. */
  readonly expectedMs: number | undefined;
  /** Set by the rate controller while earlier packets wait in the pacer. */
  readonly skipFrame: boolean;
}

export type CarrierDecision =
  | {
      readonly encode: true;
      /** Also set for a key frame owed by an earlier carrier. */
      readonly keyFrame: boolean;
    }
  | { readonly encode: false; readonly reason: 'pacer' | 'frame-rate' | 'deadline' };

/**
 * Time from a carrier's arrival to its finished frame [ms], after which the frame is late: two carrier intervals within
 * these bounds.
 */
const MIN_BUDGET_MS = 50;
const MAX_BUDGET_MS = 150;
/**
 * After this long without a frame [ms] one is encoded even if it is expected to be late, so that the expectation can
 * improve.
 */
const MAX_PAUSE_MS = 500;
/** Factor by which carriers may exceed the maximum frame rate before one is dropped. */
const RATE_TOLERANCE = 1.05;
/** Maximum credit and debt [carriers], to tolerate jitter. */
const CREDIT = 0.5;
/**
 * An overload is reported when this share of carriers is late in this many consecutive windows. The slow start of a
 * call is shorter.
 */
const OVERLOAD_WINDOW_MS = 2500;
const OVERLOAD_WINDOWS = 2;
const OVERLOAD_SHARE = 0.3;
const OVERLOAD_MIN_CARRIERS = 10;

/**
 * Decides for each carrier, before encoding, whether to fill it with an encoded frame or to drop it. An encoded frame
 * is always sent, however late, because the next frames refer to it.
 */
export class EncodeDeadline {
  #keyFrameOwed = false;
  #credit = 1 + CREDIT;
  #lastArrival: number | undefined;
  #lastEncodedAt = -Infinity;
  #window = { since: -Infinity, carriers: 0, missed: 0 };
  /** The last complete windows, oldest first. */
  #windows: readonly { readonly carriers: number; readonly missed: number }[] = [];

  /**
   * Decides about a carrier.
   * @param now when the worker starts to process it [ms]
   */
  decide(carrier: Carrier, rules: DeadlineRules, now: number): CarrierDecision {
    this.#keyFrameOwed ||= carrier.keyFrame;
    this.#accrue(carrier.arrivedAt, rules.frameRate);
    if (rules.skipFrame) return { encode: false, reason: 'pacer' };
    if (!this.#keyFrameOwed && this.#credit < CREDIT) return { encode: false, reason: 'frame-rate' };
    if (this.#isTooLate(carrier, rules, now)) {
      this.#count(now, true);
      return { encode: false, reason: 'deadline' };
    }
    this.#credit = Math.max(this.#credit - 1, -CREDIT);
    this.#lastEncodedAt = now;
    const keyFrame = this.#keyFrameOwed;
    this.#keyFrameOwed = false;
    return { encode: true, keyFrame };
  }

  /** Reports that the frame of a filled carrier was ready at `now`. */
  finished(carrier: Carrier, rules: DeadlineRules, now: number): void {
    this.#count(now, now - carrier.arrivedAt > budgetMs(rules));
  }

  /** The key frame could not be encoded or written: the next filled carrier needs one. */
  requireKeyFrame(): void {
    this.#keyFrameOwed = true;
  }

  /** Whether more than 30 % of the carriers were late in each of the last windows. */
  isOverloaded(now: number): boolean {
    this.#closeWindow(now);
    const isFull = ({ carriers, missed }: { readonly carriers: number; readonly missed: number }) =>
      carriers >= OVERLOAD_MIN_CARRIERS && missed > OVERLOAD_SHARE * carriers;
    return this.#windows.length === OVERLOAD_WINDOWS && this.#windows.every(isFull);
  }

  #isTooLate({ arrivedAt }: Carrier, rules: DeadlineRules, now: number): boolean {
    const waited = now - arrivedAt;
    if (waited + (rules.expectedMs ?? 0) <= budgetMs(rules)) return false;
    const starved = now - this.#lastEncodedAt >= MAX_PAUSE_MS;
    return !(starved && waited <= rules.carrierIntervalMs);
  }

  #accrue(arrival: number, frameRate: number): void {
    const elapsed = Math.max(arrival - (this.#lastArrival ?? arrival), 0);
    this.#lastArrival = arrival;
    const earned = frameRate === Infinity ? 1 : (elapsed * frameRate * RATE_TOLERANCE) / 1000;
    this.#credit = Math.min(this.#credit + earned, 1 + CREDIT);
  }

  #count(now: number, missed: boolean): void {
    this.#closeWindow(now);
    this.#window.carriers++;
    if (missed) this.#window.missed++;
  }

  #closeWindow(now: number): void {
    const age = now - this.#window.since;
    if (age < OVERLOAD_WINDOW_MS) return;
    this.#windows = age < 2 * OVERLOAD_WINDOW_MS ? [...this.#windows, this.#window].slice(-OVERLOAD_WINDOWS) : [];
    this.#window = { since: now, carriers: 0, missed: 0 };
  }
}

function budgetMs({ carrierIntervalMs }: DeadlineRules): number {
  return Math.min(Math.max(2 * carrierIntervalMs, MIN_BUDGET_MS), MAX_BUDGET_MS);
}
