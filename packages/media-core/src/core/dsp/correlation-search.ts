/** The coarse search uses every 6th sample, 8 kHz, which is enough to find a pitch. */
const DECIMATION = 6;

/**
 * Normalised correlation, -1 to 1, of `length` samples of `a` from `aStart` and of `b` from `bStart`; 1 for two silent
 * signals.
 */
export function correlation(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let i = 0; i < length; i++) {
    const x = a[aStart + i] ?? 0;
    const y = b[bStart + i] ?? 0;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  if (aa * bb === 0) return aa === bb ? 1 : 0;
  return ab / Math.sqrt(aa * bb);
}

/**
 * Finds the lag with the maximum correlation between two signals, or within one, whose pitch period it then is.
 * Allocates nothing after construction.
 */
export class CorrelationSearch {
  readonly #a: Float32Array;
  readonly #b: Float32Array;
  readonly #maxWindow: number;
  #quality = 0;

  /**
   * @param maxLength maximum length of the signals [samples]
   * @param maxWindow maximum number of samples to compare at each lag
   */
  constructor(maxLength: number, maxWindow: number) {
    this.#a = new Float32Array(Math.ceil(maxLength / DECIMATION));
    this.#b = new Float32Array(Math.ceil(maxLength / DECIMATION));
    this.#maxWindow = maxWindow;
  }

  /** Correlation at the lag found last, -1 to 1. */
  get quality(): number {
    return this.#quality;
  }

  /** Number of samples that can be compared at a lag. */
  window(a: Float32Array, b: Float32Array, lag: number): number {
    return Math.max(0, Math.min(this.#maxWindow, a.length, b.length - lag));
  }

  /** Returns the lag in `minLag` to `maxLag` at which `b` correlates best with the start of `a`. */
  find(a: Float32Array, b: Float32Array, minLag: number, maxLag: number): number {
    const aLength = decimate(a, this.#a);
    const bLength = decimate(b, this.#b);
    const maxWindow = Math.floor(this.#maxWindow / DECIMATION);
    let coarse = minLag;
    let best = Number.NEGATIVE_INFINITY;
    for (let lag = Math.ceil(minLag / DECIMATION); lag <= Math.floor(maxLag / DECIMATION); lag++) {
      const window = Math.min(maxWindow, aLength, bLength - lag);
      const value = correlation(this.#a, 0, this.#b, lag, window);
      if (value > best) {
        best = value;
        coarse = lag * DECIMATION;
      }
    }
    let found = coarse;
    this.#quality = Number.NEGATIVE_INFINITY;
    const last = Math.min(maxLag, coarse + DECIMATION);
    for (let lag = Math.max(minLag, coarse - DECIMATION); lag <= last; lag++) {
      const value = correlation(a, 0, b, lag, this.window(a, b, lag));
      if (value > this.#quality) {
        this.#quality = value;
        found = lag;
      }
    }
    return found;
  }
}

/** Decimates to the front of `into` by summing groups of samples; returns the number of groups. */
function decimate(samples: Float32Array, into: Float32Array): number {
  const length = Math.floor(samples.length / DECIMATION);
  for (let group = 0; group < length; group++) {
    let sum = 0;
    for (let i = group * DECIMATION; i < (group + 1) * DECIMATION; i++) sum += samples[i] ?? 0;
    into[group] = sum;
  }
  return length;
}
