import type { Environment } from '../environment.js';

/** ms without a sign of life after which the server is asked for one. */
const IDLE_MS = 20_000;
/** ms after sending a stanza at which the server is asked whether it arrived. */
const SETTLE_MS = 1_000;
/** ms that the server gets to answer before the link counts as dead. */
const ANSWER_MS = 10_000;

/** Finds dead links: a WebSocket whose network is gone reports nothing for minutes. */
export class LinkMonitor {
  #cancel: (() => void) | undefined;
  /** `settling`: a question about sent stanzas is due, which signs of life do not put off: they may be older than the stanzas. */
  #phase: 'stopped' | 'idle' | 'settling' | 'asked' = 'stopped';

  /**
   * @param probe asks the server for a sign of life
   * @param dead the server did not answer in time
   */
  constructor(
    private readonly environment: Environment,
    private readonly probe: () => void,
    private readonly dead: () => void,
  ) {}

  start(): void {
    this.#enter('idle', IDLE_MS, () => this.check());
  }

  stop(): void {
    this.#cancel?.();
    this.#phase = 'stopped';
  }

  /** Something was received. */
  heard(): void {
    if (this.#phase !== 'settling') this.start();
  }

  /** A stanza was sent. */
  sent(): void {
    if (this.#phase === 'idle') this.#enter('settling', SETTLE_MS, () => this.check());
  }

  /** Asks now, for instance because the network is said to have changed. */
  check(): void {
    if (this.#phase === 'asked') return;
    this.#enter('asked', ANSWER_MS, this.dead);
    this.probe();
  }

  #enter(phase: 'idle' | 'settling' | 'asked', ms: number, task: () => void): void {
    this.stop();
    this.#phase = phase;
    this.#cancel = this.environment.after(ms, task);
  }
}
