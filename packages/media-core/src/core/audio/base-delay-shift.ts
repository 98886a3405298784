import { DelayHistogram } from './delay-histogram.js';

/** Packets needed to judge a fall of the base delay, and the minimum fall [buckets] to consider. */
const PACKETS = 24;
const LEAST_BUCKETS = 2;

/**
 * Tells two causes of a lower base delay apart. Either one packet was faster than the others, whose delays stay as they
 * were; or all packets are faster, because a clock lost time or the network route changed. In the second case the
 * recorded delays are valid relative to the new base delay without a shift.
 */
export class BaseDelayShift {
  #buckets = 0;
  #typicalMs = 0;
  #delays: number[] = [];

  /**
   * The base delay fell by `buckets`.
   * @param typicalMs median delay before the fall, relative to the old base delay [ms]
   */
  begin(buckets: number, typicalMs: number): void {
    if (this.#buckets === 0) this.#typicalMs = typicalMs;
    this.#buckets += buckets;
    this.#delays = [];
  }

  /**
   * Call it for each packet.
   * @param delayMs delay relative to the new base delay
   * @returns how many buckets to remove from recorded delays, once all packets have proved to be faster; else 0
   */
  arrived(delayMs: number): number {
    if (this.#buckets === 0) return 0;
    this.#delays.push(delayMs);
    if (this.#delays.length < PACKETS) return 0;
    const median = this.#delays.sort((a, b) => a - b)[PACKETS / 2] ?? 0;
    const buckets = this.#buckets;
    this.reset();
    const isForAll = median - this.#typicalMs < (buckets * DelayHistogram.bucketMs) / 2;
    return buckets >= LEAST_BUCKETS && isForAll ? buckets : 0;
  }

  reset(): void {
    this.#buckets = 0;
    this.#delays = [];
  }
}
