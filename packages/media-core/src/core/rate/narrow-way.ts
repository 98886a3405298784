/** bits/s below and above which a way is narrow and is not, and ms for which it has to be. */
const NARROW = { bitrate: 200_000, ms: 1000 };
const WIDE = { bitrate: 300_000, ms: 10_000 };

/** Tells by the browser's estimates whether the headers of short packets would take too much of the way. */
export class NarrowWay {
  #isNarrow = false;
  #since: number | undefined;

  get isNarrow(): boolean {
    return this.#isNarrow;
  }

  /** @param availableBitrate bits/s; undefined if nothing is known @param now ms, monotonic */
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
