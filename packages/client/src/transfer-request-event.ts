/** `transfer-request` on a Call: its peer wants us to call somebody else in its place. */
export class TransferRequestEvent<Call = unknown> extends Event {
  /** JID that the peer names. */
  readonly to: string;
  /** Calls `to`; the call of before ends when that one is answered, and goes on where it is not. @throws XmppCallError */
  readonly accept: () => Call;
  /** Stays in the call. */
  readonly refuse: () => void;

  constructor(to: string, accept: () => Call, refuse: () => void) {
    super('transfer-request');
    this.to = to;
    this.accept = accept;
    this.refuse = refuse;
  }
}
