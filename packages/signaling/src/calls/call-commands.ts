import type { SafetyCodeMessage } from '@xmpp-call/jingle';
import type { DescriptionType, ErrorCode, LocalMute, ProposedContent } from './page-events.js';

/** What comes with each command about a call; `callId` is chosen by whoever starts it. */
export interface CallValues {
  readonly startCall: {
    readonly callId: string;
    readonly to: string;
    readonly media: readonly ProposedContent[];
  };
  readonly propose: { readonly callId: string };
  readonly acceptCall: { readonly callId: string };
  readonly rejectCall: { readonly callId: string };
  /** `gone`: the page is going away. */
  readonly hangUp: { readonly callId: string; readonly gone: boolean };
  readonly localDescription: { readonly callId: string; readonly type: DescriptionType; readonly sdp: string };
  /** `candidate` is empty for the end of candidates. */
  readonly localCandidate: {
    readonly callId: string;
    readonly candidate: string;
    readonly mid: string;
    readonly ufrag: string;
  };
  /** `hadRelay`: a TURN server was at hand. */
  readonly mediaConnection: {
    readonly callId: string;
    readonly state: 'connected' | 'disconnected' | 'failed';
    readonly hadRelay: boolean;
  };
  readonly mediaFailure: { readonly callId: string; readonly code: ErrorCode; readonly detail: string };
  readonly refuseOffer: { readonly callId: string; readonly detail: string };
  /** `messageId` is chosen by the page. */
  readonly sendMessage: { readonly callId: string; readonly messageId: string; readonly text: string };
  /** `text` is what is in the field so far. */
  readonly setComposing: { readonly callId: string; readonly composing: boolean; readonly text: string };
  readonly sendSafetyMessage: { readonly callId: string; readonly message: SafetyCodeMessage };
  readonly setHeld: { readonly callId: string; readonly held: boolean };
  readonly setMuted: { readonly callId: string; readonly contents: readonly LocalMute[] };
}

/** A command about a call. */
export type CallCommand<Case extends keyof CallValues = keyof CallValues> = {
  [C in Case]: { readonly case: C; readonly value: CallValues[C] };
}[Case];

/** Whoever carries out the commands about one call, by their names. Each may throw a CommandError. */
export type CallCommands = {
  [C in Exclude<keyof CallValues, 'startCall'>]: (value: Omit<CallValues[C], 'callId'>) => void;
};

/** A candidate of the page's, as it came. */
export type LocalIceCandidate = Omit<CallValues['localCandidate'], 'callId'>;
