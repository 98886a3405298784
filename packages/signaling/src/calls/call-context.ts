import type { MediaKind } from '@xmpp-call/jingle';
import type { EventBody, KnownCommand } from '@xmpp-call/wire';
import type { Environment } from '../environment.js';
import type { StanzaStream } from '../stanza-stream.js';

/** What all calls of a stream share. */
export interface CallContext {
  readonly stream: StanzaStream;
  readonly environment: Environment;
  /** Tells the page. */
  readonly tell: (event: EventBody) => void;
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
  /** Session id, on the wire: of the two parties, not of all calls (XEP-0166 §7.1). */
  readonly sid: string;
  /** Id that the page knows the call by; that of no other call. */
  readonly id: string;
  readonly direction: 'outgoing' | 'incoming';
  /** Outgoing: as given by the user, bare or full. Incoming: the caller's full JID. */
  readonly peer: string;
  readonly media: readonly MediaKind[];
}

type Body = KnownCommand['body'];
/** The commands that are about the stream, and not about a call. */
export type StreamCommand = Extract<
  Body,
  { case: 'hello' | 'connect' | 'disconnect' | 'queryAvailability' | 'fetchIceServers' | 'networkChanged' }
>;
type CallBody = Exclude<Body, StreamCommand>;
/** What comes with each command that is about a call. */
export type CallValues = { readonly [Body in CallBody as Body['case']]: Body['value'] };
/** A command that is about a call. */
export type CallCommand<Case extends keyof CallValues = keyof CallValues> = {
  [C in Case]: { readonly case: C; readonly value: CallValues[C] };
}[Case];
/** Whoever carries out the commands about one call, by their names. Each may throw a CommandError. */
export type CallCommands = {
  [C in Exclude<keyof CallValues, 'startCall'>]: (
    value: Omit<CallValues[C], 'callId' | '$typeName' | '$unknown'>,
  ) => void;
};
/** A candidate of the page's, as it came; `candidate` is empty for the end of candidates. */
export type LocalIceCandidate = Pick<CallValues['localCandidate'], 'candidate' | 'mid' | 'ufrag'>;
