/** A context that renders again after so many ms has paused: a burst of quanta takes less, and more than that passes between two. */
const PAUSE_MS = 2;
/** Bursts that are remembered. */
const REMEMBERED = 8;

/**
 * The bursts in which a context renders, told by the clock: as many quanta in a row as the device takes at once. What is to be
 * played can only come between two.
 */
export class RenderBursts {
  readonly #lengths: number[] = [];
  #begin: number | undefined;
  #renderedAt = -Infinity;

  /** To be called before each quantum. @param frame position of its first sample @param now ms */
  render(frame: number, now: number): void {
    const isFirst = now - this.#renderedAt >= PAUSE_MS;
    this.#renderedAt = now;
    if (!isFirst) return;
    const length = frame - (this.#begin ?? frame);
    this.#begin = frame;
    if (length <= 0) return;
    this.#lengths.push(length);
    if (this.#lengths.length > REMEMBERED) this.#lengths.shift();
  }

  /** Where the running burst ends at the earliest: it may have ended already; undefined while that is not known. */
  get end(): number | undefined {
    if (this.#begin === undefined || this.#lengths.length === 0) return undefined;
    return this.#begin + Math.min(...this.#lengths);
  }
}
