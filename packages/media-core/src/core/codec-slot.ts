import { CodecError } from '@xmpp-call/opus';
import type { Clock } from './clock.js';

/** Failures of a codec that are borne within this many ms; the next one is trouble. */
const BORNE = 3;
const BORNE_MS = 10_000;

/**
 * One way's own instance of a codec. An instance that crashes is replaced once; after that, or when errors come often, there
 * is none until `revive`.
 */
export class CodecSlot<Codec> {
  readonly #make: () => Promise<Codec>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onTrouble: (error: unknown) => void;
  #codec: Codec | undefined;
  #renewed = false;
  #failures: number[] = [];
  #generation = 0;

  /** @param make gives a new instance, from the module that is loaded already */
  constructor(make: () => Promise<Codec>, clock: Pick<Clock, 'now'>, onTrouble: (error: unknown) => void) {
    this.#make = make;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  /** Undefined while there is none, for now or for good. */
  get codec(): Codec | undefined {
    return this.#codec;
  }

  /** Makes an instance, unless there is one; what happened before is forgotten. */
  async revive(): Promise<void> {
    this.#failures = [];
    this.#renewed = false;
    if (this.#codec === undefined) await this.#renew();
  }

  /**
   * Tells that a coder of this instance threw.
   * @returns whether it can be used on
   */
  failed(error: unknown): boolean {
    const now = this.#clock.now();
    this.#failures = [...this.#failures.filter((at) => now - at < BORNE_MS), now];
    const crashed =
      error instanceof Error && error.name === CodecError.name && Reflect.get(error, 'code') === 'crashed';
    if (!crashed && this.#failures.length <= BORNE) return true;
    this.#codec = undefined;
    if (crashed && !this.#renewed) {
      this.#renewed = true;
      void this.#renew();
    } else {
      this.#onTrouble(error);
    }
    return false;
  }

  /** There is no instance any more, and none will come. */
  dispose(): void {
    this.#generation++;
    this.#codec = undefined;
  }

  async #renew(): Promise<void> {
    const generation = ++this.#generation;
    try {
      const codec = await this.#make();
      if (generation === this.#generation) this.#codec = codec;
    } catch (error) {
      if (generation === this.#generation) this.#onTrouble(error);
    }
  }
}
