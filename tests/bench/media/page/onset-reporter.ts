import { OnsetDetector } from './onset.js';

const SAMPLES_PER_MS = 48;
/** Weight of a new value in the running mean, per ms: a time constant of about 1 s. */
const WEIGHT_PER_MS = 1 / 1000;

/** Times of samples, averaged, since they arrive in bursts of the size of a device's buffer. */
class SampleClock {
  #offset: number | undefined;

  /** Samples from `first` on are passing at `at`, ms. */
  tick(first: number, count: number, at: number): void {
    const offset = at - first / SAMPLES_PER_MS;
    const weight = (count / SAMPLES_PER_MS) * WEIGHT_PER_MS;
    this.#offset = this.#offset === undefined ? offset : this.#offset + weight * (offset - this.#offset);
  }

  timeOf(sample: number): number {
    return (this.#offset ?? Number.NaN) + sample / SAMPLES_PER_MS;
  }
}

/** Times of the chirps in a stream of samples. */
export class OnsetReporter {
  readonly #clock = new SampleClock();
  readonly #detector = new OnsetDetector();
  #position = 0;

  /**
   * @param block samples; a number of them if they are silent
   * @param at ms since the epoch
   * @returns the time of a chirp that was found, ms since the epoch
   */
  process(block: Float32Array | number, at: number): number | undefined {
    const count = typeof block === 'number' ? block : block.length;
    this.#clock.tick(this.#position, count, at);
    this.#position += count;
    if (typeof block === 'number') {
      this.#detector.skip(block);
      return undefined;
    }
    const position = this.#detector.process(block);
    return position === undefined ? undefined : this.#clock.timeOf(position);
  }
}
