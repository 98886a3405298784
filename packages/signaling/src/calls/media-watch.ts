import type { Environment } from '../environment.js';
import { LIMITS_MS } from './call-context.js';
import { Timers } from './timers.js';

/** Why the wait for media is over. `gone`: the peer's device left, and nothing comes from it. */
export type MediaLoss = 'never-connected' | 'lost' | 'gone';

/** How long a call may be without media: at its start, after a path was lost, and after the peer has left. */
export class MediaWatch {
  readonly #timers: Timers<'connect' | 'reconnect' | 'restart' | 'gone'>;
  readonly #onLoss: (loss: MediaLoss) => void;
  #flowing = false;
  #peerLeft = false;

  constructor(environment: Environment, onLoss: (loss: MediaLoss) => void) {
    this.#timers = new Timers(environment);
    this.#onLoss = onLoss;
  }

  connecting(): void {
    this.#start('connect', LIMITS_MS.connect, 'never-connected');
  }

  connected(): void {
    this.#flowing = true;
    this.#timers.stopAll();
  }

  disconnected(): void {
    this.#flowing = false;
    if (!this.#timers.has('reconnect')) this.#start('reconnect', LIMITS_MS.reconnect, 'lost');
    this.#watchAbsence();
  }

  /** @returns false while an earlier restart still has its time */
  restarting(): boolean {
    this.disconnected();
    if (this.#timers.has('restart')) return false;
    this.#start('restart', LIMITS_MS.restart, 'lost');
    return true;
  }

  /** Presence of the peer's device (XEP-0166 §6.9). */
  peerIs(available: boolean): void {
    this.#peerLeft = !available;
    if (available) this.#timers.stop('gone');
    else this.#watchAbsence();
  }

  stop(): void {
    this.#timers.stopAll();
  }

  /** A device that is gone and sends no media will not come back. */
  #watchAbsence(): void {
    if (!this.#peerLeft || this.#flowing || this.#timers.has('gone')) return;
    this.#start('gone', LIMITS_MS.gone, 'gone');
  }

  #start(name: 'connect' | 'reconnect' | 'restart' | 'gone', ms: number, loss: MediaLoss): void {
    this.#timers.start(name, ms, () => {
      this.#onLoss(loss);
    });
  }
}
