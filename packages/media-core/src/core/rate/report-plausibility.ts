/** What a report of the peer says about the network path. */
interface Claim {
  /** Queue delay [ms]. */
  readonly queueDelayMs: number;
  /** 0 to 1. */
  readonly lossFraction: number;
}

/** What RTCP and STUN measure on the same network path; undefined where unknown. */
export interface Measured {
  /** 0 to 1. */
  readonly lossFraction: number | undefined;
  /** Rise of the round trip above its minimum [ms]. */
  readonly roundTripRiseMs: number | undefined;
}

/** How long a report may contradict the measurement [ms]: RTCP reports arrive every few seconds. */
const MAX_CONTRADICTION_MS = 6000;
/** Without a contradiction for this long [ms] earlier contradictions are forgotten. */
const FORGET_AFTER_MS = 2000;
const GOOD = { queueMs: 50, loss: 0.02 };
const BAD = { queueMs: 100, riseMs: 200, loss: 0.1 };

/**
 * Checks the peer's reports against RTCP and the round trip (docs/decisions/0025). Reports are rejected once they have
 * claimed no congestion for seconds while the measurement shows some, by which a peer could raise the bitrate, or the
 * opposite, by which it could hold the bitrate down.
 */
export class ReportPlausibility {
  #since = -Infinity;
  #contradictedAt = -Infinity;

  /**
   * Call it for each report.
   * @param now ms, monotonic
   */
  isPlausible(claim: Claim, measured: Measured, now: number): boolean {
    const claimed = claimOf(claim);
    const seen = seenIn(measured);
    if (claimed === undefined || seen === undefined || claimed === seen) return true;
    if (now - this.#contradictedAt > FORGET_AFTER_MS) this.#since = now;
    this.#contradictedAt = now;
    return now - this.#since < MAX_CONTRADICTION_MS;
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
