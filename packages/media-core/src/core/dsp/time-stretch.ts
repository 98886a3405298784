import { correlation, LagSearch } from './lag-search.js';

/** 48 kHz: a pitch of 66 Hz, and of 200 Hz; higher voices are matched over several periods. */
const MAX_LAG = 720;
const MIN_LAG = 240;
/** Longest splice, in samples: 10 ms. */
const MAX_OVERLAP = 480;
/** Shortest block that can be stretched, in samples: 20 ms. */
const MIN_BLOCK = 960;

/** Least likeness of what is spliced together; when time presses, a splice that a trained ear notices is accepted. */
const VOICED = 0.9;
const VOICED_URGENT = 0.7;
/** Sound that is nowhere more like itself than this is noise, which has no pitch to keep. */
const NOISE = 0.4;
/** Most by which the power of parts of a noise may differ for it to be steady: 4 dB. */
const STEADY = 2.5;
/** Power below which a splice is inaudible: -50 dB of full scale. */
const QUIET = 1e-5;

/**
 * Shortens or lengthens blocks of 48 kHz mono PCM without changing their pitch, by one splice of 5 to 15 ms (waveform
 * similarity overlap-add): it takes out or repeats what fits best. A block where nothing fits is left as it is. A block's
 * beginning and end stay as they were, so blocks can be stretched or not in any order without a click.
 */
export class TimeStretch {
  /** Most samples that a block grows or shrinks by. */
  static readonly maxChange = MAX_LAG;

  readonly #search: LagSearch;
  readonly #maxBlock: number;
  readonly #joined: Float32Array;
  #quality = 0;

  /** @param maxBlock samples of the longest block */
  constructor(maxBlock: number = MIN_BLOCK) {
    this.#search = new LagSearch(MAX_LAG + maxBlock, MAX_OVERLAP);
    this.#maxBlock = maxBlock;
    this.#joined = new Float32Array(MAX_LAG + maxBlock);
  }

  /** Correlation, -1 to 1, of the two sounds that the last call spliced or refused to splice. */
  get quality(): number {
    return this.#quality;
  }

  /**
   * Writes `block` less 5 to 15 ms to `output` (at least as long), or unchanged if a splice would be heard. Silence may be
   * changed by less.
   * @param urgent lowers what is asked of a splice @param most samples that may be taken out
   * @returns samples written
   * @throws RangeError for a block shorter than 960 samples or longer than promised
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
   * Writes `block` and 5 to 15 ms more to `output` (at least `maxChange` longer), or unchanged if a splice would be heard.
   * @returns samples written @throws RangeError as `accelerate`
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
   * `expand` for a block too short for it, of 10 ms or more: it repeats some of what was before it.
   * @param past the `maxChange` samples before the block, which are not changed
   * @returns samples written @throws RangeError for another length of `past` or of the block
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

  /** Length of the splice that fits, 0 if none does. */
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

  /** Whether what was found is spliced unheard. */
  #fits(block: Float32Array, urgent: boolean): boolean {
    this.#quality = this.#search.quality;
    return (
      this.#quality >= (urgent ? VOICED_URGENT : VOICED) || isQuiet(block) || (this.#quality < NOISE && isSteady(block))
    );
  }
}

/**
 * Goes from one signal to another over the length of `into`; they may be two decodings of one sound, or have nothing to do
 * with each other: the loudness holds in either case.
 * @param from what was heard, continued @param to what is to be heard
 */
export function crossFade(from: Float32Array, to: Float32Array, into: Float32Array): void {
  const length = into.length;
  splice(from, 0, to, 0, length, correlation(from, 0, to, 0, length), into, 0);
}

/** A raised-cosine cross-fade, scaled so that the power holds for signals of the given correlation. */
function splice(
  from: Float32Array,
  fromStart: number,
  to: Float32Array,
  toStart: number,
  length: number,
  likeness: number,
  into: Float32Array,
  intoStart: number,
): void {
  const shared = Math.min(1, Math.max(0, likeness));
  for (let i = 0; i < length; i++) {
    const rise = 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / length);
    const fall = 1 - rise;
    const gain = 1 / Math.sqrt(1 - 2 * (1 - shared) * rise * fall);
    into[intoStart + i] = gain * (fall * (from[fromStart + i] ?? 0) + rise * (to[toStart + i] ?? 0));
  }
}

/** Whether it is so quiet that nobody hears what is done to it. */
export function isQuiet(samples: Float32Array): boolean {
  return power(samples, 0, samples.length) < QUIET;
}

/** Whether the quarters of a block are about equally loud: no onset, no decay. */
function isSteady(block: Float32Array): boolean {
  const quarter = Math.floor(block.length / 4);
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let part = 0; part < 4; part++) {
    const value = power(block, part * quarter, quarter);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most <= STEADY * least;
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
