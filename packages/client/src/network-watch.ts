import type { Clock } from './clock.js';

/** ms between two reports: a change of the network comes as several events. */
const MIN_INTERVAL_MS = 2000;
/** ms; the Network Information API also tells of a round trip that is measured anew. */
const MIN_INFORMATION_INTERVAL_MS = 10_000;

/** Tells of changes of the network, which dedicated workers do not hear of in Chromium. */
export class NetworkWatch {
  readonly #changed: () => void;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #reportedAt = -Infinity;

  constructor(changed: () => void, clock: Clock) {
    this.#changed = changed;
    this.#clock = clock;
    const options = { signal: this.#closing.signal };
    addEventListener('online', this.report, options);
    // Network Information API, where there is one.
    const { connection } = navigator as Navigator & { readonly connection?: EventTarget };
    const informed = () => {
      this.#report(MIN_INFORMATION_INTERVAL_MS);
    };
    connection?.addEventListener('change', informed, options);
  }

  /** Something else has seen a change: ICE, or packets that stay away. */
  readonly report = (): void => {
    this.#report(MIN_INTERVAL_MS);
  };

  close(): void {
    this.#closing.abort();
  }

  #report(interval: number): void {
    const now = this.#clock.now();
    if (this.#closing.signal.aborted || now - this.#reportedAt < interval) return;
    this.#reportedAt = now;
    this.#changed();
  }
}
