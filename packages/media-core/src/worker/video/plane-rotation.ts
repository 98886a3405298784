import type { Plane } from './plane.js';

/** How to make a frame upright: mirror it left to right if `flip`, then rotate it clockwise. */
export interface Orientation {
  readonly quarterTurns: 0 | 1 | 2 | 3;
  readonly flip: boolean;
}

/** Pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Orientation of the camera in newer browsers (WebCodecs, `VideoFrame.rotation`); TypeScript's library lacks it. */
interface OrientedFrame {
  /** Degrees, clockwise. */
  readonly rotation?: number;
  readonly flip?: boolean;
}

export function orientationOf(frame: VideoFrame): Orientation {
  const { rotation = 0, flip = false } = frame as OrientedFrame;
  const turns = ((Math.round(rotation / 90) % 4) + 4) % 4;
  return { quarterTurns: turns as Orientation['quarterTurns'], flip };
}

export function isUpright({ quarterTurns, flip }: Orientation): boolean {
  return quarterTurns === 0 && !flip;
}

/** The size after rotation. */
export function rotatedSize({ quarterTurns }: Orientation, { width, height }: Size): Size {
  return quarterTurns % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** Copies a plane, rotated upright, into one of the rotated size. */
export function rotate(from: Plane, { quarterTurns, flip }: Orientation, to: Plane): void {
  const { data, offset, stride, width, height } = from;
  // Position of the output's first sample in the input, and distances between its neighbours there.
  const across = flip ? -from.step : from.step;
  const left = offset + (flip ? (width - 1) * from.step : 0);
  const right = left + (width - 1) * across;
  const last = (height - 1) * stride;
  const [start, alongRow, alongColumn] = (
    [
      [left, across, stride],
      [left + last, -stride, across],
      [right + last, -across, -stride],
      [right, stride, -across],
    ] as const
  )[quarterTurns];
  for (let y = 0; y < to.height; y++) {
    let read = start + y * alongColumn;
    let write = to.offset + y * to.stride;
    for (let x = 0; x < to.width; x++, read += alongRow, write += to.step) to.data[write] = data[read] ?? 0;
  }
}
