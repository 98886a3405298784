const TAPS = 24;
const PHASES = 64;
const KAISER_BETA = 7;
/** Maximum deviation of the ratio from 1: beyond it the kernel, whose cut-off is fixed at half the rate, would alias. */
const MAX_DEVIATION = 0.005;

/**
 * Resamples mono PCM by a ratio of 1 ± 0.5 %, which may change with every block: an interpolated windowed sinc with 24
 * taps and 64 phases. It consumes a known number of input samples per block, so it fits between a ring and a consumer
 * of fixed blocks. Its delay is 13 samples. Allocates nothing after construction.
 */
export class Resampler {
  /** Delay between input and output [samples]. */
  static readonly delay = TAPS / 2 + 1;

  /** (PHASES + 1) rows of TAPS coefficients, interpolated linearly between two rows. */
  readonly #kernel = kernel();
  /** The last TAPS samples, then the input of one block. */
  readonly #input: Float32Array;
  readonly #maxOutput: number;
  /** Position of the next output between the two middle samples of the last TAPS, 0 to 1. */
  #phase = 0;
  #ratio = 1;

  /** @param maxOutput maximum block length for `process` [samples] */
  constructor(maxOutput: number) {
    this.#maxOutput = maxOutput;
    this.#input = new Float32Array(TAPS + Math.ceil(maxOutput * (1 + MAX_DEVIATION)) + 2);
  }

  /**
   * Returns the number of input samples that `process` consumes for a block of `outputLength` at `ratio`. The ratio is
   * input samples per output sample: above 1 the source is emptied faster than it is played.
   */
  required(outputLength: number, ratio: number): number {
    return Math.floor(this.#position(outputLength, outputLength, clamp(ratio)));
  }

  /**
   * Fills `output` from exactly `required(output.length, ratio)` samples at the start of `input`. The ratio changes
   * linearly to its new value during the block.
   * @throws RangeError if `output` is longer than `maxOutput` or `input` is too short
   */
  process(input: Float32Array, output: Float32Array, ratio: number): void {
    const length = output.length;
    const target = clamp(ratio);
    const end = this.#position(length, length, target);
    const consumed = Math.floor(end);
    if (length > this.#maxOutput) throw new RangeError(`a block of ${length} samples, at most ${this.#maxOutput}`);
    if (input.length < consumed) throw new RangeError(`${input.length} samples of ${consumed}`);

    const samples = this.#input;
    for (let i = 0; i < consumed; i++) samples[TAPS + i] = input[i] ?? 0;
    for (let i = 0; i < length; i++) output[i] = this.#sampleAt(this.#position(i, length, target));
    samples.copyWithin(0, consumed, consumed + TAPS);
    this.#phase = end - consumed;
    this.#ratio = target;
  }

  /** Clears the state: the next output starts with silence. */
  reset(): void {
    this.#input.fill(0);
    this.#phase = 0;
    this.#ratio = 1;
  }

  /** Position of output `i`, while the ratio changes linearly to `target` over `length` outputs. */
  #position(i: number, length: number, target: number): number {
    const slope = length === 0 ? 0 : (target - this.#ratio) / (2 * length);
    return this.#phase + i * (this.#ratio + i * slope);
  }

  #sampleAt(position: number): number {
    const first = Math.floor(position);
    const row = (position - first) * PHASES;
    const index = Math.floor(row);
    const weight = row - index;
    const low = index * TAPS;
    const high = low + TAPS;
    let a = 0;
    let b = 0;
    for (let tap = 0; tap < TAPS; tap++) {
      const sample = this.#input[first + tap] ?? 0;
      a += sample * (this.#kernel[low + tap] ?? 0);
      b += sample * (this.#kernel[high + tap] ?? 0);
    }
    return a + weight * (b - a);
  }
}

const clamp = (ratio: number) => Math.min(1 + MAX_DEVIATION, Math.max(1 - MAX_DEVIATION, ratio));

/** Row p: sinc(t - p / PHASES) with a Kaiser window, t in -TAPS/2 + 1 … TAPS/2, normalised to a gain of 1 at 0 Hz. */
function kernel(): Float64Array {
  const table = new Float64Array((PHASES + 1) * TAPS);
  for (let phase = 0; phase <= PHASES; phase++) {
    let sum = 0;
    for (let tap = 0; tap < TAPS; tap++) {
      const distance = tap - TAPS / 2 + 1 - phase / PHASES;
      const value = sinc(distance) * kaiser(distance / (TAPS / 2));
      table[phase * TAPS + tap] = value;
      sum += value;
    }
    for (let i = phase * TAPS; i < (phase + 1) * TAPS; i++) table[i] = (table[i] ?? 0) / sum;
  }
  return table;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const kaiser = (x: number) => (Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA));

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
