/** ms without a queue after which a way is calm again, and at most. */
const CALM_MS = 5000;
const MAX_CALM_MS = 320_000;
/** A queue that comes so soon after a calm, ms, makes the next calm twice as long. */
const RELAPSE_MS = 60_000;
/** Of what the browser sent when a queue grew, to be sent without one: it sends more and more until there is one. */
const ROOM = 1.5;

/** What our encoder may send. */
export interface OwnBitrate {
  /** bits/s at the moment. */
  readonly bitrate: number;
  /** bits/s, of which it would use no more. */
  readonly most: number;
}

/**
 * Whose pictures go where the browser's own frames are whole as well. As long as the way is calm, the browser's: they are
 * there sooner, and need not be encoded twice. When a queue grows on it, ours, whose bitrate falls at once, until the way has
 * been seen to take far more than the browser sent when it grew.
 */
export class CalmWay {
  #calmSince: number | undefined = -Infinity;
  #calmMs = CALM_MS;
  #queuedAt = -Infinity;
  /** bits/s that were too much. */
  #tooMuch = Infinity;

  /** ms; undefined while it is not calm. */
  get calmSince(): number | undefined {
    return this.#calmSince;
  }

  /**
   * A queue has just grown, or is worked off.
   * @param bitrate bits/s of the browser's frames
   * @param now ms, monotonic
   */
  queueGrew(bitrate: number | undefined, now: number): void {
    this.#queuedAt = now;
    if (this.#calmSince === undefined) return;
    this.#tooMuch = bitrate ?? Infinity;
    const isRelapse = now - this.#calmSince < RELAPSE_MS;
    this.#calmMs = isRelapse ? Math.min(2 * this.#calmMs, MAX_CALM_MS) : CALM_MS;
    this.#calmSince = undefined;
  }

  /** To be called each 100 ms while ours go. */
  update({ bitrate, most }: OwnBitrate, now: number): void {
    if (this.#calmSince !== undefined || now - this.#queuedAt < this.#calmMs) return;
    if (bitrate >= Math.min(ROOM * this.#tooMuch, most)) this.#calmSince = now;
  }

  /** Another way. */
  reset(): void {
    this.#calmSince = -Infinity;
    this.#calmMs = CALM_MS;
    this.#queuedAt = -Infinity;
    this.#tooMuch = Infinity;
  }
}
