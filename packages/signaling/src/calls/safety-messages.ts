import type { Fault, SafetyCodeMessage, SessionInfo } from '@xmpp-call/jingle';
import { faultOf } from '@xmpp-call/jingle';
import { invalidState } from './command-error.js';
import type { PageEvent } from './page-events.js';

/** An exchange has two messages of each side; what is more fails it, and is passed on to be seen. */
const MAX_MESSAGES = 8;

const MALFORMED: Fault = { condition: 'bad-request', text: 'no message of a safety code' };
const TOO_MANY: Fault = { condition: 'policy-violation', text: 'too many messages of a safety code' };

/** What the messages of a safety code need of their call. */
export interface SafetyMessagesCall {
  readonly id: string;
  /** Both sides have agreed on the session. */
  readonly isActive: boolean;
  /** The device of the peer announces that it takes part. */
  readonly peerTakesPart: boolean;
  tell(event: PageEvent): void;
  /** @param onError the peer refused it or did not answer in time */
  sendInfo(info: SessionInfo, onError: () => void): void;
}

/** Passes the messages of the exchange for a code (docs/decisions/0042) between peer and page. The page has the exchange. */
export class SafetyMessages {
  #isOffered = false;
  #sent = 0;
  #received = 0;

  constructor(private readonly call: SafetyMessagesCall) {}

  /** To be called whenever the session became active, or more is known of the device. */
  offer(): void {
    const { id, isActive, peerTakesPart } = this.call;
    if (this.#isOffered || !isActive || !peerTakesPart) return;
    this.#isOffered = true;
    this.call.tell({ case: 'safetyCodeOffered', value: { callId: id } });
  }

  /** @throws CommandError where there is no session for it, or too much was sent */
  send(message: SafetyCodeMessage): void {
    const { id, isActive } = this.call;
    if (!isActive || this.#sent >= MAX_MESSAGES) throw invalidState('no message of a safety code is due');
    this.#sent++;
    this.call.sendInfo({ kind: 'safety-code', message }, () => {
      this.call.tell({ case: 'safetyMessageRefused', value: { callId: id } });
    });
  }

  /** Why a message of the peer's is not taken. */
  refusalOf(message: SafetyCodeMessage | undefined): Fault | undefined {
    if (!this.call.isActive) return faultOf('out-of-order');
    if (!message) return MALFORMED;
    return this.#received >= MAX_MESSAGES ? TOO_MANY : undefined;
  }

  take(message: SafetyCodeMessage | undefined): void {
    if (!message || this.refusalOf(message)) return;
    this.#received++;
    this.call.tell({ case: 'peerSafetyMessage', value: { callId: this.call.id, message } });
  }
}
