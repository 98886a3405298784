import type { Call } from './api.js';
import type { XmppCallError } from './errors.js';

/** `call-error` on a Call: something failed and the call goes on. */
export class CallErrorEvent extends Event {
  constructor(readonly error: XmppCallError) {
    super('call-error');
  }
}

/** `incoming-call` on a CallClient: `call` rings until it is accepted, rejected or ends. */
export class IncomingCallEvent extends Event {
  constructor(readonly call: Call) {
    super('incoming-call');
  }
}
