import type { Plane } from './plane.js';

/** Shrinks a plane to a size that it was made for. */
export type Downscale = (from: Plane, to: Plane) => void;

/** What shrinks by this ratio at little cost, each output being the mean of the area it covers; undefined for other ratios. */
export function fixedRatioDownscaler(from: Plane, to: Plane): Downscale | undefined {
  // An odd last row or column is left out by halving alone.
  if (from.width >> 1 === to.width && from.height >> 1 === to.height) return halve;
  if (isRatio(from, to, 4, 3)) return fourToThree;
  return isRatio(from, to, 3, 2) ? threeToTwo : undefined;
}

function isRatio(from: Plane, to: Plane, many: number, few: number): boolean {
  const fits = (a: number, b: number) => a * few === b * many && b % few === 0;
  return fits(from.width, to.width) && fits(from.height, to.height);
}

function halve({ data, offset, stride, step }: Plane, to: Plane): void {
  const { width, height } = to;
  const target = to.data;
  for (let y = 0; y < height; y++) {
    let upper = offset + 2 * y * stride;
    let lower = upper + stride;
    let out = to.offset + y * to.stride;
    for (let x = 0; x < width; x++, out += to.step, upper += 2 * step, lower += 2 * step) {
      const sum = (data[upper] ?? 0) + (data[upper + step] ?? 0) + (data[lower] ?? 0) + (data[lower + step] ?? 0);
      target[out] = (sum + 2) >> 2;
    }
  }
}

/** Four columns a, b, c, d become (3a + b) / 4, (b + c) / 2 and (c + 3d) / 4, and rows alike. */
function fourToThree({ data, offset, stride, step }: Plane, to: Plane): void {
  const target = to.data;
  for (let y = 0; y < to.height; y++) {
    const phase = y % 3;
    // Of two rows of each four.
    const first = phase === 0 ? 3 : phase === 1 ? 2 : 1;
    const second = 4 - first;
    let upper = offset + (((y - phase) / 3) * 4 + phase) * stride;
    let lower = upper + stride;
    let out = to.offset + y * to.stride;
    for (let x = 0; x < to.width; x += 3, upper += 4 * step, lower += 4 * step) {
      const a = first * (data[upper] ?? 0) + second * (data[lower] ?? 0);
      const b = first * (data[upper + step] ?? 0) + second * (data[lower + step] ?? 0);
      const c = first * (data[upper + 2 * step] ?? 0) + second * (data[lower + 2 * step] ?? 0);
      const d = first * (data[upper + 3 * step] ?? 0) + second * (data[lower + 3 * step] ?? 0);
      target[out] = (3 * a + b + 8) >> 4;
      target[out + to.step] = (b + c + 4) >> 3;
      target[out + 2 * to.step] = (c + 3 * d + 8) >> 4;
      out += 3 * to.step;
    }
  }
}

/** Three columns a, b, c become (2a + b) / 3 and (b + 2c) / 3, and rows alike. */
function threeToTwo({ data, offset, stride, step }: Plane, to: Plane): void {
  const target = to.data;
  for (let y = 0; y < to.height; y++) {
    const phase = y & 1;
    const first = 2 - phase;
    const second = 1 + phase;
    let upper = offset + (((y - phase) / 2) * 3 + phase) * stride;
    let lower = upper + stride;
    let out = to.offset + y * to.stride;
    for (let x = 0; x < to.width; x += 2, upper += 3 * step, lower += 3 * step) {
      const a = first * (data[upper] ?? 0) + second * (data[lower] ?? 0);
      const b = first * (data[upper + step] ?? 0) + second * (data[lower + step] ?? 0);
      const c = first * (data[upper + 2 * step] ?? 0) + second * (data[lower + 2 * step] ?? 0);
      // A ninth, to the nearest: exact for all sums that can be.
      target[out] = ((2 * a + b + 4) * 7282) >> 16;
      target[out + to.step] = ((b + 2 * c + 4) * 7282) >> 16;
      out += 2 * to.step;
    }
  }
}
