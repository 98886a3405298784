/**
 * The path is narrow after an estimate below the first bitrate [bits/s] for its time [ms], and wide after one above the
 * second.
 */
const NARROW = { bitrate: 200_000, ms: 1000 };
const WIDE = { bitrate: 300_000, ms: 10_000 };

/**
 * Decides by the browser's bandwidth estimate whether the packet headers of 10 ms packets take too large a share of the
 * network path (docs/decisions/0010).
 */
export class NarrowPath {
  #isNarrow = false;
  #since: number | undefined;

  get isNarrow(): boolean {
    return this.#isNarrow;
  }

  /**
   * Call it with each estimate.
   * @param availableBitrate bits/s; undefined if unknown
   * @param now ms, monotonic
   */
  update(availableBitrate: number | undefined, now: number): void {
    if (availableBitrate === undefined) return;
    const isOther = this.#isNarrow ? availableBitrate > WIDE.bitrate : availableBitrate < NARROW.bitrate;
    if (!isOther) {
      this.#since = undefined;
      return;
    }
    this.#since ??= now;
    if (now - this.#since < (this.#isNarrow ? WIDE.ms : NARROW.ms)) return;
    this.#isNarrow = !this.#isNarrow;
    this.#since = undefined;
  }
}
