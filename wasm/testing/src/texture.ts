import { Random, scramble } from './deterministic.js';
import type { I420Frame } from './picture.js';

/** A square of bytes that repeats in both directions. */
export interface Tile {
  /** A power of two. */
  readonly size: number;
  readonly samples: Uint8Array;
}

/**
 * Value noise from several octaves, from cells of `size / 4` down to `finest` samples, each half as strong as the one before:
 * about the spectrum of natural surfaces.
 */
export function noiseTile(random: Random, size: number, finest = 2): Tile {
  const sum = new Float32Array(size * size);
  let strength = 64;
  for (let cell = size / 4; cell >= finest; cell /= 2) {
    addOctave(sum, size, cell, strength, random);
    strength *= 0.62;
  }
  return { size, samples: Uint8Array.from(sum, (value) => Math.min(255, Math.max(0, Math.round(128 + value)))) };
}

function addOctave(sum: Float32Array, size: number, cell: number, strength: number, random: Random): void {
  const cells = size / cell;
  const lattice = Float32Array.from({ length: cells * cells }, () => random.between(-strength, strength));
  const weights = Float32Array.from({ length: cell }, (_, index) => {
    const x = (index + 0.5) / cell;
    return x * x * (3 - 2 * x);
  });
  for (let y = 0; y < size; y += 1) {
    const row = Math.floor(y / cell) * cells;
    const nextRow = (Math.floor(y / cell + 1) % cells) * cells;
    const wy = weights[y % cell] ?? 0;
    for (let column = 0; column < cells; column += 1) {
      const next = (column + 1) % cells;
      const left = mix(lattice[row + column] ?? 0, lattice[nextRow + column] ?? 0, wy);
      const right = mix(lattice[row + next] ?? 0, lattice[nextRow + next] ?? 0, wy);
      const target = y * size + column * cell;
      for (let x = 0; x < cell; x += 1) sum[target + x] = (sum[target + x] ?? 0) + mix(left, right, weights[x] ?? 0);
    }
  }
}

function mix(a: number, b: number, weight: number): number {
  return a + (b - a) * weight;
}

/** The tile's sample at whole coordinates, centred on 0: -128 to 127. */
export function tileAt({ size, samples }: Tile, x: number, y: number): number {
  return (samples[(y & (size - 1)) * size + (x & (size - 1))] ?? 0) - 128;
}

const GRAIN_LENGTH = 1 << 16;

/** Sensor noise: other grain in each frame, each row starting elsewhere in one long table. */
export class Grain {
  readonly #seed: number;
  readonly #table: Int8Array;

  /** @param deviation standard deviation in steps of 1/255 */
  constructor(seed: number, deviation: number) {
    this.#seed = seed;
    const random = new Random(seed ^ 0x6e015e);
    // The sum of three uniform numbers is near enough to a normal distribution; each has deviation 1/sqrt(12).
    this.#table = Int8Array.from({ length: GRAIN_LENGTH }, () =>
      Math.round((random.unit() + random.unit() + random.unit() - 1.5) * 2 * deviation),
    );
  }

  addTo({ width, height, y }: I420Frame, index: number): void {
    const luma = new Uint8ClampedArray(y.buffer, y.byteOffset, y.byteLength);
    const table = this.#table;
    for (let row = 0; row < height; row += 1) {
      let grain = scramble(this.#seed + index * 65_521 + row * 31) & (GRAIN_LENGTH - 1);
      const end = (row + 1) * width;
      for (let position = row * width; position < end; position += 1) {
        luma[position] = (luma[position] ?? 0) + (table[grain] ?? 0);
        grain = (grain + 1) & (GRAIN_LENGTH - 1);
      }
    }
  }
}
