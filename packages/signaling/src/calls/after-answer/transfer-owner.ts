import type { Element, Reason, ReasonCondition } from '@xmpp-call/jingle';
import type { CallContext } from '../call-context.js';
import type { Ending } from '../endings.js';
import type { SendJingle } from '../jingle-sending.js';
import type { PageEvent } from '../page-events.js';
import type { Timers } from '../timers.js';
import type { SessionState } from '@xmpp-call/jingle';

/** Where a call comes from that was placed for a transfer, or that takes the place of another one. */
export interface Origin {
  /** The new session was accepted: the one of before ends. */
  accepted(): void;
  /** The new call ended without that. Nothing happens after `accepted`. */
  failed(): void;
}

/** A call as its transfers see it. */
export interface TransferOwner {
  readonly id: string;
  readonly sid: string;
  /** Bare JID of the other side. */
  readonly peer: string;
  /** Full JID of its device. */
  readonly device: string | undefined;
  readonly context: CallContext;
  readonly timers: Timers;
  readonly session: { readonly state: SessionState; readonly send: SendJingle };
  /** How many transfers led to this call. */
  hops: number;
  origin: Origin | undefined;
  /** Goes with the session-initiate. */
  initiateExtra: Element | undefined;
  /** The call goes to one device by session-initiate, which replaces a session there. */
  skipsInvitation: boolean;
  /** Another call of this client, by its id. */
  other(id: string): TransferOwner | undefined;
  tell(event: PageEvent): void;
  end(ending: Ending, told?: ReasonCondition, reason?: Reason): void;
}
