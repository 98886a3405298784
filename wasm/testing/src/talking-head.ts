import { clamp, Random, sine, smoothStep } from './deterministic.js';
import { i420Frame } from './picture.js';
import type { Clip, ClipOptions, I420Frame } from './picture.js';
import { copySprite, drawSprite, paintEllipse, paintSprite } from './sprite.js';
import type { Sprite } from './sprite.js';
import { Grain, noiseTile, tileAt } from './texture.js';
import type { Tile } from './texture.js';

const FRAME_RATE = 30;
const BLINK_FRAMES = 5;
const LIPS = { y: 118, u: 112, v: 164 };
const MOUTH = { y: 42, u: 122, v: 146 };
const TEETH = { y: 205, u: 124, v: 130 };
const EYE_WHITE = { y: 208, u: 126, v: 129 };
const IRIS = { y: 52, u: 132, v: 122 };

/**
 * Somebody talking to a fixed camera: a static, detailed room, a head and shoulders that sway, eyes that blink and wander, a
 * mouth that opens with the syllables, and a little sensor noise. The usual content of a video call.
 */
export function talkingHead({ width, height, frames, seed = 1 }: ClipOptions): Clip {
  const random = new Random(seed);
  const surface = noiseTile(random, 256);
  const room = paintRoom(width, height, surface, random);
  const unit = Math.min(height, width * 0.75);
  const head = paintHead(spriteSize(unit * 0.46), spriteSize(unit * 0.6), surface);
  const shoulders = paintShoulders(spriteSize(unit * 1.15), spriteSize(unit * 0.62), surface);
  const grain = new Grain(seed, 1.4);
  const phase = random.unit();
  const blinkPeriod = 70 + random.below(40);

  const frame = (index: number): I420Frame => {
    const picture = i420Frame(width, height, room.data.slice());
    const seconds = index / FRAME_RATE;
    const swayX = unit * (0.022 * sine(seconds * 0.31 + phase) + 0.006 * sine(seconds * 1.7));
    const swayY = unit * (0.009 * sine(seconds * 0.47 + phase * 2) + 0.004 * sine(seconds * 2.3));
    drawSprite(picture, shoulders, {
      x: width / 2 + swayX * 0.5,
      y: height - unit * 0.21 + swayY * 0.4,
      turns: 0.003 * sine(seconds * 0.31 + phase),
      scale: 1,
    });
    const face = copySprite(head);
    paintEyes(face, openness(index, blinkPeriod), 0.03 * sine(seconds * 0.23) + 0.02 * sine(seconds * 0.71));
    paintMouth(face, seconds, phase);
    drawSprite(picture, face, {
      x: width / 2 + swayX,
      y: height - unit * 0.57 + swayY,
      turns: 0.012 * sine(seconds * 0.37 + phase) + 0.004 * sine(seconds * 1.9),
      scale: 1 + 0.012 * sine(seconds * 0.19),
    });
    grain.addTo(picture, index);
    return picture;
  };
  return { width, height, frames, frame };
}

function spriteSize(samples: number): number {
  return Math.max(4, Math.round(samples / 2) * 2);
}

/** A wall with a lamp's light, a shelf of books on the left and a framed picture on the right. */
function paintRoom(width: number, height: number, surface: Tile, random: Random): I420Frame {
  const room = i420Frame(width, height);
  const chromaWidth = (width + 1) >> 1;
  const books = paintBooks(width, random);
  const shelfEnd = Math.floor(width * 0.36);
  const boardHeight = Math.max(3, Math.floor(height / 4));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const light = 150 - 70 * (((x / width - 0.7) * (x / width - 0.7)) / 0.5 + (y / height) * (y / height) * 0.7);
      const texture = tileAt(surface, x, y);
      let luma = light + texture * 0.07;
      let u = 124;
      let v = 131;
      if (x < shelfEnd) {
        const book = books[x];
        const inBoard = y % boardHeight;
        if (inBoard < Math.max(1, boardHeight * 0.05)) {
          luma = 96 + tileAt(surface, x >> 2, y * 4) * 0.2;
          u = 116;
          v = 140;
        } else if (book !== undefined && inBoard > boardHeight * book.top) {
          const title = inBoard > boardHeight * 0.55 && inBoard < boardHeight * 0.8 && ((y >> 1) + book.stripe) % 5 < 2;
          luma = book.y * book.shade + (title ? 45 : 0) + texture * 0.1;
          u = book.u;
          v = book.v;
        } else {
          luma = 28 + texture * 0.05;
        }
      } else if (inFrame(x / width, y / height)) {
        luma = 110 + tileAt(surface, x * 2 + 77, y * 2) * 0.75;
        u = 128 + (tileAt(surface, x >> 1, (y >> 1) + 90) >> 2);
        v = 128 - (tileAt(surface, (x >> 1) + 50, y >> 1) >> 2);
      }
      room.y[y * width + x] = clamp(Math.round(luma), 16, 235);
      if ((x & 1) === 0 && (y & 1) === 0) {
        room.u[(y >> 1) * chromaWidth + (x >> 1)] = u;
        room.v[(y >> 1) * chromaWidth + (x >> 1)] = v;
      }
    }
  }
  return room;
}

function inFrame(x: number, y: number): boolean {
  return x > 0.72 && x < 0.93 && y > 0.12 && y < 0.45;
}

/** The book that stands in each column, from left to right. */
function paintBooks(width: number, random: Random) {
  const columns = [];
  while (columns.length < width) {
    const thickness = Math.max(2, Math.round(width * random.between(0.008, 0.028)));
    const y = random.between(50, 170);
    const colour = { u: 108 + random.below(40), v: 108 + random.below(44) };
    const top = random.between(0.1, 0.35);
    const stripe = random.below(5);
    for (let x = 0; x < thickness; x += 1) {
      // Rounded backs: darker towards both edges.
      const fromMiddle = ((x + 0.5) / thickness) * 2 - 1;
      columns.push({ ...colour, y, top, stripe, shade: 1 - 0.45 * fromMiddle * fromMiddle });
    }
  }
  return columns;
}

function paintHead(width: number, height: number, surface: Tile): Sprite {
  return paintSprite(width, height, (nx, ny, x, y) => {
    const reach = Math.sqrt((nx * nx) / 0.8 + ny * ny);
    const alpha = Math.round(255 * (1 - smoothStep(0.94, 0.99, reach)));
    const hairLine = -0.42 - 0.1 * nx + 0.35 * nx * nx - (nx < -0.2 ? 0.08 : 0);
    const isHair = ny < hairLine || (Math.abs(nx) > 0.7 && ny < 0.1);
    if (isHair) {
      const strands = tileAt(surface, x * 3, y >> 1) * 0.28 + tileAt(surface, x, y) * 0.1;
      return { y: 58 + strands - 20 * reach, u: 122, v: 136, alpha };
    }
    const nose = 22 * smoothStep(0.1, 0.02, Math.abs(nx)) * smoothStep(-0.1, 0.2, ny) * smoothStep(0.3, 0.2, ny);
    const noseShade =
      16 * smoothStep(0.12, 0.02, Math.abs(nx - 0.1)) * smoothStep(0.05, 0.25, ny) * smoothStep(0.32, 0.25, ny);
    const brow = Math.abs(Math.abs(nx) - 0.34) < 0.17 && Math.abs(ny + 0.24 + 0.15 * nx * nx) < 0.025 ? 70 : 0;
    const shade = 172 - 26 * nx - 46 * reach * reach + nose - noseShade - brow;
    return { y: shade + tileAt(surface, x, y) * 0.09 + tileAt(surface, x >> 3, y >> 3) * 0.08, u: 111, v: 151, alpha };
  });
}

function paintShoulders(width: number, height: number, surface: Tile): Sprite {
  return paintSprite(width, height, (nx, ny, x, y) => {
    const isNeck = Math.abs(nx) < 0.2 && ny < -0.1;
    const slope = -0.62 + 0.75 * nx * nx * Math.abs(nx);
    const alpha = isNeck
      ? 255
      : Math.round(255 * smoothStep(slope, slope + 0.03, ny) * smoothStep(1, 0.97, Math.abs(nx)));
    const collar = Math.abs(nx) < 0.26 + 0.2 * (ny + 0.4) && ny < -0.2 - Math.abs(nx);
    if (isNeck && (collar || ny < -0.6))
      return { y: 132 - 40 * nx + tileAt(surface, x, y) * 0.07, u: 112, v: 150, alpha };
    const weave = ((x ^ y) & 1) * 7 + (y % 6 < 3 ? 6 : 0);
    const folds = tileAt(surface, x >> 2, y >> 4) * 0.35;
    return { y: 82 + weave + folds - 20 * nx, u: 142, v: 116, alpha };
  });
}

/** How far the eyes are open, 0 to 1. */
function openness(index: number, period: number): number {
  const since = index % period;
  return since >= BLINK_FRAMES ? 1 : Math.abs(since - (BLINK_FRAMES - 1) / 2) / ((BLINK_FRAMES + 1) / 2);
}

function paintEyes(face: Sprite, open: number, gaze: number): void {
  for (const side of [-0.33, 0.33]) {
    const height = 0.012 + 0.045 * open;
    paintEllipse(face, side, -0.1, 0.15, height + 0.012, { y: 88, u: 114, v: 144 });
    if (open < 0.2) continue;
    paintEllipse(face, side, -0.1, 0.13, height, EYE_WHITE);
    paintEllipse(face, side + gaze, -0.1, 0.055, Math.min(height, 0.045), IRIS);
    paintEllipse(face, side + gaze + 0.015, -0.115, 0.014, 0.011 * open, EYE_WHITE);
  }
}

/** Syllables at about 4.5 per second in phrases of some seconds. */
function paintMouth(face: Sprite, seconds: number, phase: number): void {
  const phrase = smoothStep(-0.35, 0.1, sine(seconds * 0.27 + phase) + 0.4 * sine(seconds * 0.61));
  const syllable = Math.abs(sine(seconds * 2.2 + phase)) * (0.65 + 0.35 * sine(seconds * 0.93));
  const open = 0.004 + 0.085 * phrase * syllable;
  const wide = 0.2 + 0.05 * sine(seconds * 1.3 + phase) * phrase;
  paintEllipse(face, 0, 0.5, wide + 0.05, open + 0.032, LIPS);
  paintEllipse(face, 0, 0.5, wide, open, MOUTH);
  if (open > 0.03) paintEllipse(face, 0, 0.5 - open * 0.62, wide * 0.7, open * 0.25, TEETH);
}
