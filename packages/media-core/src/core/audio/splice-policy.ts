/** Deviation from the target [ms] that triggers time stretching: less below it, as lateness is worse than added delay. */
const ACCELERATE_ABOVE_MS = 5;
const EXPAND_BELOW_MS = 2;
/** Silence can be shortened by any amount, so it is trimmed from this excess on [ms]. */
const TRIM_ABOVE_MS = 1;
/** Overshoot allowed to an expansion [ms]: not enough to trigger an acceleration. */
const EXPAND_OVERSHOOT_MS = 5;
/** Deviation from the target [ms] from which a worse splice is accepted. */
const URGENT_MS = 60;
/** Minimum intervals between two splices, between two urgent splices and between two trims of silence [ms]. */
const SPLICE_INTERVAL_MS = 60;
const URGENT_SPLICE_INTERVAL_MS = 40;
const TRIM_INTERVAL_MS = 100;
/** No acceleration for this long after an underrun [ms], so that the target can rise first. */
const HOLD_AFTER_UNDERRUN_MS = 500;

/** A change of the duration by time stretching; see `PlayoutDecision`. */
export interface Splice {
  readonly kind: 'accelerate' | 'trim' | 'expand';
  readonly urgent: boolean;
  /** Maximum change of the duration [ms]. */
  readonly mostMs: number;
}

/** Decides when time stretching brings the playout delay back to its target. Times are playout times [ms]. */
export class SplicePolicy {
  #splicedAt = Number.NEGATIVE_INFINITY;
  #trimmedAt = Number.NEGATIVE_INFINITY;
  #underrunAt = Number.NEGATIVE_INFINITY;

  /** Returns the splice that is due. @param excess delay above the target [ms]; negative below it */
  choose(excess: number, at: number): Splice | undefined {
    if (excess <= TRIM_ABOVE_MS && excess >= -EXPAND_BELOW_MS) return undefined;
    if (excess > 0 && at - this.#underrunAt < HOLD_AFTER_UNDERRUN_MS) return undefined;
    const urgent = Math.abs(excess) > URGENT_MS;
    if (excess > 0 && excess <= ACCELERATE_ABOVE_MS) {
      return at - this.#trimmedAt < TRIM_INTERVAL_MS ? undefined : { kind: 'trim', urgent, mostMs: excess };
    }
    if (at - this.#splicedAt < (urgent ? URGENT_SPLICE_INTERVAL_MS : SPLICE_INTERVAL_MS)) return undefined;
    if (excess > 0) return { kind: 'accelerate', urgent, mostMs: excess };
    return { kind: 'expand', urgent, mostMs: EXPAND_OVERSHOOT_MS - excess };
  }

  /** A splice was requested from the player. */
  spliced({ kind }: Splice, at: number): void {
    if (kind === 'trim') this.#trimmedAt = at;
    else this.#splicedAt = at;
  }

  /** Audio was concealed, because no packet was due. */
  underran(at: number): void {
    this.#underrunAt = at;
  }
}
