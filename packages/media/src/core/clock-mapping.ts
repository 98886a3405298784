/** ms of a window: clocks drift apart, and an AudioContext that does not keep up loses time for good. */
const WINDOW_MS = 2000;

/** Tells times of one clock on another, by messages that are sent on the one and received on the other: the quickest counts. */
export class ClockMapping {
  /** Least difference in this window, and in the one before. */
  #least = Infinity;
  #leastBefore = Infinity;
  #windowStart = -Infinity;

  /** @param sentAt ms of the sender's clock @param receivedAt ms of ours */
  add(sentAt: number, receivedAt: number): void {
    if (receivedAt - this.#windowStart >= WINDOW_MS) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#windowStart = receivedAt;
    }
    this.#least = Math.min(this.#least, receivedAt - sentAt);
  }

  /** What the sender's clock shows at `time` of ours; undefined before the first message. */
  toSender(time: number): number | undefined {
    const offset = Math.min(this.#least, this.#leastBefore);
    return offset === Infinity ? undefined : time - offset;
  }
}
