import { CodecError } from '@xmpp-call/opus';
import type { Clock } from './clock.js';

/** Failures tolerated within this time [ms]. */
const TOLERATED = 3;
const TOLERANCE_MS = 10_000;

/**
 * Holds the codec instance of one direction. A crashed instance is replaced once. After that, or after too many
 * failures, there is no instance until `restore`.
 */
export class CodecSlot<Codec> {
  readonly #make: () => Promise<Codec>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #onFailure: (error: unknown) => void;
  #codec: Codec | undefined;
  #isReplaced = false;
  #failures: number[] = [];
  #generation = 0;

  /** @param make creates an instance from the loaded module */
  constructor(make: () => Promise<Codec>, clock: Pick<Clock, 'now'>, onFailure: (error: unknown) => void) {
    this.#make = make;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** Undefined while there is no instance. */
  get codec(): Codec | undefined {
    return this.#codec;
  }

  /** Creates an instance if there is none, and forgets earlier failures. */
  async restore(): Promise<void> {
    this.#failures = [];
    this.#isReplaced = false;
    if (this.#codec === undefined) await this.#create();
  }

  /**
   * Reports that an encoder or decoder of this instance threw an error.
   * @returns whether the instance can still be used
   */
  failed(error: unknown): boolean {
    const now = this.#clock.now();
    this.#failures = [...this.#failures.filter((at) => now - at < TOLERANCE_MS), now];
    const crashed =
      error instanceof Error && error.name === CodecError.name && Reflect.get(error, 'code') === 'crashed';
    if (!crashed && this.#failures.length <= TOLERATED) return true;
    this.#codec = undefined;
    if (crashed && !this.#isReplaced) {
      this.#isReplaced = true;
      void this.#create();
    } else {
      this.#onFailure(error);
    }
    return false;
  }

  /** Removes the instance; none will be created any more. */
  dispose(): void {
    this.#generation++;
    this.#codec = undefined;
  }

  async #create(): Promise<void> {
    const generation = ++this.#generation;
    try {
      const codec = await this.#make();
      if (generation === this.#generation) this.#codec = codec;
    } catch (error) {
      if (generation === this.#generation) this.#onFailure(error);
    }
  }
}
