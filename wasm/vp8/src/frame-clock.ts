import { CodecError } from '@xmpp-call/wasm-runtime';

/** Ticks per second of the encoder's time. */
const CLOCK_RATE = 90_000;
const MICROSECONDS = 1e6;

/** Gives each frame its time, in ticks: by its number and the frame rate, or by the caller's timestamps. */
export class FrameClock {
  #framesPerSecond: number;
  /** Time of the frame from which on frames are counted at this rate. */
  #start = 0;
  #frames = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(framesPerSecond: number) {
    this.#framesPerSecond = framesPerSecond;
  }

  /** Ticks that a frame is nominally shown. */
  get duration(): number {
    return Math.floor(CLOCK_RATE / this.#framesPerSecond);
  }

  /** Applies from the next frame on. */
  setFramesPerSecond(framesPerSecond: number): void {
    this.#start = this.#nominal();
    this.#frames = 0;
    this.#framesPerSecond = framesPerSecond;
  }

  /**
   * The time of the next frame.
   * @param timestamp  in µs, later than the one before
   * @throws {CodecError} `invalid-argument`
   */
  next(timestamp?: number): number {
    const time = timestamp === undefined ? this.#nominal() : Math.floor((timestamp * CLOCK_RATE) / MICROSECONDS);
    if (!Number.isSafeInteger(time) || time <= this.#last) {
      throw new CodecError('invalid-argument', `timestamp is ${timestamp} µs, not later than that of the frame before`);
    }
    if (timestamp !== undefined) {
      this.#start = time;
      this.#frames = 0;
    }
    this.#frames += 1;
    this.#last = time;
    return time;
  }

  #nominal(): number {
    return this.#start + Math.floor((this.#frames * CLOCK_RATE) / this.#framesPerSecond);
  }
}
