import type { XmppCallError } from './errors.js';

/** `call-error` on a Call: something failed and the call goes on. */
export class CallErrorEvent extends Event {
  constructor(readonly error: XmppCallError) {
    super('call-error');
  }
}
