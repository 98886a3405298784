import type { Plane } from './plane.js';
import { fixedRatioDownscaler } from './plane-downscalers.js';

/** Between which two samples an output lies: the first of them, and 256ths of the way to the second. */
interface Positions {
  readonly first: Int32Array;
  readonly fraction: Int32Array;
}

const MAX_POSITIONS = 16;

/**
 * Scales planes down: by halves, as long as that is not too small, then by a ratio that is cheap, or else by interpolation,
 * which costs three times as much and does not alias below a half. Nothing is allocated while sizes stay.
 */
export class PlaneScaler {
  /** What each halving leaves. */
  readonly #halves: Uint8Array[] = [];
  readonly #positions = new Map<string, Positions>();
  #row = new Int32Array();

  /** `to` is no larger than `from`. */
  scale(from: Plane, to: Plane): void {
    let source = from;
    for (let level = 0; source.width >= 2 * to.width && source.height >= 2 * to.height; level++) {
      const width = source.width >> 1;
      const height = source.height >> 1;
      const isLast = width === to.width && height === to.height;
      const half = isLast ? to : this.#halfPlane(level, width, height);
      fixedRatioDownscaler(source, half)?.(source, half);
      if (isLast) return;
      source = half;
    }
    const shrink = fixedRatioDownscaler(source, to);
    if (shrink) shrink(source, to);
    else this.#interpolate(source, to);
  }

  #halfPlane(level: number, width: number, height: number): Plane {
    let data = this.#halves[level];
    if (!data || data.length < width * height) {
      data = new Uint8Array(width * height);
      this.#halves[level] = data;
    }
    return { data, offset: 0, stride: width, step: 1, width, height };
  }

  #interpolate(from: Plane, to: Plane): void {
    const across = this.#positionsOf(from.width, to.width);
    const down = this.#positionsOf(from.height, to.height);
    if (this.#row.length < from.width) this.#row = new Int32Array(from.width);
    const row = this.#row;
    for (let y = 0; y < to.height; y++) {
      blendRows(from, down.first[y] ?? 0, down.fraction[y] ?? 0, row);
      const start = to.offset + y * to.stride;
      for (let x = 0, out = start; x < to.width; x++, out += to.step) {
        const at = across.first[x] ?? 0;
        const fraction = across.fraction[x] ?? 0;
        const left = row[at] ?? 0;
        // At the last sample the fraction is 0, and what is read beyond it counts for nothing.
        to.data[out] = ((left << 8) + ((row[at + 1] ?? left) - left) * fraction + 0x8000) >> 16;
      }
    }
  }

  #positionsOf(from: number, to: number): Positions {
    const key = `${from} ${to}`;
    let positions = this.#positions.get(key);
    if (!positions) {
      // Sizes change seldom; those of former captures need not be kept.
      if (this.#positions.size >= MAX_POSITIONS) this.#positions.clear();
      positions = positionsOf(from, to);
      this.#positions.set(key, positions);
    }
    return positions;
  }
}

/** Fills `row` with samples of 8 fractional bits, of the way from row `first` to the next. */
function blendRows(
  { data, offset, stride, step, width }: Plane,
  first: number,
  fraction: number,
  row: Int32Array,
): void {
  let upper = offset + first * stride;
  if (fraction === 0) {
    for (let x = 0; x < width; x++, upper += step) row[x] = (data[upper] ?? 0) << 8;
    return;
  }
  let lower = upper + stride;
  for (let x = 0; x < width; x++, upper += step, lower += step) {
    const above = data[upper] ?? 0;
    row[x] = (above << 8) + ((data[lower] ?? 0) - above) * fraction;
  }
}

/** Outputs are spread so that both pictures have the same edges. */
function positionsOf(from: number, to: number): Positions {
  const first = new Int32Array(to);
  const fraction = new Int32Array(to);
  for (let out = 0; out < to; out++) {
    const position = Math.min(Math.max(((out + 0.5) * from) / to - 0.5, 0), from - 1);
    first[out] = Math.floor(position);
    fraction[out] = Math.round((position - Math.floor(position)) * 256);
  }
  return { first, fraction };
}
