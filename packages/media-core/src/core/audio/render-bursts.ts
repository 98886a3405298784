/** A gap between two rendered quanta [ms] that separates bursts: quanta of one burst follow each other faster. */
const PAUSE_MS = 2;
/** Number of bursts to remember. */
const REMEMBERED = 8;

/**
 * Measures the render bursts of an AudioContext: the device requests several quanta in a row. Packets can only become
 * available between two bursts.
 */
export class RenderBursts {
  readonly #lengths: number[] = [];
  #begin: number | undefined;
  #renderedAt = -Infinity;

  /**
   * Call it before each quantum.
   * @param frame position of its first sample
   * @param now ms
   */
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

  /** Earliest end of the current burst [samples], which may be in the past; undefined before a burst was measured. */
  get end(): number | undefined {
    if (this.#begin === undefined || this.#lengths.length === 0) return undefined;
    return this.#begin + Math.min(...this.#lengths);
  }
}
