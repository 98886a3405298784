import { SampleWindow } from '../sample-window.js';

/** Complexities of Opus that differ, the least first. */
const LEVELS = [0, 2, 5, 7, 9, 10] as const;
/** ms for a packet of 20 ms: with more the worker has too little time for the rest, with less there is some to spare. */
const TOO_LONG_MS = 3;
const SHORT_MS = 1;
const WINDOW = 50;
/** ms of short times before more is tried, doubled each time that was too much. */
const PATIENCE_MS = 10_000;
const MAX_PATIENCE_MS = 160_000;

/** Chooses the encoder's complexity by what encoding costs on this device. */
export class EncodeEffort {
  readonly #most: number;
  readonly #times = new SampleWindow(WINDOW);
  #level: number;
  #shortSince: number | undefined;
  #patienceMs = PATIENCE_MS;

  /** @param most complexity, 0 to 10; begun with */
  constructor(most: number) {
    this.#most = LEVELS.filter((complexity) => complexity <= most).length - 1;
    this.#level = this.#most;
  }

  /** 0 to 10. */
  get complexity(): number {
    return LEVELS[this.#level] ?? 0;
  }

  /** Notes that a packet took `ms`. */
  record(ms: number, now: number): void {
    this.#times.add(ms);
    const typical = this.#times.size < WINDOW ? undefined : this.#times.median;
    if (typical === undefined) return;
    if (typical >= SHORT_MS) this.#shortSince = undefined;
    else this.#shortSince ??= now;
    if (typical > TOO_LONG_MS && this.#level > 0) {
      this.#moveTo(this.#level - 1);
      this.#patienceMs = Math.min(2 * this.#patienceMs, MAX_PATIENCE_MS);
    } else if (this.#level < this.#most && now - (this.#shortSince ?? now) >= this.#patienceMs) {
      this.#moveTo(this.#level + 1);
    }
  }

  #moveTo(level: number): void {
    this.#level = level;
    this.#times.clear();
    this.#shortSince = undefined;
  }
}
