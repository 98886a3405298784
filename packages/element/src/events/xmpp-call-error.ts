import type { Call, XmppCallError } from '@xmpp-call/client';

/** Something failed: a call, the connection, a device in a call that goes on, or the loading of this widget's code. */
export class XmppCallErrorEvent extends Event {
  static readonly type = 'xmpp-call-error';

  constructor(
    readonly error: XmppCallError,
    /** The call that is concerned; it goes on unless its state is `ended`. */
    readonly call: Call | undefined,
  ) {
    super(XmppCallErrorEvent.type, { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'xmpp-call-error': XmppCallErrorEvent;
  }
}
