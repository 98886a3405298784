/** Somebody wants to place a call. `preventDefault()` keeps it from starting; nothing was asked of the visitor yet. */
export class XmppCallRequestEvent extends Event {
  static readonly type = 'xmpp-call-request';

  constructor(
    /** Bare JID to be called. */
    readonly to: string,
    /** Whether the call is to start with the camera on. */
    readonly video: boolean,
  ) {
    super(XmppCallRequestEvent.type, { bubbles: true, composed: true, cancelable: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'xmpp-call-request': XmppCallRequestEvent;
  }
}
