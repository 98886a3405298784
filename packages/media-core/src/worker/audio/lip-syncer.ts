import { LipSync } from '../../core/timing/lip-sync.js';

/** Maximum age of the last measured audio delay [ms]. */
const FRESH_MS = 1000;

/** Applies lip sync to received audio and video while our decoders play both. */
export class LipSyncer {
  readonly #lipSync = new LipSync();
  #audioMs: number | undefined;
  #presentedAt = -Infinity;
  #audioDelayMs = 0;

  /** Playout delay of audio in addition to that for jitter [ms]. */
  get audioDelayMs(): number {
    return this.#audioDelayMs;
  }

  /**
   * Reports audio that was presented.
   * @param captureTime ms, on the sender's clock
   * @param at ms, on our clock
   */
  audioPresented(captureTime: number, at: number): void {
    this.#audioMs = at - captureTime - this.#audioDelayMs;
    this.#presentedAt = at;
  }

  /** Our audio ends. */
  audioEnded(): void {
    this.#audioMs = undefined;
    this.#audioDelayMs = 0;
  }

  /**
   * Reports a frame that is ready to be presented.
   * @param captureTime ms, on the sender's clock
   * @param at earliest time of presentation [ms], on our clock
   * @returns delay of the frame [ms]
   */
  videoReady(captureTime: number, at: number): number {
    const audioMs = at - this.#presentedAt < FRESH_MS ? this.#audioMs : undefined;
    const delays = this.#lipSync.update({ audioMs, videoMs: at - captureTime }, at);
    this.#audioDelayMs = delays.audioMs;
    return delays.videoMs;
  }

  /** Our video ends. */
  videoEnded(): void {
    this.#audioDelayMs = 0;
  }
}
