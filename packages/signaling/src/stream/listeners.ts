import type { Environment } from '../environment.js';
import type { Unsubscribe } from '../stanza-stream.js';
import { reasonOf } from './errors.js';

/** A set of listeners. One that throws is logged and does not keep the others from hearing. */
export class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  constructor(private readonly environment: Environment) {}

  add(listener: (value: T) => void): Unsubscribe {
    const own = (value: T): void => listener(value);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.environment.log('error', 'a listener failed', { reason: reasonOf(error) });
      }
    }
  }
}
