import { DelayHistogram } from './delay-histogram.js';
import { DelaySpike } from './delay-spike.js';
import { BaseDelayShift } from './base-delay-shift.js';

/** Options of a `DelayEstimator`; times in ms. */
export interface DelayOptions {
  /** Minimum target. */
  readonly minMs?: number;
  /** Maximum target. */
  readonly maxMs?: number;
  /** Minimum target during the first second, before the jitter is known. */
  readonly startMs?: number;
  /**
   * Cost model: ms of added delay traded against a late-packet rate of 1 %. Lower for short packets, whose concealment
   * is shorter and less audible.
   */
  readonly msPerLatePercent?: number;
  /** Duration of a packet. */
  readonly packetMs?: number;
}

/**
 * Weight of a packet in the histogram per ms of its duration, after the start: half of the total weight is that of the
 * last 2.3 s.
 */
const WEIGHT = 0.0003;
/**
 * The histogram starts with this much audio without delay [ms], so that one slow packet at the start has little effect.
 */
const START_MS = 1000;
/** The base delay is the minimum over this many windows of this length [ms]: 20 s. */
const WINDOWS = 10;
const WINDOW_MS = 2000;
/** Until then [ms] a faster packet lowers the base delay without shifting the recorded delays. */
const SETTLING_MS = 1000;
/** Rate at which the target falls [ms/ms], normally and after a delay spike. It rises at once. */
const FALL = 0.04;
const FALL_AFTER_SPIKE = 0.3;
/** If all packets exceed the maximum delay for this long [ms], the one-way delay has changed; a stall is shorter. */
const OUTLIERS_MS = 3000;

/**
 * Estimates the playout delay that all but a few packets need. Delays are relative to the base delay, the minimum
 * transit time of the last 20 s, so the offset of the sender's clock does not matter.
 *
 * A histogram with exponential forgetting yields the target with the lowest cost of delay and late packets. The target
 * covers a short tail of the distribution, but neither single stragglers nor a delay spike that is over. The estimator
 * follows clock skew, route changes and jumps of the sender's clock.
 */
export class DelayEstimator {
  readonly #histogram: DelayHistogram;
  readonly #spike: DelaySpike;
  readonly #baseShift = new BaseDelayShift();
  readonly #fastest = new Float64Array(WINDOWS).fill(Number.POSITIVE_INFINITY);
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #startMs: number;
  readonly #msPerLatePercent: number;
  readonly #packetMs: number;
  readonly #startPackets: number;
  #packets = 0;
  /** Base delay: minimum transit time, which includes the clock offset [ms]. */
  #baseDelay: number | undefined;
  #packetsSinceRestart = 0;
  #windowPackets = 0;
  #window = 0;
  /** Arrival of the first of the consecutive packets beyond the maximum delay. */
  #outliersSince: number | undefined;
  #targetMs: number;
  #updated = 0;
  /** A delay spike is over and the target is still falling. */
  #isAfterSpike = false;

  constructor({
    minMs = 2,
    maxMs = 500,
    startMs = 12,
    packetMs = 20,
    msPerLatePercent = packetMs < 20 ? 20 : 25,
  }: DelayOptions = {}) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#startMs = startMs;
    this.#msPerLatePercent = msPerLatePercent;
    this.#packetMs = packetMs;
    this.#startPackets = Math.round(START_MS / packetMs);
    this.#histogram = new DelayHistogram(maxMs);
    this.#spike = new DelaySpike(new DelayHistogram(maxMs));
    this.#targetMs = Math.max(minMs, startMs);
  }

  /** Playout delay to aim for [ms], relative to the base delay. */
  get targetMs(): number {
    return this.#targetMs;
  }

  /**
   * Delay at `nowMs` of audio captured at `captureTime`, relative to the base delay [ms]; 0 before the first packet.
   */
  delayOf(captureTime: number, nowMs: number): number {
    return this.#baseDelay === undefined ? 0 : nowMs - captureTime - this.#baseDelay;
  }

  /** Records a packet that became available at `nowMs`. */
  arrived(captureTime: number, nowMs: number): void {
    const transit = nowMs - captureTime;
    if (this.#isOutlier(transit, nowMs)) return;
    this.#moveOrigin(transit);
    const weight = Math.max(WEIGHT * this.#packetMs, 1 / (this.#startPackets + this.#packets));
    this.#packets++;
    const delay = transit - (this.#baseDelay ?? transit);
    this.#shift(-this.#baseShift.arrived(delay));
    const calm = this.#spike.arrived(delay, weight, this.#targetMs, this.#histogram, nowMs);
    this.#histogram.add(delay, weight);
    if (calm) {
      this.#histogram.set(calm);
      this.#isAfterSpike = true;
    }
    if (this.#packets === this.#startPackets) this.#forget();
    this.#moveTarget(nowMs);
  }

  /** The sender's clock changed: measures the base delay anew and keeps the jitter histogram. */
  restart(): void {
    this.#baseDelay = undefined;
    this.#packetsSinceRestart = 0;
    this.#fastest.fill(Number.POSITIVE_INFINITY);
    this.#windowPackets = 0;
    this.#outliersSince = undefined;
    this.#spike.reset();
    this.#baseShift.reset();
  }

  /** Drops the measurements of the first second, when codecs were loading and the network path was settling. */
  #forget(): void {
    this.#histogram.clear();
    this.#spike.reset();
    this.#baseShift.reset();
  }

  /** Packets beyond the maximum delay count as lost and do not affect the target. */
  #isOutlier(transit: number, nowMs: number): boolean {
    const delay = transit - (this.#baseDelay ?? transit);
    if (delay >= -this.#maxMs && delay <= this.#maxMs) {
      this.#outliersSince = undefined;
      return false;
    }
    this.#outliersSince ??= nowMs;
    if (delay > 0 && nowMs - this.#outliersSince < OUTLIERS_MS) return true;
    this.restart();
    return false;
  }

  #moveOrigin(transit: number): void {
    this.#packetsSinceRestart++;
    if (++this.#windowPackets > WINDOW_MS / this.#packetMs) {
      this.#windowPackets = 1;
      this.#window = (this.#window + 1) % WINDOWS;
      this.#fastest[this.#window] = Number.POSITIVE_INFINITY;
    }
    this.#fastest[this.#window] = Math.min(this.#fastest[this.#window] ?? transit, transit);
    const fastest = Math.min(...this.#fastest);
    this.#baseDelay ??= fastest;
    // In whole buckets, so that the histogram can be shifted with it.
    const buckets = Math.floor((fastest - this.#baseDelay) / DelayHistogram.bucketMs);
    if (buckets === 0) return;
    this.#baseDelay += buckets * DelayHistogram.bucketMs;
    if (this.#packetsSinceRestart <= SETTLING_MS / this.#packetMs) return;
    if (buckets < 0) this.#baseShift.begin(-buckets, this.#histogram.median);
    this.#shift(-buckets);
  }

  /** Adds `buckets` to all recorded delays. */
  #shift(buckets: number): void {
    if (buckets === 0) return;
    this.#histogram.shift(buckets);
    this.#spike.shift(buckets);
  }

  #moveTarget(nowMs: number): void {
    const isStart = this.#packets < this.#startPackets;
    const least = isStart ? Math.max(this.#minMs, this.#startMs) : this.#minMs;
    const best = this.#histogram.cheapestMs(100 * this.#msPerLatePercent);
    const wanted = Math.min(this.#maxMs, Math.max(least, best));
    const fall = this.#isAfterSpike ? FALL_AFTER_SPIKE : FALL;
    const fallen = Math.min(this.#maxMs, this.#targetMs - fall * Math.max(0, nowMs - this.#updated));
    if (wanted >= fallen) this.#isAfterSpike = false;
    this.#targetMs = Math.max(wanted, fallen);
    this.#updated = nowMs;
  }
}
