import type { Call } from '@xmpp-call/client';

/** A call comes in at an agent. */
export class XmppCallIncomingEvent extends Event {
  static readonly type = 'xmpp-call-incoming';

  constructor(readonly call: Call) {
    super(XmppCallIncomingEvent.type, { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'xmpp-call-incoming': XmppCallIncomingEvent;
  }
}
