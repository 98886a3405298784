import { Random } from './deterministic.js';
import { i420Frame } from './picture.js';
import type { Clip, ClipOptions, I420Frame } from './picture.js';

const GLYPH_WIDTH = 5;
const GLYPH_HEIGHT = 7;
const GLYPHS = 40;
const PAPER = { y: 235, u: 128, v: 128 };
const BAR = { y: 60, u: 140, v: 120 };
const INKS = [
  { y: 24, u: 128, v: 128 },
  { y: 24, u: 128, v: 128 },
  { y: 70, u: 180, v: 110 },
  { y: 90, u: 100, v: 170 },
  { y: 110, u: 90, v: 90 },
] as const;
/** Frames of each period: still, then scrolling. */
const PERIOD = 45;
const STILL = 18;
const SCROLL_STEP = 4;

/**
 * A shared screen: coloured text with sharp edges under a fixed bar, which stands still while a line is typed, then scrolls
 * by whole samples. No noise.
 */
export function screen({ width, height, frames, seed = 1 }: ClipOptions): Clip {
  const random = new Random(seed);
  const zoom = Math.max(1, Math.round(height / 360));
  const page = paintPage(width, height, zoom, random);
  const bar = Math.min(height, (GLYPH_HEIGHT + 5) * zoom) & ~1;
  const frame = (index: number): I420Frame => {
    const picture = i420Frame(width, height);
    const periods = Math.floor(index / PERIOD);
    const within = index % PERIOD;
    const scrolled = (periods * (PERIOD - STILL) + Math.max(0, within - STILL)) * SCROLL_STEP * 2;
    copyWrapped(page.y, picture.y, width, page.height, height, scrolled);
    const chromaWidth = (width + 1) >> 1;
    const chromaHeight = (height + 1) >> 1;
    copyWrapped(page.u, picture.u, chromaWidth, page.height >> 1, chromaHeight, scrolled / 2);
    copyWrapped(page.v, picture.v, chromaWidth, page.height >> 1, chromaHeight, scrolled / 2);
    fill(picture, 0, 0, width, bar, BAR);
    type(picture, bar, Math.min(within, STILL), zoom);
    return picture;
  };
  return { width, height, frames, frame };
}

/** A page three times as high as the picture, filled with lines of words. */
function paintPage(width: number, height: number, zoom: number, random: Random): I420Frame {
  const page = i420Frame(width, Math.max(2, Math.floor(height * 1.5) * 2));
  fill(page, 0, 0, width, page.height, PAPER);
  const glyphs = Array.from({ length: GLYPHS }, () => drawGlyph(random));
  const advance = (GLYPH_WIDTH + 1) * zoom;
  const lineHeight = (GLYPH_HEIGHT + 4) * zoom;
  for (let top = 2 * zoom; top + lineHeight < page.height; top += lineHeight) {
    if (random.below(8) === 0) continue;
    let x = advance * (2 + 2 * random.below(4));
    const lineEnd = width * random.between(0.4, 0.97);
    while (x + advance < lineEnd) {
      const ink = INKS[random.below(INKS.length)] ?? INKS[0];
      for (let letters = 2 + random.below(9); letters > 0 && x + advance < lineEnd; letters -= 1, x += advance) {
        stamp(page, glyphs[random.below(GLYPHS)] ?? 0n, x, top, zoom, ink);
      }
      x += advance;
    }
  }
  return page;
}

/** 35 bits, strokes rather than noise: some rows and columns of the 5x7 raster. */
function drawGlyph(random: Random): bigint {
  let bits = 0n;
  const columns = (1 << random.below(GLYPH_WIDTH)) | (1 << random.below(GLYPH_WIDTH));
  const rows = (1 << random.below(GLYPH_HEIGHT)) | (1 << random.below(GLYPH_HEIGHT));
  for (let y = 0; y < GLYPH_HEIGHT; y += 1) {
    for (let x = 0; x < GLYPH_WIDTH; x += 1) {
      if (((columns >> x) | (rows >> y)) & 1) bits |= 1n << BigInt(y * GLYPH_WIDTH + x);
    }
  }
  return bits;
}

type Ink = Readonly<Record<'y' | 'u' | 'v', number>>;

function stamp(page: I420Frame, glyph: bigint, left: number, top: number, zoom: number, ink: Ink): void {
  for (let y = 0; y < GLYPH_HEIGHT; y += 1) {
    for (let x = 0; x < GLYPH_WIDTH; x += 1) {
      if (((glyph >> BigInt(y * GLYPH_WIDTH + x)) & 1n) === 0n) continue;
      fill(page, left + x * zoom, top + y * zoom, zoom, zoom, ink);
    }
  }
}

/** What is typed in the bar: one more letter every other frame, and the cursor. */
function type(picture: I420Frame, bar: number, frames: number, zoom: number): void {
  const letter = 4 * zoom;
  for (let index = 0; index <= frames >> 1; index += 1) {
    fill(
      picture,
      letter * (1 + 2 * index),
      bar >> 2,
      letter,
      bar >> 1,
      index % 3 === 0 ? PAPER : { y: 190, u: 120, v: 130 },
    );
  }
  if (frames % 4 < 2) fill(picture, letter * (3 + (frames & ~1)), bar >> 3, zoom, (bar * 3) >> 2, PAPER);
}

function fill(picture: I420Frame, left: number, top: number, width: number, height: number, ink: Ink): void {
  const right = Math.min(picture.width, left + width);
  const bottom = Math.min(picture.height, top + height);
  for (let y = top; y < bottom; y += 1) picture.y.fill(ink.y, y * picture.width + left, y * picture.width + right);
  const chromaWidth = (picture.width + 1) >> 1;
  for (let y = top >> 1; y < (bottom + 1) >> 1; y += 1) {
    picture.u.fill(ink.u, y * chromaWidth + (left >> 1), y * chromaWidth + ((right + 1) >> 1));
    picture.v.fill(ink.v, y * chromaWidth + (left >> 1), y * chromaWidth + ((right + 1) >> 1));
  }
}

/** Rows of the page from `top` on, which starts again after its end. */
function copyWrapped(
  page: Uint8Array,
  plane: Uint8Array,
  width: number,
  pageHeight: number,
  height: number,
  top: number,
): void {
  for (let y = 0; y < height; y += 1) {
    const row = ((top + y) % pageHeight) * width;
    plane.set(page.subarray(row, row + width), y * width);
  }
}
