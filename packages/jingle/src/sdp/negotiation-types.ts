import type { ContentGroup, MediaKind, Role, RtpContent, Senders } from '../model.js';

/** What a Negotiation takes and gives. */

export interface LocalContents {
  /** Ready to send: conservative, `creator='initiator'`, without candidates. */
  readonly contents: readonly RtpContent[];
  /** All bundled contents of the session, since a group replaces the earlier one. */
  readonly groups: readonly ContentGroup[];
}

export interface LocalOffer extends LocalContents {
  /** ICE credentials changed: `contents` are all contents, to go out as one transport-info of their transports. */
  readonly restart: boolean;
  /** Known contents whose `senders` changed. */
  readonly modified: readonly string[];
  /** Contents that the browser has undone since the peer accepted them: for content-remove. */
  readonly removed: readonly string[];
}

export interface LocalAnswer extends LocalContents {
  /** Contents that the browser refused: for content-reject, or left out of session-accept. */
  readonly rejected: readonly string[];
}

/** What the page reports for an ICE candidate event. */
export interface LocalCandidate {
  readonly candidate: string;
  readonly mid: string | null;
  readonly mLineIndex?: number | null;
  readonly ufrag?: string | null;
}

/** As `RTCIceCandidateInit` wants it. */
export interface RemoteCandidate {
  readonly candidate: string;
  readonly mid: string;
  readonly mLineIndex: number;
  readonly ufrag?: string;
}

/** A content that both sides have agreed on. */
export interface AgreedContent {
  readonly name: string;
  readonly mid: string;
  readonly kind: MediaKind;
  /** Who may send. */
  readonly senders: Senders;
}

export interface NegotiationOptions {
  readonly role: Role;
  /**
   * Toward Movim, which takes `senders` for a direction of its own: they are always written as `both`, and swapped when
   * the initiator reads them.
   */
  readonly alwaysSendersBoth?: boolean;
}
