import type { CallState, MediaKind, SafetyCodeMessage } from '@xmpp-call/jingle';

/** Why a call cannot be, or cannot go on, in the words of the calls. */
export type ErrorCode =
  | 'invalid-address'
  | 'invalid-state'
  | 'version-mismatch'
  | 'signaling-unreachable'
  | 'signaling-lost'
  | 'auth-failed'
  | 'callee-unknown'
  | 'callee-unavailable'
  | 'declined'
  | 'busy'
  | 'no-answer'
  | 'connectivity-failed'
  | 'turn-missing'
  | 'security-failed'
  | 'incompatible'
  | 'peer-failed'
  | 'permission-denied'
  | 'device-not-found'
  | 'device-in-use'
  | 'insecure-context'
  | 'browser-unsupported'
  | 'media-failed'
  | 'worker-failed'
  | 'internal'
  | 'callee-being-called'
  | 'connection-lost'
  | 'forbidden-by-page';

/** Why a call is over; with `error` the failure says more. */
export type EndReason =
  'local-hang-up' | 'remote-hang-up' | 'answered-elsewhere' | 'cancelled' | 'rejected-locally' | 'error';

export interface Failure {
  readonly code: ErrorCode;
  /** English, for logs. */
  readonly detail: string;
}

/** Where what a content carries comes from. */
export type ContentSource = 'microphone' | 'camera' | 'screen';

/** A content that a call is proposed with. */
export interface ProposedContent {
  readonly kind: MediaKind;
  /** Undefined where a peer does not tell. */
  readonly source: ContentSource | undefined;
}

/** A content of a session, with what the peer says of it. */
export interface SessionContent extends ProposedContent {
  readonly mid: string;
  /** Who may send: this side, the peer. */
  readonly senders: 'both' | 'local' | 'remote' | 'none';
  readonly muted: boolean;
}

/** Whether a content of ours is muted. */
export interface LocalMute {
  /** Empty, or of no content: the first one of its source is meant. */
  readonly mid: string;
  readonly source: ContentSource | undefined;
  readonly muted: boolean;
}

/** What became of a text that was sent. */
export type ChatReceipt = 'delivered' | 'read' | 'failed';

export type DescriptionType = 'offer' | 'answer';

/** What whoever shows the calls is told of them; what each means is said in the contract of the page (signaling.proto). */
export type PageEvent =
  | {
      readonly case: 'incomingCall';
      readonly value: {
        readonly callId: string;
        /** Of the Jingle session. */
        readonly sessionId: string;
        readonly from: string;
        readonly media: readonly ProposedContent[];
      };
    }
  | {
      readonly case: 'callChanged';
      readonly value: {
        readonly callId: string;
        readonly sessionId: string;
        readonly state: CallState;
        /** Full JID of the device, once known. */
        readonly peer: string;
        readonly endReason?: EndReason;
        readonly failure?: Failure;
      };
    }
  | {
      readonly case: 'remoteDescription';
      readonly value: {
        readonly callId: string;
        readonly type: DescriptionType;
        readonly sdp: string;
        readonly rejectedMids: string[];
      };
    }
  | {
      readonly case: 'remoteCandidate';
      readonly value: {
        readonly callId: string;
        readonly candidate: string;
        readonly mid: string;
        readonly mLineIndex: number;
        readonly ufrag: string;
      };
    }
  | { readonly case: 'offerWanted'; readonly value: { readonly callId: string; readonly iceRestart: boolean } }
  | { readonly case: 'offerVoid'; readonly value: { readonly callId: string; readonly failure?: Failure } }
  | {
      readonly case: 'remoteInfo';
      readonly value: {
        readonly callId: string;
        readonly held: boolean;
        readonly contents: readonly SessionContent[];
      };
    }
  | {
      readonly case: 'chatMessage';
      readonly value: {
        readonly callId: string;
        readonly messageId: string;
        readonly outgoing: boolean;
        readonly text: string;
        readonly ageMs: number;
        readonly corrected: boolean;
      };
    }
  | {
      readonly case: 'chatReceipt';
      readonly value: { readonly callId: string; readonly messageId: string; readonly state: ChatReceipt };
    }
  | {
      readonly case: 'peerComposing';
      readonly value: { readonly callId: string; readonly composing: boolean; readonly text: string };
    }
  | {
      readonly case: 'peerMediaCore';
      readonly value: { readonly callId: string; readonly device: string; readonly announced: boolean };
    }
  | { readonly case: 'safetyCodeOffered' | 'safetyMessageRefused'; readonly value: { readonly callId: string } }
  | {
      readonly case: 'peerSafetyMessage';
      readonly value: { readonly callId: string; readonly message: SafetyCodeMessage };
    };
