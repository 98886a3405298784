import type { MediaKind, Reason } from '@xmpp-call/jingle';
import type { IqError } from '../stanza-stream.js';
import type { Problem } from './endings.js';

export interface RemoteStatus {
  readonly audioMuted: boolean;
  readonly videoMuted: boolean;
  readonly held: boolean;
}

export interface RemoteIceCandidate {
  /** `candidate:…`, or empty for the end of candidates. */
  readonly candidate: string;
  readonly mid: string;
  readonly mLineIndex: number;
  readonly ufrag?: string;
}

/** Who has a Jingle session: it is told what the peer wants and what the page has to do. */
export interface SessionOwner {
  /** The peer's offer can be answered; it waits for `begin`. */
  offered(media: readonly MediaKind[]): void;
  describe(type: 'offer' | 'answer', sdp: string, rejectedMids: readonly string[]): void;
  candidate(candidate: RemoteIceCandidate): void;
  wantOffer(iceRestart: boolean): void;
  status(status: RemoteStatus): void;
  /** session-info `ringing`. */
  alerting(): void;
  /** session-accept arrived. */
  accepted(): void;
  /** The peer has removed the last content. */
  emptied(): void;
  /** session-terminate arrived. */
  terminated(reason: Reason | undefined): void;
  /** The session cannot go on; the peer is to be told. */
  failed(problem: Problem): void;
  /** The peer does not know or take this session. */
  refused(error: IqError): void;
  /** Both sent session-initiate, and the peer's wins. */
  outbid(): void;
}
