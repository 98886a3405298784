/** ms of error that an exchange gains for each ms of its age: clocks of two machines drift apart by up to 200 ppm. */
const DRIFT = 200e-6;
const KEPT = 16;

interface Exchange {
  readonly offsetMs: number;
  readonly roundTripMs: number;
  readonly at: number;
}

/** How far the peer's clock is ahead of ours, by exchanges of four times as in RFC 5905 §8; the quickest one counts. */
export class ClockOffset {
  #exchanges: Exchange[] = [];

  /**
   * @param sentAt ms of our clock, when the question left
   * @param receivedAt ms of the peer's, when it came there
   * @param repliedAt ms of the peer's, when the answer left
   * @param returnedAt ms of ours, when it came back. Times that cannot be are ignored.
   */
  add(sentAt: number, receivedAt: number, repliedAt: number, returnedAt: number): void {
    const roundTripMs = returnedAt - sentAt - (repliedAt - receivedAt);
    if (!(roundTripMs >= 0) || !(repliedAt >= receivedAt) || !Number.isFinite(roundTripMs)) return;
    const offsetMs = (receivedAt - sentAt + (repliedAt - returnedAt)) / 2;
    this.#exchanges = [...this.#exchanges.slice(1 - KEPT), { offsetMs, roundTripMs, at: returnedAt }];
  }

  /** ms that the peer's clock is ahead of ours; undefined before the first exchange. */
  offsetMs(now: number): number | undefined {
    return this.#best(now)?.offsetMs;
  }

  /** ms that the offset may be wrong by, if the two ways differ as much as they can. */
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
