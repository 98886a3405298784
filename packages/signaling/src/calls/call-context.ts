import type { MediaKind } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import type { StanzaStream } from '../stanza-stream.js';
import type { PageEvent } from './page-events.js';

/** What all calls of a stream share. */
export interface CallContext {
  readonly stream: StanzaStream;
  readonly environment: Environment;
  /** Tells the page. */
  readonly tell: (event: PageEvent) => void;
  readonly settings: CallSettings;
  /** Runs a task after the IQ under way was answered, in order. */
  readonly defer: (task: () => void) => void;
  /** Full JIDs of an account that are known to be there; none where nobody told. */
  readonly devicesOf: (account: string) => readonly string[];
  /** Whether a device may just have fetched what was kept for it, so that old messages come in a batch. */
  readonly catchingUp: () => boolean;
}

export interface CallSettings {
  /** ms until an outgoing call that nobody answers is given up. */
  readonly ringTimeoutMs: number;
  /** Calls at a time, 1 at least: what is beyond is busy. */
  readonly maxCalls: number;
  /** Without an account there are no other devices to tell. */
  readonly anonymous: boolean;
  /** Undefined where texts are not shown, and not taken then. */
  readonly chat?: ChatSettings | undefined;
}

export interface ChatSettings {
  /** What is being written is shown letter by letter, both ways. */
  readonly realTimeText: boolean;
}

export interface CallInit {
  /** Session id, on the wire: of the two parties, not of all calls (XEP-0166 §7.1). */
  readonly sid: string;
  /** Id that the page knows the call by; that of no other call. */
  readonly id: string;
  readonly direction: 'outgoing' | 'incoming';
  /** Outgoing: as given by the user, bare or full. Incoming: the caller's full JID. */
  readonly peer: string;
  readonly media: readonly MediaKind[];
}
