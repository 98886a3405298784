const BUCKET_MS = 2;
/**
 * Cost of a late packet: the full cost from this lateness on [ms], and the minimum cost as a share of it
 * (docs/decisions/0017).
 */
const FULL_COST_MS = 10;
const MIN_COST = 0.25;
/** Discount on the cost of packets that are late by 0 to 2 ms, 2 to 4 ms and so on. */
const LATENESS_DISCOUNT = Array.from({ length: FULL_COST_MS / BUCKET_MS }, (_, i) =>
  Math.max(0, 1 - MIN_COST - ((i + 0.5) * BUCKET_MS) / FULL_COST_MS),
);

/** Histogram of packet delays with exponential forgetting. */
export class DelayHistogram {
  /** Width of a bucket [ms]. */
  static readonly bucketMs = BUCKET_MS;

  readonly #shares: Float64Array;
  /** Share that does not come from packets yet; counts as no delay. */
  #prior = 1;

  /** @param maxMs largest delay [ms]; longer delays count as this one */
  constructor(maxMs: number) {
    this.#shares = new Float64Array(Math.ceil(maxMs / BUCKET_MS) + 1);
  }

  /**
   * Adds a packet.
   * @param weight 0 to 1; all earlier packets lose this share
   */
  add(delayMs: number, weight: number): void {
    const shares = this.#shares;
    for (let i = 0; i < shares.length; i++) shares[i] = (shares[i] ?? 0) * (1 - weight);
    this.#prior *= 1 - weight;
    this.#put(Math.floor(delayMs / BUCKET_MS), weight);
  }

  /** Adds `buckets` to all recorded delays; delays beyond the range count in the first or last bucket. */
  shift(buckets: number): void {
    const moved = this.#shares.slice();
    this.#shares.fill(0);
    moved.forEach((share, bucket) => this.#put(bucket + buckets, share));
  }

  clear(): void {
    this.#shares.fill(0);
    this.#prior = 1;
  }

  /** Copies another histogram of the same length. */
  set(other: DelayHistogram): void {
    this.#shares.set(other.#shares);
    this.#prior = other.#prior;
  }

  /** Median delay [ms]. */
  get median(): number {
    let above = (1 - this.#prior) / 2;
    for (let bucket = 0; bucket < this.#shares.length; bucket++) {
      above -= this.#shares[bucket] ?? 0;
      if (above < 0) return bucket * BUCKET_MS;
    }
    return 0;
  }

  /**
   * Returns the playout delay [ms] with the lowest cost, which is the delay plus the cost of the packets that are
   * later. A packet that is late by less than 10 ms costs less, since less is concealed for it.
   * @param msPerShare cost of a late-packet rate of 100 % [ms of added delay]
   */
  cheapestMs(msPerShare: number): number {
    let late = 1 - this.#prior;
    let best = 0;
    let lowestCost = late * msPerShare;
    for (let bucket = 0; bucket < this.#shares.length && late > 0; bucket++) {
      late -= this.#shares[bucket] ?? 0;
      const ms = (bucket + 1) * BUCKET_MS;
      const cost = ms + (late - this.#discountFrom(bucket + 1)) * msPerShare;
      if (cost < lowestCost) {
        lowestCost = cost;
        best = ms;
      }
    }
    return best;
  }

  /** Total discount on the packets of the buckets from `first` on, since they are late by little. */
  #discountFrom(first: number): number {
    return LATENESS_DISCOUNT.reduce((sum, discount, i) => sum + discount * (this.#shares[first + i] ?? 0), 0);
  }

  #put(bucket: number, share: number): void {
    const index = Math.min(this.#shares.length - 1, Math.max(0, bucket));
    this.#shares[index] = (this.#shares[index] ?? 0) + share;
  }
}
