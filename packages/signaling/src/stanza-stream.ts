import type { DiscoInfo, Element, ExternalService, Fault } from '@xmpp-call/jingle';

export type Unsubscribe = () => void;

/** `reconnecting`: the stream was online and is coming back; calls go on meanwhile. `offline`: not wanted or given up. */
export type StreamState = 'offline' | 'connecting' | 'online' | 'reconnecting';

/** A message as the calls layer sees it: carbons are unwrapped and checked (XEP-0280 §11), errors are included. */
export interface IncomingMessage {
  readonly stanza: Element;
  /** JID of the sender, full where the server gave one. */
  readonly from: string;
  /** JID the message was sent to; own full or bare JID unless it is a carbon of our own. */
  readonly to: string;
  /** `sent`: by another of our own devices; `received`: to another of our own devices. */
  readonly carbon: 'none' | 'sent' | 'received';
  /** XEP-0203 stamp, ms since the epoch. */
  readonly delayedSince?: number;
  readonly isError: boolean;
}

export interface IncomingIq {
  readonly type: 'get' | 'set';
  readonly id: string;
  readonly from: string;
  /** The single child. */
  readonly payload: Element;
  readonly stanza: Element;
}

/** What an IQ handler answers: an empty result, a result with a payload, or an error. */
export type IqReply = { readonly result: Element | undefined } | { readonly error: Fault };

/**
 * An IQ of ours that failed. `condition` is the stanza error's, or `timeout`, or `disconnected` when the stream was lost for good, or
 * `policy-violation` when it or its answer is too large to be sent or read.
 */
export class IqError extends Error {
  constructor(
    readonly condition: string,
    /** Name of the application-specific condition, for instance `tie-break`. */
    readonly application?: string,
    text?: string,
  ) {
    super(text ?? condition);
    this.name = 'IqError';
  }
}

/**
 * The XMPP stream as the calls layer uses it. Messages and IQs sent while `reconnecting` are kept and delivered when the
 * stream resumes (XEP-0198); when it cannot be resumed, pending IQs reject with `disconnected` and `onRebind` fires.
 * With `repeat`, what the server has not acknowledged by then is sent again from the new address, before `onRebind`: for
 * what must not be lost and does no harm when it comes twice.
 */
export interface StanzaStream {
  readonly state: StreamState;
  /** Full JID once bound. */
  readonly jid: string | undefined;
  /** ms since the epoch by the server's clock (XEP-0202): what its stamps (XEP-0203) are compared with. Own clock until it has answered. */
  serverNow(): number;
  send(stanza: Element, options?: { readonly repeat?: boolean }): void;
  /**
   * Sends an IQ (`id` is filled in) and gives the whole result stanza. With `repeat` it goes on in a new session, under
   * the same id, instead of being rejected as `disconnected`; time without a session does not count.
   * @throws IqError
   */
  request(iq: Element, options?: { readonly timeoutMs?: number; readonly repeat?: boolean }): Promise<Element>;
  onMessage(listener: (message: IncomingMessage) => void): Unsubscribe;
  onPresence(listener: (presence: Element) => void): Unsubscribe;
  /** One handler per namespace; it must answer synchronously (work goes on after the answer). */
  onIq(namespace: string, handler: (iq: IncomingIq) => IqReply): Unsubscribe;
  /**
   * Requests of strangers are answered at a limited rate; this one, a bare or full JID, is none until the returned
   * function is called. Whom we introduced ourselves to is none anyway.
   */
  exempt(peer: string): Unsubscribe;
  onState(listener: (state: StreamState) => void): Unsubscribe;
  /** The stream came back with a new session: the old full JID is gone, and who knew it does not know us. */
  onRebind(listener: () => void): Unsubscribe;
  /** What `jid` can do: from its caps where known, else by disco#info. @throws IqError */
  discoInfo(jid: string): Promise<DiscoInfo>;
  /** Directed available presence with our caps (XEP-0353 §3.1: before a propose without subscription). Idempotent per peer and stream. */
  introduceTo(bareJid: string): void;
  /** XEP-0215 services, usable for at least `minValidityMs` more; cached and refreshed before they expire. Never rejects: no services is an empty list. */
  externalServices(options?: { readonly minValidityMs?: number }): Promise<readonly ExternalService[]>;
  /** The network may have changed: checks the link now, or connects at once instead of at the next turn. */
  hintOnline(): void;
}
