import { type Clip, type I420Frame, talkingHead } from '@xmpp-call/wasm-testing';
import { paintStrip } from './strip.js';

/** What a camera shows. */
export interface ClipSettings {
  readonly width: number;
  readonly height: number;
  /** Different pictures, shown forwards and backwards in turns. */
  readonly pictures: number;
  readonly seed: number;
}

/**
 * Frames per second. It does not divide a display's 60 Hz, so that frames arrive at all phases of a refresh in each call, not at
 * one phase that differs from call to call.
 */
export const FRAME_RATE = 29.9;
/** Of an I420 frame, so that nobody has to guess. */
export const COLOR_SPACE = {
  primaries: 'smpte170m',
  transfer: 'smpte170m',
  matrix: 'smpte170m',
  fullRange: false,
} as const;

export function clipOf({ width, height, pictures, seed }: ClipSettings): Clip {
  return talkingHead({ width, height, frames: pictures, seed });
}

/** Index of the clip's picture that a frame shows, by the frame's number. */
export function pictureIndex(counter: number, pictures: number): number {
  const period = Math.max(1, 2 * (pictures - 1));
  const phase = counter % period;
  return phase < pictures ? phase : period - phase;
}

/** Paints the number into a picture. */
export function numbered(picture: I420Frame, counter: number): I420Frame {
  paintStrip(picture.y, picture.width, picture.width, counter);
  return picture;
}
