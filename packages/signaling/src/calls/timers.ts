import type { Environment } from '../environment.js';

/** Named timers that one owner can stop together. Starting one again replaces it. */
export class Timers<Name extends string> {
  readonly #cancel = new Map<Name, () => void>();

  constructor(private readonly environment: Environment) {}

  has(name: Name): boolean {
    return this.#cancel.has(name);
  }

  /** Runs `task` once after `ms`, unless stopped before. */
  start(name: Name, ms: number, task: () => void): void {
    this.stop(name);
    const cancel = this.environment.after(ms, () => {
      this.#cancel.delete(name);
      task();
    });
    this.#cancel.set(name, cancel);
  }

  stop(name: Name): void {
    this.#cancel.get(name)?.();
    this.#cancel.delete(name);
  }

  stopAll(): void {
    for (const cancel of this.#cancel.values()) cancel();
    this.#cancel.clear();
  }
}
