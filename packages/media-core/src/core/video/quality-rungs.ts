import { scaleToLimit } from './picture-limit.js';

/** What the camera or the screen gives. */
export interface Capture {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second, nominal. */
  readonly frameRate: number;
  /** `detail` for screens: text must stay legible, motion may suffer. */
  readonly content: 'motion' | 'detail';
}

/** One way to encode a capture. */
export interface Rung {
  /** Pixels, even. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
  /** bits/s that it takes to look right. */
  readonly bitrate: number;
}

/** Times its bitrate, beyond which more shows nothing and fills queues. */
export const ENOUGH = 4;
const MAX_FRAME_RATE = 30;
/** Lengths of the short side that motion is scaled to. */
const SHORT_SIDES = [1080, 720, 540, 360, 270, 180];
/** A size this close below another is no step. */
const MIN_STEP = 0.85;
/** Frame rates for the smallest size, and for the second smallest. */
const LAST_RATES = [20, 15, 10];
const NEXT_TO_LAST_RATES = [20];
const DETAIL_RATES = [15, 10, 5, 3, 1];

/** The ways to encode a capture, the best first: each next one takes fewer bits. There is always one. */
export function rungsOf(captured: Capture): readonly Rung[] {
  const scale = scaleToLimit(captured.width, captured.height);
  const capture = { ...captured, width: captured.width * scale, height: captured.height * scale };
  return (capture.content === 'detail' ? detailRungs(capture) : motionRungs(capture)).sort(
    (a, b) => b.bitrate - a.bitrate,
  );
}

/** bits/s of which nothing is to be seen of more. */
export function enoughFor(capture: Capture): number {
  return ENOUGH * Math.max(...rungsOf(capture).map(({ bitrate }) => bitrate));
}

/** The picture gets smaller first; only the smallest sizes give up frames. */
function motionRungs({ width, height, frameRate }: Capture): Rung[] {
  const full = Math.min(frameRate, MAX_FRAME_RATE);
  const sizes = shortSides(Math.min(width, height));
  return sizes.flatMap((short, i) => {
    const scale = short / Math.min(width, height);
    const lower = i === sizes.length - 1 ? LAST_RATES : i === sizes.length - 2 ? NEXT_TO_LAST_RATES : [];
    return ratesFrom(full, lower).map((rate) => rungOf(width * scale, height * scale, rate, motionBitrate));
  });
}

/** The picture keeps its size, unless that is more than anybody decodes. */
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

/** Down to an even number; the tolerance undoes the rounding of a scale. */
function even(length: number): number {
  return Math.max(2 * Math.floor(length / 2 + 1e-6), 2);
}

/** A talking head by VP8: 250 kbit/s at 640x360, 30 frames/s; 760 kbit/s at 1280x720. */
function motionBitrate(pixels: number, frameRate: number): number {
  return 250_000 * (pixels / (640 * 360)) ** 0.8 * (frameRate / 30) ** 0.6;
}

/** Mostly still text by VP8: 400 kbit/s at 1920x1080, 5 frames/s. */
function detailBitrate(pixels: number, frameRate: number): number {
  return 400_000 * (pixels / (1920 * 1080)) ** 0.8 * (frameRate / 5) ** 0.5;
}
