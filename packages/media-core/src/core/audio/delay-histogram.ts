const BUCKET_MS = 2;
/** A packet that comes so many ms too late, or more, costs what a late one can; one that is late by little, this share. */
const LATE_MS = 10;
const LEAST_COST = 0.25;
/** What packets do not cost that are late by 0 to 2 ms, by 2 to 4 and so on. */
const SPARED = Array.from({ length: LATE_MS / BUCKET_MS }, (_, i) =>
  Math.max(0, 1 - LEAST_COST - ((i + 0.5) * BUCKET_MS) / LATE_MS),
);

/** The shares of packets by their delay: what came earlier counts less and less. */
export class DelayHistogram {
  /** ms of delay that it tells apart. */
  static readonly bucketMs = BUCKET_MS;

  readonly #shares: Float64Array;
  /** Share that is not from packets; it counts as no delay. */
  #prior = 1;

  /** @param maxMs delays above it count as it */
  constructor(maxMs: number) {
    this.#shares = new Float64Array(Math.ceil(maxMs / BUCKET_MS) + 1);
  }

  /** Adds a packet. @param weight 0..1, which all others lose */
  add(delayMs: number, weight: number): void {
    const shares = this.#shares;
    for (let i = 0; i < shares.length; i++) shares[i] = (shares[i] ?? 0) * (1 - weight);
    this.#prior *= 1 - weight;
    this.#put(Math.floor(delayMs / BUCKET_MS), weight);
  }

  /** Makes all delays longer by so many buckets: what leaves it collects at its ends. */
  shift(buckets: number): void {
    const moved = this.#shares.slice();
    this.#shares.fill(0);
    moved.forEach((share, bucket) => this.#put(bucket + buckets, share));
  }

  clear(): void {
    this.#shares.fill(0);
    this.#prior = 1;
  }

  /** Takes over what another one of the same length holds. */
  set(other: DelayHistogram): void {
    this.#shares.set(other.#shares);
    this.#prior = other.#prior;
  }

  /** Median delay, ms. */
  get median(): number {
    let above = (1 - this.#prior) / 2;
    for (let bucket = 0; bucket < this.#shares.length; bucket++) {
      above -= this.#shares[bucket] ?? 0;
      if (above < 0) return bucket * BUCKET_MS;
    }
    return 0;
  }

  /**
   * ms at which waiting and what comes too late cost least; what is late by less costs less, since less is made up for it.
   * @param msPerShare what it would cost if all came far too late
   */
  best(msPerShare: number): number {
    let late = 1 - this.#prior;
    let best = 0;
    let leastCost = late * msPerShare;
    for (let bucket = 0; bucket < this.#shares.length && late > 0; bucket++) {
      late -= this.#shares[bucket] ?? 0;
      const ms = (bucket + 1) * BUCKET_MS;
      const cost = ms + (late - this.#spared(bucket + 1)) * msPerShare;
      if (cost < leastCost) {
        leastCost = cost;
        best = ms;
      }
    }
    return best;
  }

  /** Share of packets that those from `first` on do not cost for being late by little. */
  #spared(first: number): number {
    return SPARED.reduce((sum, spared, i) => sum + spared * (this.#shares[first + i] ?? 0), 0);
  }

  #put(bucket: number, share: number): void {
    const index = Math.min(this.#shares.length - 1, Math.max(0, bucket));
    this.#shares[index] = (this.#shares[index] ?? 0) + share;
  }
}
