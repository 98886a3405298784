import type { ReasonCondition } from '@xmpp-call/jingle';
import type { ErrorCode } from './page-events.js';

/** All in ms. */
export const LIMITS_MS = {
  /** A propose and its retract in one batch arrive within this time… */
  settle: 20,
  /** …and this while a stream that has just come back delivers what it had kept. */
  settleCatchingUp: 300,
  /** A caller of our own domain: nobody lets a phone ring longer; by then the caller has gone without a word. */
  colleagueRing: 120_000,
  /** Any other caller: by then our own callers have given up, and the line must be free for others. */
  strangerRing: 45_000,
  /** The devices of a callee say how they are called; then it is proposed to all of them. */
  reach: 3_000,
  /** A peer that is gone without a word (XEP-0166 §6.9 suggests 5 to 10 s). */
  gone: 10_000,
  /** The peer's offer, after it won a tie. */
  tie: 2_000,
  /** The answer to a content-add: the peer's client may ask a person first. */
  contentAnswer: 45_000,
  /** The answer to new directions or new credentials, which nobody is asked about. */
  transportAnswer: 15_000,
  /** The page's answer to an offer of the peer's within a call. */
  description: 30_000,
  /** The first candidate, with which new credentials of ours go out. */
  candidate: 2_000,
} as const;

/** What a call waits for: ms, and, where it does not come, how the call ends and what the peer is told. */
export const WAITS = {
  /** After our proceed. */
  initiate: [20_000, 'connectivity-failed', 'no session-initiate', 'timeout'],
  accept: [30_000, 'peer-failed', 'no session-accept', 'timeout'],
  /** Its offer or answer. */
  page: [30_000, 'media-failed', 'no description from the page', 'media-error'],
  /** From the agreement until media flows, everything included. */
  connect: [60_000, 'connectivity-failed', 'media did not connect', 'connectivity-error'],
  /** A new path after one was lost. */
  restart: [20_000, 'connection-lost', 'path lost', 'connectivity-error'],
  /** A path that is lost by itself comes back or fails by then. */
  reconnect: [45_000, 'connection-lost', 'path lost', 'connectivity-error'],
} as const satisfies Record<string, readonly [ms: number, ErrorCode, detail: string, ReasonCondition]>;
