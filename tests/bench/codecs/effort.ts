/** How much is measured. */
export interface Effort {
  /** Of ours and native in turns. */
  readonly rounds: number;
  /** Distinct pictures of a clip; a period of it has twice as many less two. */
  readonly pictures: number;
  /** Periods of the clip in one measurement. */
  readonly periods: number;
  /** Frames at the start, with the key frame, that the times leave out. */
  readonly skip: number;
  /** Opus frames in one measurement. */
  readonly soundFrames: number;
  /** As `rounds`, for Opus. */
  readonly soundRounds: number;
  /** Fresh instances that are made. */
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
