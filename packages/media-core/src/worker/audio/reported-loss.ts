/** Time constant of the decay of an earlier loss [ms]. */
const DECAY_MS = 10_000;

/** Packet loss from RTCP reports, one every few seconds. A higher loss applies at once, a lower one after a decay. */
export class ReportedLoss {
  #loss = 0;
  #updated: number | undefined;

  /**
   * @param lossFraction 0 to 1, of the last report (RFC 3550 §6.4.1)
   * @param now ms, monotonic
   * @returns the loss to expect, 0 to 1; undefined before the first report
   */
  update(lossFraction: number | undefined, now: number): number | undefined {
    if (lossFraction === undefined) return this.#updated === undefined ? undefined : this.#loss;
    const reported = Math.min(Math.max(lossFraction, 0), 1);
    const elapsed = now - (this.#updated ?? now);
    this.#updated = now;
    this.#loss = Math.max(reported, reported + (this.#loss - reported) * Math.exp(-elapsed / DECAY_MS));
    return this.#loss;
  }
}
