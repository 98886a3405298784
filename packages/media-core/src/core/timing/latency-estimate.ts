import { SampleWindow } from '../sample-window.js';

/** ms that the peer's capture, encoder and carrier take at least, where its clock is not known: a packet and a little. */
const ASSUMED_SENDER_MS = 25;
const WINDOW = 64;

/** What is known of the way between the two clocks. */
export interface LatencyBasis {
  /** ms that the peer's clock is ahead of ours. */
  readonly offsetMs?: number | undefined;
  /** Used without an offset. */
  readonly roundTripMs?: number | undefined;
  /** ms between microphone or camera and capture time, and between presentation and ear or eye. */
  readonly deviceMs?: number | undefined;
}

/** How old media is when it is presented: mouth to ear, or glass to glass. */
export class LatencyEstimate {
  readonly #ages = new SampleWindow(WINDOW);
  #leastTransit = Infinity;

  /**
   * A frame came, whether it will be presented or not.
   * @param captureTime ms of the peer's clock
   * @param now ms of ours
   */
  arrived(captureTime: number, now: number): void {
    this.#leastTransit = Math.min(this.#leastTransit, now - captureTime);
  }

  /** A frame is, or will be, heard or seen at `at`, ms of our clock. */
  presented(captureTime: number, at: number): void {
    this.#ages.add(at - captureTime);
  }

  /**
   * Median ms since the last call of `restart`. By the offset of the clocks; without one, by the quickest frame so far,
   * taken to have needed half a round trip and what a sender needs at least. Undefined if neither is known.
   */
  medianMs({ offsetMs, roundTripMs, deviceMs = 0 }: LatencyBasis): number | undefined {
    const age = this.#ages.median;
    if (age === undefined) return undefined;
    if (offsetMs !== undefined) return age + offsetMs + deviceMs;
    if (roundTripMs === undefined || this.#leastTransit === Infinity) return undefined;
    return age - this.#leastTransit + roundTripMs / 2 + ASSUMED_SENDER_MS + deviceMs;
  }

  /** Begins another interval. */
  restart(): void {
    this.#ages.clear();
  }
}
