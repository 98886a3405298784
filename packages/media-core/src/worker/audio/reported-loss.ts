/** ms in which loss that is over is forgotten to a third. */
const FORGETTING_MS = 10_000;

/** Loss as RTCP reports it, each few seconds and for as long: it counts at once and is forgotten slowly. */
export class ReportedLoss {
  #loss = 0;
  #updated: number | undefined;

  /**
   * @param lossFraction 0 to 1, of the last report (RFC 3550 §6.4.1)
   * @returns what to reckon with; undefined before the first report
   */
  update(lossFraction: number | undefined, now: number): number | undefined {
    if (lossFraction === undefined) return this.#updated === undefined ? undefined : this.#loss;
    const reported = Math.min(Math.max(lossFraction, 0), 1);
    const elapsed = now - (this.#updated ?? now);
    this.#updated = now;
    this.#loss = Math.max(reported, reported + (this.#loss - reported) * Math.exp(-elapsed / FORGETTING_MS));
    return this.#loss;
  }
}
