import type { Call, CallState } from '@xmpp-call/client';

/** What `<xmpp-call>` is doing: the state of its call, or `idle` without one. */
export type XmppCallState = CallState | 'idle';

/** The call of an `<xmpp-call>` changed its state, appeared or was put away. */
export class XmppCallStateChangeEvent extends Event {
  static readonly type = 'xmpp-call-state-change';

  constructor(
    readonly state: XmppCallState,
    readonly previous: XmppCallState,
    readonly call: Call | undefined,
  ) {
    super(XmppCallStateChangeEvent.type, { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'xmpp-call-state-change': XmppCallStateChangeEvent;
  }
}
