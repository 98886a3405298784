import type { Environment } from '../environment.js';
import type { WAITS } from './limits.js';

/** What is waited for in a call: see LIMITS_MS and WAITS. */
export type TimerName =
  | 'settle'
  | 'ring'
  | 'gone'
  | 'probe'
  | 'tie'
  | 'answer'
  | 'description'
  | 'candidate'
  | 'transfer'
  | 'reach'
  | keyof typeof WAITS;

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
