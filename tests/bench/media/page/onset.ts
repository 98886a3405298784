/** Finds short sounds in a stream of samples by the maximum of the power over 2 ms. */
const WINDOW = 96;
/** Mean square; of a chirp at its height it is about 0.1. */
const THRESHOLD = 0.006;
/** Samples after the threshold in which the maximum of the power is searched. */
const SEARCH = 480;
/** Shortest distance of two sounds, samples. */
const DEAF = 9600;

export class OnsetDetector {
  readonly #squares = new Float64Array(WINDOW);
  #position = 0;
  #sum = 0;
  #best = 0;
  #bestAt = 0;
  #searchUntil = -1;
  #deafUntil = 0;

  /**
   * @param block samples, -1 to 1
   * @returns the position of a sound that was found, samples since the first block; undefined as a rule
   */
  process(block: Float32Array): number | undefined {
    let found: number | undefined;
    for (const sample of block) {
      const slot = this.#position % WINDOW;
      const square = sample * sample;
      this.#sum += square - (this.#squares[slot] ?? 0);
      this.#squares[slot] = square;
      if (this.#position >= this.#deafUntil) found = this.#look() ?? found;
      this.#position += 1;
    }
    return found;
  }

  /** Silence of that many samples. */
  skip(samples: number): void {
    this.#squares.fill(0);
    this.#sum = 0;
    this.#position += samples;
  }

  #look(): number | undefined {
    const power = this.#sum / WINDOW;
    if (this.#searchUntil < 0) {
      if (power < THRESHOLD) return undefined;
      this.#searchUntil = this.#position + SEARCH;
      this.#best = 0;
    }
    if (power > this.#best) {
      this.#best = power;
      this.#bestAt = this.#position - WINDOW / 2;
    }
    if (this.#position < this.#searchUntil) return undefined;
    this.#searchUntil = -1;
    this.#deafUntil = this.#position + DEAF;
    return this.#bestAt;
  }
}
