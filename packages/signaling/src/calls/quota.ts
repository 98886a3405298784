import { BoundedMap } from './bounded-map.js';

/** So many at once, and one more after each `everyMs`. */
export interface Rate {
  readonly burst: number;
  readonly everyMs: number;
}

/** Counts what happens for each key against one rate (a leaking bucket, as a time by which it is empty). */
export class Quota {
  readonly #emptyAt: BoundedMap<string, number>;

  /** @param keys how many keys are told apart; of more, the one that was quiet longest starts anew */
  constructor(
    private readonly rate: Rate,
    keys = 1,
  ) {
    this.#emptyAt = new BoundedMap(keys);
  }

  /** @returns whether one more is within the rate; what is not within it does not count */
  take(now: number, key = ''): boolean {
    const { burst, everyMs } = this.rate;
    const emptyAt = Math.max(this.#emptyAt.get(key) ?? now, now);
    if (emptyAt - now > (burst - 1) * everyMs) return false;
    this.#emptyAt.set(key, emptyAt + everyMs);
    return true;
  }
}
