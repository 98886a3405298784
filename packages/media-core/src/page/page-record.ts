import type { WarmUp } from '../core/choice/core-choice.js';

/** Failures after which the core stays off for the life of the page. */
const MAX_FAILURES = 2;

/** What is known of the media core on a page, over all calls. */
export class PageRecord {
  #failures = 0;
  #warmUp: WarmUp = {};

  /** The core is not started on this page any more. */
  get isOff(): boolean {
    return this.#failures >= MAX_FAILURES;
  }

  /** Workers that crashed or could not be loaded, modules that could not be used, encoders that failed. */
  get failures(): number {
    return this.#failures;
  }

  /** The latest measurements. */
  get warmUp(): WarmUp {
    return this.#warmUp;
  }

  noteFailure(): void {
    this.#failures += 1;
  }

  /** What could not be measured this time stays as it was. */
  noteWarmUp(warmUp: WarmUp): void {
    const measured = Object.entries(warmUp).filter(([, ms]) => ms !== undefined);
    this.#warmUp = { ...this.#warmUp, ...Object.fromEntries(measured) };
  }
}

export const pageRecord = new PageRecord();
