import type { MediaKind } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import type { StanzaStream } from '../stanza-stream.js';
import type { Tell } from './page.js';

/** What all calls of a stream share. */
export interface CallContext {
  readonly stream: StanzaStream;
  readonly environment: Environment;
  readonly tell: Tell;
  readonly settings: CallSettings;
  /** Runs a task after the IQ under way was answered, in order. */
  readonly defer: (task: () => void) => void;
  /** Whether a device may just have fetched what was kept for it, so that old messages come in a batch. */
  readonly catchingUp: () => boolean;
}

export interface CallSettings {
  /** ms until an outgoing call that nobody answers is given up. */
  readonly ringTimeoutMs: number;
  /** Without an account there are no other devices to tell. */
  readonly anonymous: boolean;
}

export interface CallInit {
  /** Session id of the call everywhere. */
  readonly id: string;
  readonly direction: 'outgoing' | 'incoming';
  /** Outgoing: as given by the user, bare or full. Incoming: the caller's full JID. */
  readonly peer: string;
  readonly media: readonly MediaKind[];
}

/** All in ms. */
export const LIMITS_MS = {
  /** A propose and its retract in one batch arrive within this time… */
  settle: 20,
  /** …and this while a stream that has just come back delivers what it had kept. */
  settleCatchingUp: 300,
  /** Nobody lets a phone ring longer; by then the caller has gone without a word. */
  incomingRing: 120_000,
  /** From proceed to session-initiate, and from session-initiate to session-accept. */
  initiate: 20_000,
  accept: 30_000,
  /** The page's offer or answer. */
  page: 30_000,
  /** From the agreement until media flows, everything included. */
  connect: 60_000,
  /** A new path after one was lost. */
  restart: 20_000,
  /** A path that is lost by itself comes back or fails by then. */
  reconnect: 45_000,
  /** A peer that is gone without a word (XEP-0166 §6.9 suggests 5 to 10 s). */
  gone: 10_000,
} as const;
