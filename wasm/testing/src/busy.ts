import { Random, sine } from './deterministic.js';
import { i420Frame } from './picture.js';
import type { Clip, ClipOptions, I420Frame } from './picture.js';
import { drawSprite, paintSprite } from './sprite.js';
import type { Placement, Sprite } from './sprite.js';
import { Grain, noiseTile, tileAt } from './texture.js';
import type { Tile } from './texture.js';

const FRAME_RATE = 30;
const LANDSCAPE_SIZE = 1024;
const OBJECTS = 10;

/**
 * The hard case: the camera pans over a rich landscape while several textured things fly, turn and grow before it; the scene
 * is cut at half of the clip. With sensor noise.
 */
export function busy({ width, height, frames, seed = 1 }: ClipOptions): Clip {
  const first = new Scene(width, height, seed * 2 + 1);
  const second = new Scene(width, height, seed * 2 + 2);
  const grain = new Grain(seed, 2);
  const cut = frames >> 1;
  const frame = (index: number): I420Frame => {
    const picture = i420Frame(width, height);
    (index < cut ? first : second).draw(picture, index / FRAME_RATE);
    grain.addTo(picture, index);
    return picture;
  };
  return { width, height, frames, frame };
}

interface FlyingObject {
  readonly sprite: Sprite;
  /** Orbits per second across and down, turns per second, and where they start. */
  readonly across: number;
  readonly down: number;
  readonly spin: number;
  readonly phase: number;
}

class Scene {
  readonly #landscape: { readonly y: Tile; readonly u: Tile; readonly v: Tile };
  readonly #objects: readonly FlyingObject[];
  readonly #panX: number;
  readonly #panY: number;

  constructor(width: number, height: number, seed: number) {
    const random = new Random(seed);
    const surface = noiseTile(random, 256, 1);
    this.#landscape = paintLandscape(random);
    this.#objects = Array.from({ length: OBJECTS }, () => makeObject(Math.min(width, height), surface, random));
    // A quarter to a half of the picture's width in a second.
    this.#panX = width * random.between(0.25, 0.5) * (random.below(2) === 0 ? 1 : -1);
    this.#panY = height * random.between(-0.15, 0.15);
  }

  draw(picture: I420Frame, seconds: number): void {
    const { width, height } = picture;
    const x = this.#panX * seconds + 3 * sine(seconds * 2.1);
    const y = this.#panY * seconds + 2 * sine(seconds * 3.3);
    pan(picture.y, width, height, this.#landscape.y, x, y);
    const chromaWidth = (width + 1) >> 1;
    const chromaHeight = (height + 1) >> 1;
    pan(picture.u, chromaWidth, chromaHeight, this.#landscape.u, x / 2, y / 2);
    pan(picture.v, chromaWidth, chromaHeight, this.#landscape.v, x / 2, y / 2);
    for (const object of this.#objects) drawSprite(picture, object.sprite, placementOf(object, width, height, seconds));
  }
}

function placementOf(object: FlyingObject, width: number, height: number, seconds: number): Placement {
  return {
    x: width * (0.5 + 0.52 * sine(object.across * seconds + object.phase)),
    y: height * (0.5 + 0.5 * sine(object.down * seconds + object.phase * 3)),
    turns: object.spin * seconds + object.phase,
    scale: 1 + 0.3 * sine(seconds * 0.6 + object.phase * 5),
  };
}

function makeObject(unit: number, surface: Tile, random: Random): FlyingObject {
  const size = Math.max(4, Math.round((unit * random.between(0.1, 0.3)) / 2) * 2);
  const base = random.between(60, 190);
  const colour = { u: 80 + random.below(96), v: 80 + random.below(96) };
  const isRound = random.below(2) === 0;
  const stripes = 2 + random.below(6);
  const offset = random.below(256);
  const sprite = paintSprite(size, size, (nx, ny, x, y) => {
    const inside = isRound ? nx * nx + ny * ny < 0.95 : Math.abs(nx) < 0.93 && Math.abs(ny) < 0.93;
    const stripe = Math.floor((nx + 1) * stripes) % 2 === 0 ? 34 : -34;
    const light = isRound ? 30 * (1 - nx * nx - ny * ny) : 0;
    return {
      ...colour,
      y: base + stripe + light + tileAt(surface, x + offset, y + offset) * 0.35,
      alpha: inside ? 255 : 0,
    };
  });
  return {
    sprite,
    across: random.between(0.25, 0.7),
    down: random.between(0.2, 0.6),
    spin: random.between(-0.9, 0.9),
    phase: random.unit(),
  };
}

/** Noise with houses: rectangles with rows of windows, for edges at all places. */
function paintLandscape(random: Random) {
  const ground = noiseTile(random, LANDSCAPE_SIZE / 4);
  const luma = repeatTile(ground, LANDSCAPE_SIZE);
  const u = faded(noiseTile(random, LANDSCAPE_SIZE / 4, 16));
  const v = faded(noiseTile(random, LANDSCAPE_SIZE / 4, 16));
  for (let house = 0; house < 110; house += 1) {
    const left = random.below(LANDSCAPE_SIZE);
    const top = random.below(LANDSCAPE_SIZE);
    const width = 24 + random.below(120);
    const height = 24 + random.below(120);
    const wall = random.between(-70, 70);
    const storey = 8 + random.below(16);
    for (let y = 0; y < height; y += 1) {
      const row = ((top + y) % LANDSCAPE_SIZE) * LANDSCAPE_SIZE;
      for (let x = 0; x < width; x += 1) {
        const position = row + ((left + x) % LANDSCAPE_SIZE);
        const isWindow = x % storey > storey / 2 && y % storey > storey / 2;
        const value = 128 + wall + (isWindow ? -50 : 0) + ((luma.samples[position] ?? 0) - 128) * 0.3;
        luma.samples[position] = Math.min(235, Math.max(16, Math.round(value)));
      }
    }
  }
  return { y: luma, u, v };
}

/** The colours of a landscape rather than of paint. */
function faded({ size, samples }: Tile): Tile {
  return { size, samples: samples.map((sample) => 96 + (sample >> 2)) };
}

function repeatTile({ size, samples }: Tile, newSize: number): Tile {
  const repeated = new Uint8Array(newSize * newSize);
  for (let y = 0; y < newSize; y += 1) {
    const row = samples.subarray((y & (size - 1)) * size, ((y & (size - 1)) + 1) * size);
    for (let x = 0; x < newSize; x += size) repeated.set(row, y * newSize + x);
  }
  return { size: newSize, samples: repeated };
}

/** Fills the plane from the repeating tile, shifted by a fraction of a sample (bilinear). */
function pan(plane: Uint8Array, width: number, height: number, { size, samples }: Tile, x: number, y: number): void {
  const mask = size - 1;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const fx = Math.floor((x - left) * 256);
  const fy = Math.floor((y - top) * 256);
  for (let row = 0; row < height; row += 1) {
    const upper = ((top + row) & mask) * size;
    const lower = ((top + row + 1) & mask) * size;
    let column = left & mask;
    let before = (samples[upper + column] ?? 0) * (256 - fy) + (samples[lower + column] ?? 0) * fy;
    const end = (row + 1) * width;
    for (let position = row * width; position < end; position += 1) {
      column = (column + 1) & mask;
      const after = (samples[upper + column] ?? 0) * (256 - fy) + (samples[lower + column] ?? 0) * fy;
      plane[position] = (before * (256 - fx) + after * fx + 32_768) >> 16;
      before = after;
    }
  }
}
