import type { Environment } from '../environment.js';

/** ms between two looks at the clock. */
const LOOK_MS = 5_000;
/** ms by which a timer has to be late: busy devices do not make it that late. */
const LEAP_MS = 5_000;

/** Notices that the device has slept: its timers stood still, and its clock has leapt. */
export class SleepWatch {
  #cancel: (() => void) | undefined;

  /** @param onWake the device has woken; what was connected before may be gone */
  constructor(
    private readonly environment: Environment,
    private readonly onWake: () => void,
  ) {}

  start(): void {
    this.stop();
    const due = this.environment.now() + LOOK_MS;
    this.#cancel = this.environment.after(LOOK_MS, () => {
      this.start();
      if (this.environment.now() - due > LEAP_MS) this.onWake();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
