import { DelayHistogram } from './delay-histogram.js';
import { DelaySpell } from './delay-spell.js';
import { OriginStep } from './origin-step.js';

/** What a `DelayEstimator` works with; times in ms. */
export interface DelayOptions {
  /** Least target. */
  readonly minMs?: number;
  /** Greatest target. */
  readonly maxMs?: number;
  /** Least target while little is known, in the first second. */
  readonly startMs?: number;
  /**
   * ms of delay that are as bad as one packet in a hundred that comes far too late: less for short packets, since what is made
   * up for one is shorter too, and heard less.
   */
  readonly msPerPercent?: number;
  /** ms from one packet to the next. */
  readonly packetMs?: number;
}

/** What a packet's delay weighs in the end, for each ms of its sound: half of the histogram is the last 2.3 s. */
const WEIGHT = 0.0003;
/** ms of packets without delay that the histogram begins with, so that one slow packet at first says little. */
const START_MS = 1000;
/** The fastest packet is looked for in this many windows of so many ms: 20 s. */
const WINDOWS = 10;
const WINDOW_MS = 2000;
/** ms after which the fastest packet is well known: until then finding a faster one changes nothing else. */
const SETTLING_MS = 1000;
/** How fast the target falls, in ms per ms, and after a spell of late packets; it rises at once. */
const FALL = 0.04;
const FALL_AFTER_SPELL = 0.3;
/** When no packet was in reach of any target for so many ms, the way has become longer; a stall that ends is shorter. */
const OUTLIERS_MS = 3000;

/**
 * How long to hold packets back so that all but a few arrive in time. Delays are relative to the fastest packet of the last
 * 20 s, so the sender's clock may be any; a histogram of them that forgets gives the target at which delay and late packets
 * together do least harm: a short tail is waited for, single stragglers far behind are not, nor what a single queue has
 * delayed once it is gone. It follows clock skew, a change of the route and a jump of the sender's clock.
 */
export class DelayEstimator {
  readonly #histogram: DelayHistogram;
  readonly #spell: DelaySpell;
  readonly #step = new OriginStep();
  readonly #fastest = new Float64Array(WINDOWS).fill(Number.POSITIVE_INFINITY);
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #startMs: number;
  readonly #msPerPercent: number;
  readonly #packetMs: number;
  readonly #startPackets: number;
  #packets = 0;
  /** Transit time, in the difference of two clocks, that counts as no delay. */
  #origin: number | undefined;
  #packetsSinceRestart = 0;
  #windowPackets = 0;
  #window = 0;
  /** When the first of the packets in a row arrived that no target reaches. */
  #outliersSince: number | undefined;
  #targetMs: number;
  #updated = 0;
  /** A spell is over, and the target still on its way down. */
  #isRelieved = false;

  constructor({
    minMs = 2,
    maxMs = 500,
    startMs = 12,
    packetMs = 20,
    msPerPercent = packetMs < 20 ? 20 : 25,
  }: DelayOptions = {}) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#startMs = startMs;
    this.#msPerPercent = msPerPercent;
    this.#packetMs = packetMs;
    this.#startPackets = Math.round(START_MS / packetMs);
    this.#histogram = new DelayHistogram(maxMs);
    this.#spell = new DelaySpell(new DelayHistogram(maxMs));
    this.#targetMs = Math.max(minMs, startMs);
  }

  /** How long after the fastest packet's way a packet should be heard, in ms. */
  get targetMs(): number {
    return this.#targetMs;
  }

  /** How much later than by the fastest packet's way something captured at `captureTime` is at `nowMs`; 0 at first. */
  delayOf(captureTime: number, nowMs: number): number {
    return this.#origin === undefined ? 0 : nowMs - captureTime - this.#origin;
  }

  /** Counts a packet that became available at `nowMs`. */
  arrived(captureTime: number, nowMs: number): void {
    const transit = nowMs - captureTime;
    if (this.#isOutlier(transit, nowMs)) return;
    this.#moveOrigin(transit);
    const weight = Math.max(WEIGHT * this.#packetMs, 1 / (this.#startPackets + this.#packets));
    this.#packets++;
    const delay = transit - (this.#origin ?? transit);
    this.#shift(-this.#step.arrived(delay));
    const calm = this.#spell.arrived(delay, weight, this.#targetMs, this.#histogram, nowMs);
    this.#histogram.add(delay, weight);
    if (calm) {
      this.#histogram.set(calm);
      this.#isRelieved = true;
    }
    if (this.#packets === this.#startPackets) this.#forget();
    this.#moveTarget(nowMs);
  }

  /** The sender's clock has changed: delays are relative to packets from now on; what is known of jitter stays. */
  restart(): void {
    this.#origin = undefined;
    this.#packetsSinceRestart = 0;
    this.#fastest.fill(Number.POSITIVE_INFINITY);
    this.#windowPackets = 0;
    this.#outliersSince = undefined;
    this.#spell.reset();
    this.#step.reset();
  }

  /** What came in the first second came while codecs were loaded and ways changed. */
  #forget(): void {
    this.#histogram.clear();
    this.#spell.reset();
    this.#step.reset();
  }

  /** Packets later than any target can wait for are as good as lost: they say nothing about the target. */
  #isOutlier(transit: number, nowMs: number): boolean {
    const delay = transit - (this.#origin ?? transit);
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
    this.#origin ??= fastest;
    // By whole buckets, so that the histogram moves along with it.
    const buckets = Math.floor((fastest - this.#origin) / DelayHistogram.bucketMs);
    if (buckets === 0) return;
    this.#origin += buckets * DelayHistogram.bucketMs;
    if (this.#packetsSinceRestart <= SETTLING_MS / this.#packetMs) return;
    if (buckets < 0) this.#step.begin(-buckets, this.#histogram.median);
    this.#shift(-buckets);
  }

  /** All delays that are known become longer by so many buckets. */
  #shift(buckets: number): void {
    if (buckets === 0) return;
    this.#histogram.shift(buckets);
    this.#spell.shift(buckets);
  }

  #moveTarget(nowMs: number): void {
    const isStart = this.#packets < this.#startPackets;
    const least = isStart ? Math.max(this.#minMs, this.#startMs) : this.#minMs;
    const best = this.#histogram.best(100 * this.#msPerPercent);
    const wanted = Math.min(this.#maxMs, Math.max(least, best));
    const fall = this.#isRelieved ? FALL_AFTER_SPELL : FALL;
    const fallen = Math.min(this.#maxMs, this.#targetMs - fall * Math.max(0, nowMs - this.#updated));
    if (wanted >= fallen) this.#isRelieved = false;
    this.#targetMs = Math.max(wanted, fallen);
    this.#updated = nowMs;
  }
}
