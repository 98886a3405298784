import { DelayHistogram } from './delay-histogram.js';

/** Packets by which a step is judged, and so many buckets that are worth it. */
const PACKETS = 24;
const LEAST_BUCKETS = 2;

/**
 * When the fastest packet's way gets shorter, either one packet was faster than all others, and these are as late as ever, or
 * all are faster from now on: a clock has lost time, or the route has changed. Then what was known of delays holds for the
 * new way as it did for the old one.
 */
export class OriginStep {
  #buckets = 0;
  #typicalMs = 0;
  #delays: number[] = [];

  /** The origin came down by so many buckets. @param typicalMs median of the delays before, relative to the origin before */
  begin(buckets: number, typicalMs: number): void {
    if (this.#buckets === 0) this.#typicalMs = typicalMs;
    this.#buckets += buckets;
    this.#delays = [];
  }

  /**
   * To be called for each packet, with its delay relative to the origin that there is now.
   * @returns by how many buckets all delays have become shorter, once that is known; 0 if they have not
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
