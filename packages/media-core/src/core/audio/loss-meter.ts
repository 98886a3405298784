import type { LossReport } from './redundancy.js';

const HISTORY = 256;
/** Packets that are looked at, and how many of the newest are not: they may still come out of order. */
const WINDOW = 100;
const UNSETTLED = 10;
/** Farther off than this, a sequence number is of another count. */
const MAX_LEAP = 1000;

/** Which packets of a stream arrived by themselves: loss and its bursts over the last hundred packets. */
export class LossMeter {
  /** By position modulo HISTORY: the position that was received there. */
  readonly #received = new Float64Array(HISTORY).fill(-1);
  #newest: { readonly sequence: number; readonly position: number } | undefined;
  #first = 0;

  /** @param sequence modulo 2^32 */
  arrived(sequence: number): void {
    const newest = this.#newest;
    const ahead = newest ? (sequence - newest.sequence) | 0 : 0;
    if (!newest || Math.abs(ahead) > MAX_LEAP) {
      this.#first = (newest?.position ?? 0) + HISTORY;
      this.#newest = { sequence, position: this.#first };
    } else if (ahead > 0) {
      this.#newest = { sequence, position: newest.position + ahead };
    }
    const position = ahead > 0 || !newest ? (this.#newest?.position ?? 0) : newest.position + ahead;
    if (position >= this.#first) this.#received[position % HISTORY] = position;
  }

  /** Undefined before enough packets came. */
  get report(): LossReport | undefined {
    if (!this.#newest) return undefined;
    const end = this.#newest.position - UNSETTLED;
    const start = Math.max(this.#first, end - WINDOW);
    if (end - start < WINDOW / 4) return undefined;
    let lost = 0;
    let bursts = 0;
    let wasLost = false;
    for (let position = start; position < end; position++) {
      const isLost = this.#received[position % HISTORY] !== position;
      if (isLost) lost++;
      if (isLost && !wasLost) bursts++;
      wasLost = isLost;
    }
    return { lossFraction: lost / (end - start), meanBurst: bursts === 0 ? 1 : lost / bursts };
  }
}
