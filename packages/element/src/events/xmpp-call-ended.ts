import type { Call, EndReason, XmppCallError } from '@xmpp-call/client';

/** A call is over, whether or not it was ever answered. */
export class XmppCallEndedEvent extends Event {
  static readonly type = 'xmpp-call-ended';
  readonly reason: EndReason | undefined;
  readonly error: XmppCallError | undefined;

  constructor(
    readonly call: Call,
    /** ms during which both sides were connected; 0 for a call that was never answered. */
    readonly duration: number,
  ) {
    super(XmppCallEndedEvent.type, { bubbles: true, composed: true });
    this.reason = call.endReason;
    this.error = call.error;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'xmpp-call-ended': XmppCallEndedEvent;
  }
}
