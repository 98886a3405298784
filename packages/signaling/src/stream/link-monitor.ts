import type { Environment } from '../environment.js';

export interface LinkTimes {
  /** ms without a sign of life after which the server is asked for one. */
  readonly idleMs: number;
  /** ms after sending a stanza at which the server is asked whether it arrived. */
  readonly settleMs: number;
  /** ms that the server gets to answer before the link counts as dead. */
  readonly answerMs: number;
}

export const LINK_TIMES: LinkTimes = { idleMs: 20_000, settleMs: 1_000, answerMs: 10_000 };

export interface LinkCallbacks {
  /** Asks the server for a sign of life. */
  probe(): void;
  /** The server did not answer in time. */
  dead(): void;
}

/** Finds dead links: a WebSocket whose network is gone reports nothing for minutes. */
export class LinkMonitor {
  readonly #times: LinkTimes;
  #cancel: (() => void) | undefined;
  #dueAt = 0;
  #waiting = false;
  /** A question about sent stanzas is due, which signs of life do not put off: they may be older than the stanzas. */
  #settling = false;

  constructor(
    private readonly environment: Environment,
    private readonly callbacks: LinkCallbacks,
    times: LinkTimes = LINK_TIMES,
  ) {
    this.#times = times;
  }

  start(): void {
    this.#arm(this.#times.idleMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#waiting = false;
    this.#settling = false;
  }

  /** Something was received. */
  heard(): void {
    if (!this.#cancel) return;
    if (this.#waiting) this.#arm(this.#times.idleMs);
    else if (!this.#settling) this.#dueAt = this.environment.now() + this.#times.idleMs;
  }

  /** A stanza was sent. */
  sent(): void {
    if (!this.#cancel || this.#waiting || this.#settling) return;
    this.#arm(this.#times.settleMs);
    this.#settling = true;
  }

  /** Asks now, for instance because the network is said to have changed. */
  check(): void {
    if (this.#cancel && !this.#waiting) this.#probe();
  }

  #arm(ms: number): void {
    this.stop();
    this.#dueAt = this.environment.now() + ms;
    this.#cancel = this.environment.after(ms, () => this.#due());
  }

  /** Signs of life only move `#dueAt`, so that traffic does not cost a timer per stanza. */
  #due(): void {
    const remaining = this.#dueAt - this.environment.now();
    if (remaining > 0) this.#cancel = this.environment.after(remaining, () => this.#due());
    else this.#probe();
  }

  #probe(): void {
    this.stop();
    this.#waiting = true;
    this.#cancel = this.environment.after(this.#times.answerMs, () => {
      this.stop();
      this.callbacks.dead();
    });
    this.callbacks.probe();
  }
}
