import { Random } from '@xmpp-call/wasm-testing';

/** Packets that do not arrive. */
export interface LossConditions {
  /** Of all packets, 0 up to but without 1. */
  readonly fraction: number;
  /** Packets lost in a row on average, 1 / (1 - fraction) for independent losses; that is the default. */
  readonly meanBurst?: number;
}

/**
 * A chain of two states after Gilbert and Elliott: in the good one every packet arrives, in the bad one none does. The same
 * seed loses the same packets.
 */
export class LossModel {
  readonly #random: Random;
  readonly #enter: number;
  readonly #leave: number;
  #isBad = false;

  /** @throws RangeError where no chain has such bursts */
  constructor({ fraction, meanBurst = 1 / (1 - fraction) }: LossConditions, seed: number) {
    this.#random = new Random(seed);
    this.#leave = 1 / meanBurst;
    this.#enter = (this.#leave * fraction) / (1 - fraction);
    if (!(fraction >= 0 && fraction < 1 && this.#leave <= 1 && this.#enter <= 1)) {
      throw new RangeError(`no chain loses ${fraction} of all packets, ${meanBurst} in a row`);
    }
  }

  /** Whether the next packet is lost. */
  next(): boolean {
    this.#isBad = this.#random.unit() < (this.#isBad ? 1 - this.#leave : this.#enter);
    return this.#isBad;
  }
}
