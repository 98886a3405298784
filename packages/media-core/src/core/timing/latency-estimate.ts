import { SampleWindow } from '../sample-window.js';

/** Latency assumed for the peer's capture, encoder and carrier without a clock offset [ms]. */
const ASSUMED_SENDER_MS = 25;
const WINDOW = 64;

/** What is known about the two clocks and the devices. */
export interface LatencyBasis {
  /** How far the peer's clock is ahead of ours [ms]. */
  readonly offsetMs?: number | undefined;
  /** Used if there is no offset. */
  readonly roundTripMs?: number | undefined;
  /** Latency between microphone or camera and capture time, plus that between presentation and ear or eye [ms]. */
  readonly deviceMs?: number | undefined;
}

/** Estimates the latency of presented media: mouth to ear, or glass to glass. */
export class LatencyEstimate {
  readonly #ages = new SampleWindow(WINDOW);
  #leastTransit = Infinity;

  /**
   * A frame arrived, whether it will be presented or not.
   * @param captureTime ms of the peer's clock
   * @param now ms of our clock
   */
  arrived(captureTime: number, now: number): void {
    this.#leastTransit = Math.min(this.#leastTransit, now - captureTime);
  }

  /** A frame is or will be presented at `at`, ms of our clock. */
  presented(captureTime: number, at: number): void {
    this.#ages.add(at - captureTime);
  }

  /**
   * Median latency since the last `restart` [ms]. Without a clock offset, the fastest frame so far is assumed to have
   * taken half a round trip plus the sender's minimum latency. Undefined if neither is known.
   */
  medianMs({ offsetMs, roundTripMs, deviceMs = 0 }: LatencyBasis): number | undefined {
    const age = this.#ages.median;
    if (age === undefined) return undefined;
    if (offsetMs !== undefined) return age + offsetMs + deviceMs;
    if (roundTripMs === undefined || this.#leastTransit === Infinity) return undefined;
    return age - this.#leastTransit + roundTripMs / 2 + ASSUMED_SENDER_MS + deviceMs;
  }

  /** Starts a new interval. */
  restart(): void {
    this.#ages.clear();
  }
}
