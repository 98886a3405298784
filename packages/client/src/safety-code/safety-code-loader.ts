import type { SafetyCode, SafetyCodeStatus } from '../api.js';
import { XmppCallError } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import { toCallError } from '../to-call-error.js';
import type { CallSafety, SafetyOwner, SafetyWords } from './call-safety.js';

const ERRORS: Partial<Record<SafetyCodeStatus['phase'], ErrorCode>> = {
  failed: 'security-failed',
  unanswered: 'no-answer',
};

export interface SafetyLoaderOwner extends Pick<SafetyOwner, 'clock' | 'role' | 'sid' | 'descriptions' | 'send'> {
  onChange(): void;
  /** The code did not load. */
  onLoadFailed(cause: unknown): void;
}

/** The safety code of a call. Nobody wants to see one in most calls: the exchange is loaded when it is asked for or begun by the peer. */
export class SafetyCodeLoader {
  readonly #owner: SafetyLoaderOwner;
  #status: SafetyCodeStatus = { phase: 'unavailable' };
  #loading: Promise<CallSafety> | undefined;
  #isClosed = false;

  constructor(owner: SafetyLoaderOwner) {
    this.#owner = owner;
  }

  get status(): SafetyCodeStatus {
    return this.#status;
  }

  /** The peer takes part. */
  offered(): void {
    if (this.#status.phase === 'unavailable') this.#change({ phase: 'available' });
  }

  /** @throws XmppCallError */
  async verify(): Promise<SafetyCode> {
    if (this.#isClosed || this.#status.phase === 'unavailable')
      throw new XmppCallError('invalid-state', { message: 'the peer has no safety codes, or the call is not active' });
    const safety = await this.#load();
    const status = await safety.verify();
    if ('code' in status) return status.code;
    throw new XmppCallError(ERRORS[status.phase] ?? 'invalid-state');
  }

  confirm(areSame: boolean): void {
    this.#use((safety) => {
      safety.confirm(areSame);
    });
  }

  receive(message: SafetyWords | undefined): void {
    this.#use((safety) => {
      safety.receive(message);
    });
  }

  /** The peer did not take the last message. */
  refused(): void {
    this.#use((safety) => {
      safety.refused();
    });
  }

  /** The call has ended. */
  close(): void {
    this.#isClosed = true;
    void this.#loading?.then(
      (safety) => {
        safety.close();
      },
      () => undefined,
    );
  }

  #load(): Promise<CallSafety> {
    this.#loading ??= this.#create().catch((cause: unknown) => {
      this.#loading = undefined;
      throw toCallError(cause);
    });
    return this.#loading;
  }

  async #create(): Promise<CallSafety> {
    const { CallSafety } = await import('./call-safety.js');
    const owner = this.#owner;
    return new CallSafety({
      clock: owner.clock,
      role: owner.role,
      sid: () => owner.sid(),
      descriptions: () => owner.descriptions(),
      send: (message) => {
        owner.send(message);
      },
      safetyCode: () => this.#status,
      changeSafety: (status) => {
        this.#change(status);
      },
    });
  }

  #use(task: (safety: CallSafety) => void): void {
    if (this.#isClosed) return;
    this.#load().then(task, (cause: unknown) => {
      this.#owner.onLoadFailed(cause);
    });
  }

  #change(status: SafetyCodeStatus): void {
    if (this.#isClosed || JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#owner.onChange();
  }
}
