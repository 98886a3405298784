export interface Carrier {
  /** ms, monotonic, when the transform got it. */
  readonly arrivedAt: number;
  /** The browser made a key frame of it, as after a picture loss indication. */
  readonly keyFrame: boolean;
}

export interface AdmissionRules {
  /** Frames per second to send at most; Infinity for every carrier. */
  readonly frameRate: number;
  /** ms between carriers, nominally. */
  readonly carrierIntervalMs: number;
  /** ms that encoding takes in nearly all cases (p95), if known. */
  readonly expectedMs: number | undefined;
  /** The rate controller's: what was sent before still waits. */
  readonly skipFrame: boolean;
}

export type Admission =
  | {
      readonly encode: true;
      /** Also for a key frame that an earlier carrier should have had. */
      readonly keyFrame: boolean;
    }
  | { readonly encode: false; readonly reason: 'pacer' | 'frame-rate' | 'deadline' };

/** A frame finished later than this after its carrier is late: two intervals, within bounds. */
const MIN_BUDGET_MS = 50;
const MAX_BUDGET_MS = 150;
/** ms without a frame after which one is tried whatever is expected, so that expectations can improve. */
const MAX_PAUSE_MS = 500;
/** Rate that carriers may exceed without one being dropped for it. */
const RATE_TOLERANCE = 1.05;
/** Carriers saved up and owed at most, against jitter. */
const CREDIT = 0.5;
/** Overload is what stays so for as many of these as follow each other: what a call takes while it begins is over sooner. */
const OVERLOAD_WINDOW_MS = 2500;
const OVERLOAD_WINDOWS = 2;
const OVERLOAD_SHARE = 0.3;
const OVERLOAD_MIN_CARRIERS = 10;

/**
 * Decides for each carrier, before anything is encoded, whether to fill or to drop it. Once encoded, a frame is always
 * sent, however late: the frames after it refer to it.
 */
export class Deadline {
  #keyFrameOwed = false;
  #credit = 1 + CREDIT;
  #lastArrival: number | undefined;
  #lastAdmitted = -Infinity;
  #window = { since: -Infinity, carriers: 0, missed: 0 };
  /** The last whole ones, oldest first. */
  #windows: readonly { readonly carriers: number; readonly missed: number }[] = [];

  /** @param now ms, when the worker gets to the carrier */
  admit(carrier: Carrier, rules: AdmissionRules, now: number): Admission {
    this.#keyFrameOwed ||= carrier.keyFrame;
    this.#accrue(carrier.arrivedAt, rules.frameRate);
    if (rules.skipFrame) return { encode: false, reason: 'pacer' };
    if (!this.#keyFrameOwed && this.#credit < CREDIT) return { encode: false, reason: 'frame-rate' };
    if (this.#isHopeless(carrier, rules, now)) {
      this.#count(now, true);
      return { encode: false, reason: 'deadline' };
    }
    this.#credit = Math.max(this.#credit - 1, -CREDIT);
    this.#lastAdmitted = now;
    const keyFrame = this.#keyFrameOwed;
    this.#keyFrameOwed = false;
    return { encode: true, keyFrame };
  }

  /** Tells how an admitted carrier went; `now` is when its frame was ready. */
  finished(carrier: Carrier, rules: AdmissionRules, now: number): void {
    this.#count(now, now - carrier.arrivedAt > budgetMs(rules));
  }

  /** Encoding a key frame failed, or its frame could not be written: the next carrier owes one. */
  requireKeyFrame(): void {
    this.#keyFrameOwed = true;
  }

  /** Whether more than three in ten carriers have missed the deadline for seconds. */
  isOverloaded(now: number): boolean {
    this.#turn(now);
    const isFull = ({ carriers, missed }: { readonly carriers: number; readonly missed: number }) =>
      carriers >= OVERLOAD_MIN_CARRIERS && missed > OVERLOAD_SHARE * carriers;
    return this.#windows.length === OVERLOAD_WINDOWS && this.#windows.every(isFull);
  }

  #isHopeless({ arrivedAt }: Carrier, rules: AdmissionRules, now: number): boolean {
    const waited = now - arrivedAt;
    if (waited + (rules.expectedMs ?? 0) <= budgetMs(rules)) return false;
    const starved = now - this.#lastAdmitted >= MAX_PAUSE_MS;
    return !(starved && waited <= rules.carrierIntervalMs);
  }

  #accrue(arrival: number, frameRate: number): void {
    const elapsed = Math.max(arrival - (this.#lastArrival ?? arrival), 0);
    this.#lastArrival = arrival;
    const earned = frameRate === Infinity ? 1 : (elapsed * frameRate * RATE_TOLERANCE) / 1000;
    this.#credit = Math.min(this.#credit + earned, 1 + CREDIT);
  }

  #count(now: number, missed: boolean): void {
    this.#turn(now);
    this.#window.carriers++;
    if (missed) this.#window.missed++;
  }

  #turn(now: number): void {
    const age = now - this.#window.since;
    if (age < OVERLOAD_WINDOW_MS) return;
    this.#windows = age < 2 * OVERLOAD_WINDOW_MS ? [...this.#windows, this.#window].slice(-OVERLOAD_WINDOWS) : [];
    this.#window = { since: now, carriers: 0, missed: 0 };
  }
}

function budgetMs({ carrierIntervalMs }: AdmissionRules): number {
  return Math.min(Math.max(2 * carrierIntervalMs, MIN_BUDGET_MS), MAX_BUDGET_MS);
}
