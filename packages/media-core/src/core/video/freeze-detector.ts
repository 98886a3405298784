const FRAMES = 30;
const MIN_FRAMES = 5;

/**
 * Counts freezes as `freezeCount` of webrtc-stats does: a freeze is a gap between two rendered frames of at least three
 * times the mean of the last 30 gaps, and of at least 150 ms more than the mean. A freeze counts while it lasts.
 */
export class FreezeDetector {
  readonly #gaps = new Float64Array(FRAMES);
  #count = 0;
  #sum = 0;
  #last: number | undefined;
  #freezes = 0;
  #frozenMs = 0;

  /** A frame was rendered at `now`; ms, monotonic. */
  rendered(now: number): void {
    if (this.#last !== undefined) {
      const gap = now - this.#last;
      if (this.#isFreeze(gap)) {
        this.#freezes++;
        this.#frozenMs += gap;
      }
      const slot = this.#count++ % FRAMES;
      this.#sum += gap - (this.#count > FRAMES ? (this.#gaps[slot] ?? 0) : 0);
      this.#gaps[slot] = gap;
    }
    this.#last = now;
  }

  /** No frame is expected for now: the camera is off or the page is hidden. */
  pause(now: number): void {
    this.#frozenMs = this.frozenMs(now);
    this.#freezes = this.freezes(now);
    this.#last = undefined;
  }

  /** Freezes since the start. */
  freezes(now: number): number {
    return this.#freezes + (this.#isFrozen(now) ? 1 : 0);
  }

  /** Total length of all freezes since the start [ms]. */
  frozenMs(now: number): number {
    return this.#frozenMs + (this.#isFrozen(now) ? now - (this.#last ?? now) : 0);
  }

  #isFrozen(now: number): boolean {
    return this.#last !== undefined && this.#isFreeze(now - this.#last);
  }

  #isFreeze(gap: number): boolean {
    if (this.#count < MIN_FRAMES) return false;
    const mean = this.#sum / Math.min(this.#count, FRAMES);
    return gap >= Math.max(3 * mean, mean + 150);
  }
}
