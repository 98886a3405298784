import type { LossReport } from './redundancy.js';

const HISTORY = 256;
/** Packets to measure over, and the newest packets to leave out, since they may still arrive out of order. */
const WINDOW = 100;
const UNSETTLED = 10;
/** A larger jump of the sequence number is a restart of the sender. */
const MAX_JUMP = 1000;

/** Measures loss before recovery over the last 100 packets: the loss fraction and the mean burst length. */
export class LossMeter {
  /** Position of the packet received in each slot; the slot is the position modulo HISTORY. */
  readonly #received = new Float64Array(HISTORY).fill(-1);
  #newest: { readonly sequence: number; readonly position: number } | undefined;
  #first = 0;

  /**
   * Records a received packet.
   * @param sequence sequence number, modulo 2^32
   */
  arrived(sequence: number): void {
    const newest = this.#newest;
    const ahead = newest ? (sequence - newest.sequence) | 0 : 0;
    if (!newest || Math.abs(ahead) > MAX_JUMP) {
      this.#first = (newest?.position ?? 0) + HISTORY;
      this.#newest = { sequence, position: this.#first };
    } else if (ahead > 0) {
      this.#newest = { sequence, position: newest.position + ahead };
    }
    const position = ahead > 0 || !newest ? (this.#newest?.position ?? 0) : newest.position + ahead;
    if (position >= this.#first) this.#received[position % HISTORY] = position;
  }

  /** Undefined until 25 packets can be judged. */
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
