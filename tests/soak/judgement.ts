/** Reception of one end in one call, while audio and frames were expected. */
export interface Reception {
  /** ms of the longest silence, and of all silences of 20 ms or more. */
  readonly longestGapMs: number;
  readonly silentMs: number;
  /** 0 to 1: samples played that were concealed. */
  readonly concealedShare: number;
  /** As webrtc-stats defines `freezeCount`. */
  readonly freezes: number;
  readonly frozenMs: number;
  /** 0 to 1: samples of statistics in which the core decoded the audio. */
  readonly wasmShare: number;
}

/** Tolerances of the comparison: the differences between two calls of the same kind. */
const TOLERANCE = { gapMs: 60, concealedShare: 0.02, frozenMs: 400, part: 0.25 };

/** Figures in which a reception with the core is worse than the one without it. */
export function worseIn(core: Reception, native: Reception): string[] {
  const findings: string[] = [];
  const exceeds = (value: number, reference: number, tolerance: number) =>
    value > reference + Math.max(tolerance, reference * TOLERANCE.part);
  if (exceeds(core.longestGapMs, native.longestGapMs, TOLERANCE.gapMs))
    findings.push(`longest gap ${core.longestGapMs.toFixed(0)} ms, native ${native.longestGapMs.toFixed(0)} ms`);
  if (exceeds(core.concealedShare, native.concealedShare, TOLERANCE.concealedShare))
    findings.push(`concealed ${percent(core.concealedShare)}, native ${percent(native.concealedShare)}`);
  if (exceeds(core.frozenMs, native.frozenMs, TOLERANCE.frozenMs))
    findings.push(`frozen ${core.frozenMs.toFixed(0)} ms, native ${native.frozenMs.toFixed(0)} ms`);
  return findings;
}

/** The reception with the median of each figure. @throws RangeError for an empty list */
export function medianReception(receptions: readonly Reception[]): Reception {
  const of = (figure: keyof Reception) => median(receptions.map((one) => one[figure]));
  return {
    longestGapMs: of('longestGapMs'),
    silentMs: of('silentMs'),
    concealedShare: of('concealedShare'),
    freezes: of('freezes'),
    frozenMs: of('frozenMs'),
    wasmShare: of('wasmShare'),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new RangeError('no values');
  return middle;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
