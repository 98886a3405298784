import type { Plane } from './plane.js';

/** How a picture is to be turned to stand upright: clockwise, after it was mirrored left to right. */
export interface Orientation {
  readonly quarterTurns: 0 | 1 | 2 | 3;
  readonly flip: boolean;
}

/** Pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** What newer browsers tell of pictures from a turned camera (WebCodecs, `VideoFrame.rotation`); the libraries lack it. */
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

/** The sizes of an upright picture, of one that lies on its side, or the other way round. */
export function rotatedSize({ quarterTurns }: Orientation, { width, height }: Size): Size {
  return quarterTurns % 2 === 0 ? { width, height } : { width: height, height: width };
}

/** Copies a plane upright into one of the turned size. */
export function rotate(from: Plane, { quarterTurns, flip }: Orientation, to: Plane): void {
  const { data, offset, stride, width, height } = from;
  // Where the output's first sample comes from, and how far apart its neighbours lie.
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
