/** What a peer reports of the way. */
interface Claim {
  /** ms. */
  readonly queueDelayMs: number;
  /** 0 to 1. */
  readonly lossFraction: number;
}

/** What RTCP and connectivity checks say of the same way; undefined where they say nothing. */
export interface Measured {
  /** 0 to 1. */
  readonly lossFraction: number | undefined;
  /** ms above the least round trip. */
  readonly roundTripRiseMs: number | undefined;
}

/** ms for which both may contradict each other: RTCP speaks each few seconds. */
const PATIENCE_MS = 6000;
/** ms without a contradiction after which there was none. */
const FORGIVEN_MS = 2000;
const GOOD = { queueMs: 50, loss: 0.02 };
const BAD = { queueMs: 100, riseMs: 200, loss: 0.1 };

/**
 * Whether a peer's reports are believed: not when for seconds they tell of a good way while RTCP tells of a bad one, by which
 * a peer would drive the bitrate up, nor the other way round, by which it would hold it down.
 */
export class ReportTrust {
  #since = -Infinity;
  #contradictedAt = -Infinity;

  /** To be called for each report. @param now ms, monotonic */
  isBelieved(claim: Claim, measured: Measured, now: number): boolean {
    const claimed = claimOf(claim);
    const seen = seenIn(measured);
    if (claimed === undefined || seen === undefined || claimed === seen) return true;
    if (now - this.#contradictedAt > FORGIVEN_MS) this.#since = now;
    this.#contradictedAt = now;
    return now - this.#since < PATIENCE_MS;
  }
}

function claimOf({ queueDelayMs, lossFraction }: Claim): 'good' | 'bad' | undefined {
  if (queueDelayMs > BAD.queueMs || lossFraction > BAD.loss) return 'bad';
  return queueDelayMs <= GOOD.queueMs && lossFraction <= GOOD.loss ? 'good' : undefined;
}

function seenIn({ lossFraction, roundTripRiseMs }: Measured): 'good' | 'bad' | undefined {
  if ((lossFraction ?? 0) > BAD.loss || (roundTripRiseMs ?? 0) > BAD.riseMs) return 'bad';
  const isGood = lossFraction !== undefined && lossFraction <= GOOD.loss;
  return isGood && roundTripRiseMs !== undefined && roundTripRiseMs <= GOOD.queueMs ? 'good' : undefined;
}
