import type { SafetyCodeStatus } from '../api.js';
import type { Clock } from '../clock.js';
import type { SafetyContext, SafetyRole } from './derivation.js';
import { confirmSafetyCode, receiveSafetyMessage, startSafetyCode } from './exchange.js';
import type { SafetyMessage, SafetyState } from './exchange.js';
import { fingerprintsOf } from './fingerprints.js';

/** ms until an exchange without an answer is said to have none. */
const ANSWER_MS = 20_000;

/** A message as the contract with the worker has it: one of the two, in hexadecimal. */
export interface SafetyWords {
  readonly commitment?: string;
  readonly nonce?: string;
}

/** What the exchange needs of its call. */
export interface SafetyOwner {
  readonly clock: Pick<Clock, 'after'>;
  readonly role: SafetyRole;
  /** Of the Jingle session. */
  sid(): string;
  /** Those that are in force. @throws where a side has none */
  descriptions(): Promise<{ readonly local: string; readonly remote: string }>;
  send(message: SafetyWords): void;
  safetyCode(): SafetyCodeStatus;
  /** Does nothing once the call has ended. */
  changeSafety(status: SafetyCodeStatus): void;
}

/** The exchange for the code of one call: one message after the other, as they are asked for or come. */
export class CallSafety {
  #state: SafetyState | undefined;
  #inOrder: Promise<void> = Promise.resolve();
  #isClosed = false;
  /** What the peer has sent, as one text each. */
  readonly #received = new Set<string>();
  /** What the peer did not take. */
  #refused: SafetyMessage | undefined;
  #sent: SafetyMessage | undefined;
  #stopWaiting: (() => void) | undefined;
  #waiting: ((status: SafetyCodeStatus) => void)[] = [];

  constructor(private readonly owner: SafetyOwner) {}

  /** @returns what there is once nothing is awaited any more */
  verify(): Promise<SafetyCodeStatus> {
    if (this.#isClosed) return Promise.resolve({ phase: 'unavailable' });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#run(() => this.#ask());
    });
  }

  receive({ commitment = '', nonce = '' }: SafetyWords = {}): void {
    const message = nonce === '' ? { type: 'commit', commitment } : { type: 'reveal', nonce };
    this.#run(async () => {
      // A message that a side sends again, not knowing whether it arrived, is no second try at a code.
      const text = `${message.type} ${commitment}${nonce}`;
      if (this.#received.has(text)) return;
      if (!this.#state) await this.#start();
      this.#received.add(text);
      if (this.#state) this.#take(await receiveSafetyMessage(this.#state, message));
    });
  }

  /** The peer did not take the last message. */
  refused(): void {
    this.#run(() => {
      this.#refused = this.#sent;
      if (this.owner.safetyCode().phase === 'waiting') this.#change({ phase: 'unanswered' });
    });
  }

  confirm(areSame: boolean): void {
    this.#run(() => {
      if (this.#state) this.#take({ state: confirmSafetyCode(this.#state, areSame) });
    });
  }

  /** The call has ended. */
  close(): void {
    this.#isClosed = true;
    this.#stopWaiting?.();
    this.#settle({ phase: 'unavailable' });
  }

  async #ask(): Promise<void> {
    if (!this.#state) await this.#start();
    else if (this.#refused) this.#send(this.#refused);
    if (this.#state) this.#show(this.#state);
  }

  async #start(): Promise<void> {
    this.#take(await startSafetyCode({ role: this.owner.role, context: await this.#context() }));
  }

  async #context(): Promise<SafetyContext> {
    const { owner } = this;
    const { local, remote } = await owner.descriptions();
    const [own, peers] = [fingerprintsOf(local), fingerprintsOf(remote)];
    const isInitiator = owner.role === 'initiator';
    return { sid: owner.sid(), initiator: isInitiator ? own : peers, responder: isInitiator ? peers : own };
  }

  #take({ state, send }: { readonly state: SafetyState; readonly send?: SafetyMessage }): void {
    this.#state = state;
    if (send) this.#send(send);
    this.#show(state);
  }

  #send(message: SafetyMessage): void {
    this.#refused = undefined;
    this.#sent = message;
    if (this.#isClosed) return;
    this.owner.send(message.type === 'commit' ? { commitment: message.commitment } : { nonce: message.nonce });
  }

  #show(state: SafetyState): void {
    if (this.#isClosed) return;
    if (state.phase === 'committed' || state.phase === 'revealed') {
      this.#change({ phase: 'waiting' });
      this.#stopWaiting?.();
      this.#stopWaiting = this.owner.clock.after(ANSWER_MS, () => {
        this.#change({ phase: 'unanswered' });
      });
    } else {
      this.#change(state);
    }
  }

  #change(status: SafetyCodeStatus): void {
    this.#stopWaiting?.();
    this.owner.changeSafety(status);
    if (status.phase !== 'waiting') this.#settle(status);
  }

  #settle(status: SafetyCodeStatus): void {
    for (const resolve of this.#waiting.splice(0)) resolve(status);
  }

  #run(task: () => Promise<void> | void): void {
    this.#inOrder = this.#inOrder
      .then(() => (this.#isClosed ? undefined : task()))
      .catch(() => {
        // Without fingerprints of both sides there is no code.
        if (!this.#isClosed) this.#change({ phase: 'unanswered' });
      });
  }
}
