import type { WarmUp } from '../core/choice/core-choice.js';

/** Failures after which the core stays off until the page is reloaded. */
const MAX_FAILURES = 2;

/** State of the media core that outlives a call: failures and measurements of this page. */
export class PageRecord {
  #failures = 0;
  #warmUp: WarmUp = {};

  /** Whether the core stays off on this page. */
  get isOff(): boolean {
    return this.#failures >= MAX_FAILURES;
  }

  /** Number of workers that crashed or could not be loaded, of modules that could not be used, and of encoders that failed. */
  get failures(): number {
    return this.#failures;
  }

  /** Latest measurement of each codec. */
  get warmUp(): WarmUp {
    return this.#warmUp;
  }

  noteFailure(): void {
    this.#failures += 1;
  }

  /** Adds measurements. A codec without a new one keeps its earlier measurement. */
  noteWarmUp(warmUp: WarmUp): void {
    const measured = Object.entries(warmUp).filter(([, ms]) => ms !== undefined);
    this.#warmUp = { ...this.#warmUp, ...Object.fromEntries(measured) };
  }
}

export const pageRecord = new PageRecord();
