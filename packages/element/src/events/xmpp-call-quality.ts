import type { Call } from '@xmpp-call/client';
import type { QualityCause, QualityLevel } from '@xmpp-call/client/quality.js';

/** The quality of the call of an `<xmpp-call>` became known, or changed. */
export class XmppCallQualityEvent extends Event {
  static readonly type = 'xmpp-call-quality';

  constructor(
    readonly level: QualityLevel,
    /** Undefined while `good`. */
    readonly cause: QualityCause | undefined,
    readonly call: Call,
  ) {
    super(XmppCallQualityEvent.type, { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'xmpp-call-quality': XmppCallQualityEvent;
  }
}
