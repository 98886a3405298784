/** Messages by which the clocks are known, for so many ms each. */
const MESSAGES = 100;
const MAX_AGE_MS = 4000;
/** Of them, the part that a receiver which stands still for a moment makes look quicker than they were. */
const TOO_QUICK = 0.03;

/**
 * Tells times of one clock on another, by messages that are sent on the one and received on the other; nearly the quickest
 * counts. The receiver's clock may lose time for good, as that of an AudioContext does which does not keep up: that is known
 * some messages later. A clock that only stands still for a moment is followed by nothing.
 */
export class ClockMapping {
  /** Of each message, what the receiver's clock was ahead of the sender's, and when that was; ms. */
  readonly #differences = new Float64Array(MESSAGES);
  readonly #times = new Float64Array(MESSAGES).fill(-Infinity);
  readonly #sorted = new Float64Array(MESSAGES);
  #count = 0;
  #ahead: number | undefined;

  /** @param sentAt ms of the sender's clock @param receivedAt ms of ours */
  add(sentAt: number, receivedAt: number): void {
    const slot = this.#count++ % MESSAGES;
    this.#differences[slot] = receivedAt - sentAt;
    this.#times[slot] = receivedAt;
    let known = 0;
    for (let i = 0; i < MESSAGES; i++) {
      if ((this.#times[i] ?? 0) < receivedAt - MAX_AGE_MS) continue;
      this.#sorted[known++] = this.#differences[i] ?? 0;
    }
    this.#ahead = this.#sorted.subarray(0, known).sort()[Math.floor(TOO_QUICK * known)];
  }

  /** What the sender's clock shows at `time` of ours; undefined before the first message. */
  toSender(time: number): number | undefined {
    return this.#ahead === undefined ? undefined : time - this.#ahead;
  }
}
