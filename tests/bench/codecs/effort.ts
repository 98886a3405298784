/** How much is measured. */
export interface Effort {
  /** Rounds of alternating measurements, ours and native. */
  readonly rounds: number;
  /** Distinct frames of a clip; it is played forwards and backwards, so that a period has 2n - 2 frames. */
  readonly pictures: number;
  /** Periods of the clip in one measurement. */
  readonly periods: number;
  /** Frames at the start (the key frame among them) that the times leave out. */
  readonly skip: number;
  /** Opus frames in one measurement. */
  readonly soundFrames: number;
  /** As `rounds`, for Opus. */
  readonly soundRounds: number;
  /** Number of fresh instances. */
  readonly starts: number;
}

export const FULL: Effort = {
  rounds: 5,
  pictures: 31,
  periods: 3,
  skip: 6,
  soundFrames: 3000,
  soundRounds: 9,
  starts: 15,
};
export const QUICK: Effort = {
  rounds: 2,
  pictures: 11,
  periods: 1,
  skip: 4,
  soundFrames: 1500,
  soundRounds: 3,
  starts: 5,
};

export function videoFrames({ pictures, periods }: Effort): number {
  return (2 * pictures - 2) * periods;
}
