import type { Environment } from '../environment.js';

/** What is waited for in a call. */
export type TimerName =
  | 'settle' /** A propose whose retract may be in the same batch. */
  | 'ring'
  | 'initiate'
  | 'accept'
  | 'page'
  | 'connect'
  | 'reconnect'
  | 'restart'
  | 'gone'
  | 'tie'; /** The offer of a peer that won a tie. */

/** The timers of a call. Starting one again replaces it. */
export class Timers {
  readonly #cancel = new Map<TimerName, () => void>();

  constructor(
    private readonly environment: Environment,
    private readonly guard: (task: () => void) => void,
  ) {}

  has(name: TimerName): boolean {
    return this.#cancel.has(name);
  }

  /** Runs `task` once after `ms`, unless stopped before. */
  start(name: TimerName, ms: number, task: () => void): void {
    this.stop(name);
    const cancel = this.environment.after(ms, () => {
      this.#cancel.delete(name);
      this.guard(task);
    });
    this.#cancel.set(name, cancel);
  }

  stop(...names: TimerName[]): void {
    for (const name of names) {
      this.#cancel.get(name)?.();
      this.#cancel.delete(name);
    }
  }

  stopAll(): void {
    this.stop(...this.#cancel.keys());
  }
}
