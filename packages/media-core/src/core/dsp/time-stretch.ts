import { correlation, CorrelationSearch } from './correlation-search.js';

/**
 * Maximum and minimum change at 48 kHz [samples]: the period of 66 Hz and of 200 Hz. Higher pitches are matched over
 * several periods.
 */
const MAX_LAG = 720;
const MIN_LAG = 240;
/** Maximum length of a cross-fade [samples]: 10 ms. */
const MAX_OVERLAP = 480;
/** Minimum block length [samples]: 20 ms. */
const MIN_BLOCK = 960;

/** Minimum correlation of the spliced signals, and the one accepted if urgent, which a trained listener may notice. */
const MIN_CORRELATION = 0.9;
const MIN_CORRELATION_URGENT = 0.7;
/** A signal whose maximum correlation is below this is noise without a pitch. */
const MAX_NOISE_CORRELATION = 0.4;
/** Maximum ratio of the power between parts of steady noise: 4 dB. */
const MAX_POWER_RATIO = 2.5;
/** Power below which any splice is inaudible: -50 dBFS. */
const QUIET_POWER = 1e-5;

/**
 * Shortens or lengthens blocks of 48 kHz mono PCM without changing the pitch, by one splice of 5 to 15 ms (waveform
 * similarity overlap-add, WSOLA). A block without a good splice is left unchanged. The beginning and the end of a block
 * never change, so any block can be stretched without a click.
 */
export class TimeStretch {
  /** Maximum change of a block's length [samples]. */
  static readonly maxChange = MAX_LAG;

  readonly #search: CorrelationSearch;
  readonly #maxBlock: number;
  readonly #joined: Float32Array;
  #quality = 0;

  /** @param maxBlock maximum block length [samples] */
  constructor(maxBlock: number = MIN_BLOCK) {
    this.#search = new CorrelationSearch(MAX_LAG + maxBlock, MAX_OVERLAP);
    this.#maxBlock = maxBlock;
    this.#joined = new Float32Array(MAX_LAG + maxBlock);
  }

  /** Correlation of the signals at the last splice, accepted or not, -1 to 1. */
  get quality(): number {
    return this.#quality;
  }

  /**
   * Writes `block` shortened by 5 to 15 ms to `output`, which is at least as long, or unchanged if a splice would be
   * audible. Silence may be shortened by less.
   * @param urgent accept a lower correlation
   * @param most maximum number of samples to remove
   * @returns samples written
   * @throws RangeError for a block shorter than 960 samples or longer than `maxBlock`
   */
  accelerate(block: Float32Array, output: Float32Array, urgent = false, most = MAX_LAG): number {
    const lag = this.#lag(block, urgent, most);
    if (lag === 0) return copy(block, output);
    const overlap = this.#search.window(block, block, lag);
    splice(block, 0, block, lag, overlap, this.#quality, output, 0);
    output.set(block.subarray(lag + overlap), overlap);
    return block.length - lag;
  }

  /**
   * Writes `block` lengthened by 5 to 15 ms to `output`, which is at least `maxChange` longer, or unchanged if a splice
   * would be audible.
   * @returns samples written
   * @throws RangeError as `accelerate`
   */
  expand(block: Float32Array, output: Float32Array, urgent = false, most = MAX_LAG): number {
    const lag = this.#lag(block, urgent, most);
    if (lag === 0) return copy(block, output);
    const overlap = this.#search.window(block, block, lag);
    output.set(block.subarray(0, lag));
    splice(block, lag, block, 0, overlap, this.#quality, output, lag);
    output.set(block.subarray(overlap), lag + overlap);
    return block.length + lag;
  }

  /**
   * `expand` for a shorter block, of at least 10 ms: repeats audio from before the block.
   * @param past the `maxChange` samples before the block, which are not changed
   * @returns samples written
   * @throws RangeError for a wrong length of `past` or of the block
   */
  expandAfter(past: Float32Array, block: Float32Array, output: Float32Array, urgent = false, most = MAX_LAG): number {
    const { length } = block;
    if (length < MAX_OVERLAP || length > this.#maxBlock) throw new RangeError(`a block of ${length} samples`);
    if (past.length !== MAX_LAG) throw new RangeError(`a past of ${past.length} samples`);
    if (most < MIN_LAG) return copy(block, output);
    const joined = this.#joined.subarray(0, MAX_LAG + length);
    joined.set(past);
    joined.set(block, MAX_LAG);
    const least = MAX_LAG - Math.min(Math.floor(most), MAX_LAG);
    const start = this.#search.find(block, joined, least, MAX_LAG - MIN_LAG);
    if (!this.#fits(block, urgent)) return copy(block, output);
    splice(block, 0, joined, start, MAX_OVERLAP, this.#quality, output, 0);
    output.set(joined.subarray(start + MAX_OVERLAP), MAX_OVERLAP);
    return length + MAX_LAG - start;
  }

  /** Returns the length to remove or repeat [samples]; 0 if no splice is good enough. */
  #lag(block: Float32Array, urgent: boolean, most: number): number {
    const { length } = block;
    if (length < MIN_BLOCK || length > this.#maxBlock) throw new RangeError(`a block of ${length} samples`);
    const longest = Math.min(Math.floor(most), MAX_LAG);
    this.#quality = 1;
    if (isQuiet(block)) return longest;
    if (longest < MIN_LAG) return 0;
    const lag = this.#search.find(block, block, MIN_LAG, longest);
    return this.#fits(block, urgent) ? lag : 0;
  }

  /** Whether the splice found last is inaudible. */
  #fits(block: Float32Array, urgent: boolean): boolean {
    this.#quality = this.#search.quality;
    return (
      this.#quality >= (urgent ? MIN_CORRELATION_URGENT : MIN_CORRELATION) ||
      isQuiet(block) ||
      (this.#quality < MAX_NOISE_CORRELATION && isSteady(block))
    );
  }
}

/**
 * Cross-fades over the length of `into` at constant loudness, whether the signals are correlated (two decodings of one
 * frame) or not.
 * @param from continuation of the signal played so far
 * @param to signal to play from now on
 */
export function crossFade(from: Float32Array, to: Float32Array, into: Float32Array): void {
  const length = into.length;
  splice(from, 0, to, 0, length, correlation(from, 0, to, 0, length), into, 0);
}

/** Raised-cosine cross-fade with constant power for signals of the given correlation. */
function splice(
  from: Float32Array,
  fromStart: number,
  to: Float32Array,
  toStart: number,
  length: number,
  correlated: number,
  into: Float32Array,
  intoStart: number,
): void {
  const shared = Math.min(1, Math.max(0, correlated));
  for (let i = 0; i < length; i++) {
    const rise = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / length);
    const fall = 1 - rise;
    const gain = 1 / Math.sqrt(1 - 2 * (1 - shared) * rise * fall);
    into[intoStart + i] = gain * (fall * (from[fromStart + i] ?? 0) + rise * (to[toStart + i] ?? 0));
  }
}

/** Whether the block is so quiet that any splice is inaudible. */
export function isQuiet(samples: Float32Array): boolean {
  return power(samples, 0, samples.length) < QUIET_POWER;
}

/** Whether the quarters of a block have about the same power, so without onset or decay. */
function isSteady(block: Float32Array): boolean {
  const quarter = Math.floor(block.length / 4);
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let part = 0; part < 4; part++) {
    const value = power(block, part * quarter, quarter);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most <= MAX_POWER_RATIO * least;
}

/** Mean square. */
function power(samples: Float32Array, start: number, length: number): number {
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += (samples[i] ?? 0) ** 2;
  return sum / length;
}

function copy(block: Float32Array, output: Float32Array): number {
  output.set(block);
  return block.length;
}
