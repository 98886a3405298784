import { scaleToLimit } from './frame-size-limit.js';

/** What the camera or the screen captures. */
export interface Capture {
  /** Frame size [pixels]. */
  readonly width: number;
  readonly height: number;
  /** Nominal frame rate [frames/s]. */
  readonly frameRate: number;
  /** `detail` for screens: legible text matters more than smooth motion. */
  readonly content: 'motion' | 'detail';
}

/** One combination of frame size and frame rate. */
export interface Rung {
  /** Frame size [pixels], even. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
  /** Bitrate for good quality [bits/s]. */
  readonly bitrate: number;
}

/** Multiple of a rung's bitrate above which more gives no visible gain and only fills queues. */
export const MAX_USEFUL_FACTOR = 4;
const MAX_FRAME_RATE = 30;
/** Lengths of the short side to scale motion content to [pixels]. */
const SHORT_SIDES = [1080, 720, 540, 360, 270, 180];
/** A size above this share of the one before is left out. */
const MIN_STEP = 0.85;
/** Frame rates of the smallest size and of the second smallest [frames/s]. */
const LAST_RATES = [20, 15, 10];
const NEXT_TO_LAST_RATES = [20];
const DETAIL_RATES = [15, 10, 5, 3, 1];

/** Returns the rungs for a capture in order of falling bitrate; at least one. */
export function rungsOf(captured: Capture): readonly Rung[] {
  const scale = scaleToLimit(captured.width, captured.height);
  const capture = { ...captured, width: captured.width * scale, height: captured.height * scale };
  return (capture.content === 'detail' ? detailRungs(capture) : motionRungs(capture)).sort(
    (a, b) => b.bitrate - a.bitrate,
  );
}

/** Bitrate above which more gives no visible gain [bits/s]. */
export function maxUsefulBitrate(capture: Capture): number {
  return MAX_USEFUL_FACTOR * Math.max(...rungsOf(capture).map(({ bitrate }) => bitrate));
}

/** Reduces the size first; only the two smallest sizes also reduce the frame rate. */
function motionRungs({ width, height, frameRate }: Capture): Rung[] {
  const full = Math.min(frameRate, MAX_FRAME_RATE);
  const sizes = shortSides(Math.min(width, height));
  return sizes.flatMap((short, i) => {
    const scale = short / Math.min(width, height);
    const lower = i === sizes.length - 1 ? LAST_RATES : i === sizes.length - 2 ? NEXT_TO_LAST_RATES : [];
    return ratesFrom(full, lower).map((rate) => rungOf(width * scale, height * scale, rate, motionBitrate));
  });
}

/** Keeps the size, up to the maximum frame size, and reduces the frame rate. */
function detailRungs({ width, height, frameRate }: Capture): Rung[] {
  const rates = ratesFrom(Math.min(frameRate, MAX_FRAME_RATE), DETAIL_RATES);
  return rates.map((rate) => rungOf(width, height, rate, detailBitrate));
}

function shortSides(captured: number): readonly number[] {
  const largest = Math.min(captured, SHORT_SIDES[0] ?? captured);
  return [largest, ...SHORT_SIDES.filter((side) => side <= largest * MIN_STEP)];
}

function ratesFrom(full: number, lower: readonly number[]): readonly number[] {
  return [full, ...lower.filter((rate) => rate < full)];
}

function rungOf(
  width: number,
  height: number,
  frameRate: number,
  bitrateOf: (pixels: number, frameRate: number) => number,
): Rung {
  const size = { width: even(width), height: even(height) };
  return { ...size, frameRate, bitrate: Math.round(bitrateOf(size.width * size.height, frameRate)) };
}

/** Rounds down to an even number; the tolerance compensates rounding errors of the scale. */
function even(length: number): number {
  return Math.max(2 * Math.floor(length / 2 + 1e-6), 2);
}

/** VP8 with a talking head: 250 kbit/s at 640x360, 30 frames/s; 760 kbit/s at 1280x720. */
function motionBitrate(pixels: number, frameRate: number): number {
  return 250_000 * (pixels / (640 * 360)) ** 0.8 * (frameRate / 30) ** 0.6;
}

/** VP8 with mostly still text: 400 kbit/s at 1920x1080, 5 frames/s. */
function detailBitrate(pixels: number, frameRate: number): number {
  return 400_000 * (pixels / (1920 * 1080)) ** 0.8 * (frameRate / 5) ** 0.5;
}
