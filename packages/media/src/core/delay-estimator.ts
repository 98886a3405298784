/** What a `DelayEstimator` works with; times in ms. */
export interface DelayOptions {
  /** Least target. */
  readonly minMs?: number;
  /** Greatest target. */
  readonly maxMs?: number;
  /** Least target while little is known, in the first second. */
  readonly startMs?: number;
  /** ms of delay that are as bad as one packet in a hundred that comes too late. */
  readonly msPerPercent?: number;
}

const BUCKET_MS = 2;
/** What a packet's delay weighs in the end: half of the histogram is the last 2.3 s. */
const WEIGHT = 0.006;
/** Packets without delay that the histogram begins with, so that one slow packet at first says little. */
const PRIOR = 50;
const START_PACKETS = 50;
/** The fastest packet is looked for in this many windows of so many packets: 20 s. */
const WINDOWS = 10;
const WINDOW_PACKETS = 100;
/** Packets after which the fastest one is well known: until then finding a faster one changes nothing else. */
const SETTLING = 50;
/** How fast the target falls, in ms per ms; it rises at once. */
const FALL = 0.04;
/** When no packet was in reach of any target for so many ms, the way has become longer; a stall that ends is shorter. */
const OUTLIERS_MS = 3000;

/**
 * How long to hold packets back so that all but a few arrive in time. Delays are relative to the fastest packet of the last
 * 20 s, so the sender's clock may be any; a histogram of them that forgets gives the target at which delay and late packets
 * together do least harm: a short tail is waited for, single stragglers far behind are not. It follows clock skew, a change of the route and a jump of the sender's clock.
 */
export class DelayEstimator {
  readonly #histogram: Float64Array;
  readonly #fastest = new Float64Array(WINDOWS).fill(Number.POSITIVE_INFINITY);
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #startMs: number;
  readonly #msPerPercent: number;
  /** Share of the histogram that is not from packets; it counts as no delay. */
  #prior = 1;
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

  constructor({ minMs = 6, maxMs = 500, startMs = 12, msPerPercent = 25 }: DelayOptions = {}) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#startMs = startMs;
    this.#msPerPercent = msPerPercent;
    this.#histogram = new Float64Array(Math.ceil(maxMs / BUCKET_MS) + 1);
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
    const weight = Math.max(WEIGHT, 1 / (PRIOR + this.#packets));
    this.#packets++;
    const histogram = this.#histogram;
    for (let i = 0; i < histogram.length; i++) histogram[i] = (histogram[i] ?? 0) * (1 - weight);
    this.#prior *= 1 - weight;
    this.#add(Math.floor((transit - (this.#origin ?? transit)) / BUCKET_MS), weight);
    if (this.#packets === START_PACKETS) this.#forget();
    this.#moveTarget(nowMs);
  }

  /** The sender's clock has changed: delays are relative to packets from now on; what is known of jitter stays. */
  restart(): void {
    this.#origin = undefined;
    this.#packetsSinceRestart = 0;
    this.#fastest.fill(Number.POSITIVE_INFINITY);
    this.#windowPackets = 0;
    this.#outliersSince = undefined;
  }

  /** What came in the first second came while codecs were loaded and ways changed. */
  #forget(): void {
    this.#histogram.fill(0);
    this.#prior = 1;
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
    if (++this.#windowPackets > WINDOW_PACKETS) {
      this.#windowPackets = 1;
      this.#window = (this.#window + 1) % WINDOWS;
      this.#fastest[this.#window] = Number.POSITIVE_INFINITY;
    }
    this.#fastest[this.#window] = Math.min(this.#fastest[this.#window] ?? transit, transit);
    const fastest = Math.min(...this.#fastest);
    this.#origin ??= fastest;
    // By whole buckets, so that the histogram moves along with it.
    const buckets = Math.floor((fastest - this.#origin) / BUCKET_MS);
    if (buckets === 0) return;
    this.#origin += buckets * BUCKET_MS;
    if (this.#packetsSinceRestart > SETTLING) this.#shift(-buckets);
  }

  /** Moves the histogram by so many buckets: what leaves it collects at its ends. */
  #shift(buckets: number): void {
    const moved = this.#histogram.slice();
    this.#histogram.fill(0);
    moved.forEach((share, bucket) => this.#add(bucket + buckets, share));
  }

  #add(bucket: number, share: number): void {
    const index = Math.min(this.#histogram.length - 1, Math.max(0, bucket));
    this.#histogram[index] = (this.#histogram[index] ?? 0) + share;
  }

  #moveTarget(nowMs: number): void {
    const least = this.#packets < START_PACKETS ? Math.max(this.#minMs, this.#startMs) : this.#minMs;
    const wanted = Math.min(this.#maxMs, Math.max(least, this.#best()));
    const fallen = this.#targetMs - FALL * Math.max(0, nowMs - this.#updated);
    this.#targetMs = Math.max(wanted, Math.min(fallen, this.#maxMs));
    this.#updated = nowMs;
  }

  /** ms at which waiting and what comes too late cost least. */
  #best(): number {
    let late = 1 - this.#prior;
    let best = 0;
    let leastCost = late * 100 * this.#msPerPercent;
    for (let bucket = 0; bucket < this.#histogram.length && late > 0; bucket++) {
      late -= this.#histogram[bucket] ?? 0;
      const ms = (bucket + 1) * BUCKET_MS;
      const cost = ms + late * 100 * this.#msPerPercent;
      if (cost < leastCost) {
        leastCost = cost;
        best = ms;
      }
    }
    return best;
  }
}
