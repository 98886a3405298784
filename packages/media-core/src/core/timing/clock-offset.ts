/**
 * Drift between the clocks of two machines [ms/ms], at most 200 ppm; added to the error with the age of an exchange.
 */
const DRIFT = 200e-6;
const KEPT = 16;

interface Exchange {
  readonly offsetMs: number;
  readonly roundTripMs: number;
  readonly at: number;
}

/**
 * Measures the offset of the peer's clock by exchanges with four timestamps (RFC 5905 §8). The exchange with the
 * smallest error bound counts.
 */
export class ClockOffset {
  #exchanges: Exchange[] = [];

  /**
   * Adds an exchange. Implausible times are ignored.
   * @param sentAt request sent, our clock [ms]
   * @param receivedAt request received, the peer's clock [ms]
   * @param repliedAt reply sent, the peer's clock [ms]
   * @param returnedAt reply received, our clock [ms]
   */
  add(sentAt: number, receivedAt: number, repliedAt: number, returnedAt: number): void {
    const roundTripMs = returnedAt - sentAt - (repliedAt - receivedAt);
    if (!(roundTripMs >= 0) || !(repliedAt >= receivedAt) || !Number.isFinite(roundTripMs)) return;
    const offsetMs = (receivedAt - sentAt + (repliedAt - returnedAt)) / 2;
    this.#exchanges = [...this.#exchanges.slice(1 - KEPT), { offsetMs, roundTripMs, at: returnedAt }];
  }

  /** How far the peer's clock is ahead of ours [ms]; undefined before the first exchange. */
  offsetMs(now: number): number | undefined {
    return this.#best(now)?.offsetMs;
  }

  /** Error bound of the offset [ms], with completely asymmetric one-way delays. */
  errorMs(now: number): number | undefined {
    const best = this.#best(now);
    return best && errorOf(best, now);
  }

  #best(now: number): Exchange | undefined {
    return this.#exchanges.reduce<Exchange | undefined>(
      (best, exchange) => (best && errorOf(best, now) < errorOf(exchange, now) ? best : exchange),
      undefined,
    );
  }
}

function errorOf({ roundTripMs, at }: Exchange, now: number): number {
  return roundTripMs / 2 + DRIFT * (now - at);
}
