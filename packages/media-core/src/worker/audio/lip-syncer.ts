import { LipSync } from '../../core/timing/lip-sync.js';

/** ms for which sound that was heard says how late sound is. */
const FRESH_MS = 1000;

/** Holds received sound and pictures together while both are ours to play. */
export class LipSyncer {
  readonly #lipSync = new LipSync();
  #audioMs: number | undefined;
  #heardAt = -Infinity;
  #audioDelayMs = 0;

  /** ms that sound is to be held back more than it needs. */
  get audioDelayMs(): number {
    return this.#audioDelayMs;
  }

  /** @param captureTime ms of the sender's clock @param at when it is heard, ms of ours */
  heard(captureTime: number, at: number): void {
    this.#audioMs = at - captureTime - this.#audioDelayMs;
    this.#heardAt = at;
  }

  /** Our sound ends. */
  silent(): void {
    this.#audioMs = undefined;
    this.#audioDelayMs = 0;
  }

  /**
   * @param captureTime of a picture that could be seen at `at`
   * @returns ms to hold it back
   */
  seen(captureTime: number, at: number): number {
    const audioMs = at - this.#heardAt < FRESH_MS ? this.#audioMs : undefined;
    const delays = this.#lipSync.update({ audioMs, videoMs: at - captureTime }, at);
    this.#audioDelayMs = delays.audioMs;
    return delays.videoMs;
  }

  /** Our pictures end. */
  dark(): void {
    this.#audioDelayMs = 0;
  }
}
