import { SampleWindow } from '../sample-window.js';

/** Opus complexities that differ in cost, in rising order. */
const LEVELS = [0, 2, 5, 7, 9, 10] as const;
/** Median encoding time of 20 ms of audio [ms]: lower the complexity above the first, raise it below the second. */
const LOWER_ABOVE_MS = 3;
const RAISE_BELOW_MS = 1;
const WINDOW = 50;
/** Time with short encoding times before the complexity is raised [ms]; doubled after each fall, up to the maximum. */
const RAISE_AFTER_MS = 10_000;
const MAX_RAISE_AFTER_MS = 160_000;

/** Chooses the Opus encoder's complexity by the measured encoding time. */
export class ComplexityController {
  readonly #max: number;
  readonly #times = new SampleWindow(WINDOW);
  #level: number;
  #fastSince: number | undefined;
  #raiseAfterMs = RAISE_AFTER_MS;

  /** @param max maximum complexity, 0 to 10; also the initial one */
  constructor(max: number) {
    this.#max = LEVELS.filter((complexity) => complexity <= max).length - 1;
    this.#level = this.#max;
  }

  /** Complexity to encode with, 0 to 10. */
  get complexity(): number {
    return LEVELS[this.#level] ?? 0;
  }

  /** Records the encoding time of 20 ms of audio [ms]. */
  record(ms: number, now: number): void {
    this.#times.add(ms);
    const typical = this.#times.size < WINDOW ? undefined : this.#times.median;
    if (typical === undefined) return;
    if (typical >= RAISE_BELOW_MS) this.#fastSince = undefined;
    else this.#fastSince ??= now;
    if (typical > LOWER_ABOVE_MS && this.#level > 0) {
      this.#moveTo(this.#level - 1);
      this.#raiseAfterMs = Math.min(2 * this.#raiseAfterMs, MAX_RAISE_AFTER_MS);
    } else if (this.#level < this.#max && now - (this.#fastSince ?? now) >= this.#raiseAfterMs) {
      this.#moveTo(this.#level + 1);
    }
  }

  #moveTo(level: number): void {
    this.#level = level;
    this.#times.clear();
    this.#fastSince = undefined;
  }
}
