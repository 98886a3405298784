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
  /** ms that the server has for the answer that is being waited for. */
  #answerMs = ANSWER_MS;

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

  /**
   * Asks now.
   * @param answerMs ms that the server gets; a question that is open already is asked again only when this is less
   */
  check(answerMs = ANSWER_MS): void {
    if (this.#phase === 'asked' && this.#answerMs <= answerMs) return;
    this.#answerMs = answerMs;
    this.#enter('asked', answerMs, this.dead);
    this.probe();
  }

  #enter(phase: 'idle' | 'settling' | 'asked', ms: number, task: () => void): void {
    this.stop();
    this.#phase = phase;
    this.#cancel = this.environment.after(ms, task);
  }
}
