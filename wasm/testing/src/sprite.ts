import { clamp, cosine, sine } from './deterministic.js';
import { i420Frame } from './picture.js';
import type { I420Frame } from './picture.js';

export interface Colour {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

/** A picture with soft edges: alpha 0 to 255 at the resolution of the luma, and at that of the chroma. */
export interface Sprite {
  readonly picture: I420Frame;
  readonly alpha: Uint8Array;
  readonly chromaAlpha: Uint8Array;
}

/** Where a sprite's middle goes, in samples of the luma. */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly turns: number;
  readonly scale: number;
}

/** Colour and alpha (0 to 255) of a sprite at `nx`, `ny`, each from -1 to 1 over the sprite. */
export type Painter = (nx: number, ny: number, x: number, y: number) => Colour & { readonly alpha: number };

export function paintSprite(width: number, height: number, painter: Painter): Sprite {
  const picture = i420Frame(width, height);
  const alpha = new Uint8Array(width * height);
  const chromaWidth = (width + 1) >> 1;
  const chromaAlpha = new Uint8Array(picture.u.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = painter(((x + 0.5) * 2) / width - 1, ((y + 0.5) * 2) / height - 1, x, y);
      picture.y[y * width + x] = clamp(Math.round(colour.y), 0, 255);
      alpha[y * width + x] = colour.alpha;
      if ((x & 1) === 0 && (y & 1) === 0) {
        const chroma = (y >> 1) * chromaWidth + (x >> 1);
        picture.u[chroma] = colour.u;
        picture.v[chroma] = colour.v;
        chromaAlpha[chroma] = colour.alpha;
      }
    }
  }
  return { picture, alpha, chromaAlpha };
}

/** A sprite to paint on, over the same alpha. */
export function copySprite({ picture, alpha, chromaAlpha }: Sprite): Sprite {
  return { picture: i420Frame(picture.width, picture.height, picture.data.slice()), alpha, chromaAlpha };
}

/** Paints an ellipse of one colour with an edge of about a sample; centre and radii as parts of the half sprite. */
export function paintEllipse(
  { picture }: Sprite,
  nx: number,
  ny: number,
  rx: number,
  ry: number,
  colour: Colour,
): void {
  const { width, height } = picture;
  const x = ((nx + 1) * width) / 2;
  const y = ((ny + 1) * height) / 2;
  fillEllipse(picture.y, width, height, x, y, (rx * width) / 2, (ry * height) / 2, colour.y);
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  for (const [plane, value] of [[picture.u, colour.u] as const, [picture.v, colour.v] as const]) {
    fillEllipse(plane, chromaWidth, chromaHeight, x / 2, y / 2, (rx * width) / 4, (ry * height) / 4, value);
  }
}

function fillEllipse(
  plane: Uint8Array,
  width: number,
  height: number,
  centreX: number,
  centreY: number,
  radiusX: number,
  radiusY: number,
  value: number,
): void {
  if (radiusX <= 0 || radiusY <= 0) return;
  const edge = Math.min(radiusX, radiusY);
  const bottom = Math.min(height, Math.ceil(centreY + radiusY + 1));
  const right = Math.min(width, Math.ceil(centreX + radiusX + 1));
  for (let y = Math.max(0, Math.floor(centreY - radiusY - 1)); y < bottom; y += 1) {
    const dy = (y + 0.5 - centreY) / radiusY;
    for (let x = Math.max(0, Math.floor(centreX - radiusX - 1)); x < right; x += 1) {
      const dx = (x + 0.5 - centreX) / radiusX;
      const cover = clamp((1 - Math.sqrt(dx * dx + dy * dy)) * edge + 0.5, 0, 1);
      const old = plane[y * width + x] ?? 0;
      plane[y * width + x] = Math.round(old + (value - old) * cover);
    }
  }
}

/** Draws a sprite turned, scaled and at a fraction of a sample (bilinear), clipped to the frame. */
export function drawSprite(frame: I420Frame, { picture, alpha, chromaAlpha }: Sprite, placement: Placement): void {
  const luma = { plane: picture.y, alpha, width: picture.width, height: picture.height };
  drawPlane(frame.y, frame.width, frame.height, luma, placement);
  const chromaWidth = (frame.width + 1) >> 1;
  const chromaHeight = (frame.height + 1) >> 1;
  const half = { ...placement, x: placement.x / 2, y: placement.y / 2 };
  const size = { alpha: chromaAlpha, width: (picture.width + 1) >> 1, height: (picture.height + 1) >> 1 };
  drawPlane(frame.u, chromaWidth, chromaHeight, { plane: picture.u, ...size }, half);
  drawPlane(frame.v, chromaWidth, chromaHeight, { plane: picture.v, ...size }, half);
}

interface SourcePlane {
  readonly plane: Uint8Array;
  readonly alpha: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const ONE = 65_536;

function drawPlane(target: Uint8Array, width: number, height: number, source: SourcePlane, at: Placement): void {
  const { plane, alpha, width: sourceWidth, height: sourceHeight } = source;
  const reach = (Math.sqrt(sourceWidth * sourceWidth + sourceHeight * sourceHeight) / 2) * at.scale + 1;
  const right = Math.min(width, Math.ceil(at.x + reach));
  const bottom = Math.min(height, Math.ceil(at.y + reach));
  const left = Math.max(0, Math.floor(at.x - reach));
  const stepX = Math.round((cosine(at.turns) / at.scale) * ONE);
  const stepY = Math.round((sine(at.turns) / at.scale) * ONE);
  for (let y = Math.max(0, Math.floor(at.y - reach)); y < bottom; y += 1) {
    const dy = y + 0.5 - at.y;
    const dx = left + 0.5 - at.x;
    let sx = Math.round((sourceWidth / 2 - 0.5) * ONE + dx * stepX + dy * stepY);
    let sy = Math.round((sourceHeight / 2 - 0.5) * ONE + dy * stepX - dx * stepY);
    for (let x = left; x < right; x += 1, sx += stepX, sy -= stepY) {
      const column = sx >> 16;
      const row = sy >> 16;
      if (column < 0 || row < 0 || column >= sourceWidth - 1 || row >= sourceHeight - 1) continue;
      const corner = row * sourceWidth + column;
      const opacity = alpha[corner] ?? 0;
      if (opacity === 0) continue;
      const fx = (sx >> 8) & 255;
      const fy = (sy >> 8) & 255;
      const upper = (plane[corner] ?? 0) * (256 - fx) + (plane[corner + 1] ?? 0) * fx;
      const lower = (plane[corner + sourceWidth] ?? 0) * (256 - fx) + (plane[corner + sourceWidth + 1] ?? 0) * fx;
      const value = (upper * (256 - fy) + lower * fy + 32_768) >> 16;
      const position = y * width + x;
      const old = target[position] ?? 0;
      target[position] = opacity === 255 ? value : old + (((value - old) * opacity) >> 8);
    }
  }
}
