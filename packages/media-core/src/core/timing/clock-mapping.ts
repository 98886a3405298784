/** Number of messages to keep, and their maximum age [ms]. */
const MESSAGES = 100;
const MAX_AGE_MS = 4000;
/** Share of the fastest messages to leave out, because a receiver whose clock stalls makes them look too fast. */
const TOO_FAST = 0.03;

/**
 * Maps times between two clocks by messages from one to the other. The offset is that of nearly the fastest message.
 * The receiver's clock may lose time permanently, as that of an overloaded AudioContext does; the offset follows after
 * a few messages. A clock that stalls for a moment does not change it (docs/decisions/0012).
 */
export class ClockMapping {
  /** Per message: offset of the receiver's clock, and when it was measured [ms]. */
  readonly #differences = new Float64Array(MESSAGES);
  readonly #times = new Float64Array(MESSAGES).fill(-Infinity);
  readonly #sorted = new Float64Array(MESSAGES);
  #count = 0;
  #ahead: number | undefined;

  /**
   * Adds a message.
   * @param sentAt ms of the sender's clock
   * @param receivedAt ms of the receiver's clock
   */
  add(sentAt: number, receivedAt: number): void {
    const slot = this.#count++ % MESSAGES;
    this.#differences[slot] = receivedAt - sentAt;
    this.#times[slot] = receivedAt;
    let known = 0;
    for (let i = 0; i < MESSAGES; i++) {
      if ((this.#times[i] ?? 0) < receivedAt - MAX_AGE_MS) continue;
      this.#sorted[known++] = this.#differences[i] ?? 0;
    }
    this.#ahead = this.#sorted.subarray(0, known).sort()[Math.floor(TOO_FAST * known)];
  }

  /** Converts a time of the receiver's clock to the sender's; undefined before the first message. */
  toSender(time: number): number | undefined {
    return this.#ahead === undefined ? undefined : time - this.#ahead;
  }
}
