/** The one place where the words of the calls become those of the contract with the page, and the other way round. */
import type { MediaKind as Kind, CallState as State, SafetyCodeMessage } from '@xmpp-call/jingle';
import {
  AvailabilityState,
  CallState,
  ChatReceiptState,
  ContentSource,
  EndReason,
  ErrorCode,
  MediaConnectionState,
  MediaKind,
  SdpType,
  Senders,
} from '@xmpp-call/wire';
import type { Content, EventBody, KnownCommand } from '@xmpp-call/wire';
import type { Availability } from './calls/call-manager.js';
import type { CallCommand } from './calls/call-commands.js';
import { invalidState } from './calls/command-error.js';
import type {
  ChatReceipt,
  ContentSource as Source,
  EndReason as Reason,
  ErrorCode as Code,
  Failure,
  PageEvent,
  ProposedContent,
  SessionContent,
} from './calls/page-events.js';

export const ERROR_CODES: Readonly<Record<Code, ErrorCode>> = {
  'invalid-address': ErrorCode.INVALID_ADDRESS,
  'invalid-state': ErrorCode.INVALID_STATE,
  'version-mismatch': ErrorCode.VERSION_MISMATCH,
  'signaling-unreachable': ErrorCode.SIGNALING_UNREACHABLE,
  'signaling-lost': ErrorCode.SIGNALING_LOST,
  'auth-failed': ErrorCode.AUTH_FAILED,
  'callee-unknown': ErrorCode.CALLEE_UNKNOWN,
  'callee-unavailable': ErrorCode.CALLEE_UNAVAILABLE,
  declined: ErrorCode.DECLINED,
  busy: ErrorCode.BUSY,
  'no-answer': ErrorCode.NO_ANSWER,
  'connectivity-failed': ErrorCode.CONNECTIVITY_FAILED,
  'turn-missing': ErrorCode.TURN_MISSING,
  'security-failed': ErrorCode.SECURITY_FAILED,
  incompatible: ErrorCode.INCOMPATIBLE,
  'peer-failed': ErrorCode.PEER_FAILED,
  'permission-denied': ErrorCode.PERMISSION_DENIED,
  'device-not-found': ErrorCode.DEVICE_NOT_FOUND,
  'device-in-use': ErrorCode.DEVICE_IN_USE,
  'insecure-context': ErrorCode.INSECURE_CONTEXT,
  'browser-unsupported': ErrorCode.BROWSER_UNSUPPORTED,
  'media-failed': ErrorCode.MEDIA_FAILED,
  'worker-failed': ErrorCode.WORKER_FAILED,
  internal: ErrorCode.INTERNAL,
  'callee-being-called': ErrorCode.CALLEE_BEING_CALLED,
  'connection-lost': ErrorCode.CONNECTION_LOST,
  'forbidden-by-page': ErrorCode.FORBIDDEN_BY_PAGE,
};
export const END_REASONS: Readonly<Record<Reason, EndReason>> = {
  'local-hang-up': EndReason.LOCAL_HANG_UP,
  'remote-hang-up': EndReason.REMOTE_HANG_UP,
  'answered-elsewhere': EndReason.ANSWERED_ELSEWHERE,
  cancelled: EndReason.CANCELLED,
  'rejected-locally': EndReason.REJECTED_LOCALLY,
  error: EndReason.ERROR,
};
export const CALL_STATES: Readonly<Record<State, CallState>> = {
  calling: CallState.CALLING,
  ringing: CallState.RINGING,
  incoming: CallState.INCOMING,
  connecting: CallState.CONNECTING,
  active: CallState.ACTIVE,
  reconnecting: CallState.RECONNECTING,
  ended: CallState.ENDED,
};
export const AVAILABILITIES: Readonly<Record<Availability, AvailabilityState>> = {
  available: AvailabilityState.AVAILABLE,
  unavailable: AvailabilityState.UNAVAILABLE,
  unknown: AvailabilityState.UNKNOWN,
};
export const KINDS: Readonly<Record<Kind, MediaKind>> = { audio: MediaKind.AUDIO, video: MediaKind.VIDEO };
export const SOURCES: Readonly<Record<Source, ContentSource>> = {
  microphone: ContentSource.MICROPHONE,
  camera: ContentSource.CAMERA,
  screen: ContentSource.SCREEN,
};
export const SENDERS: Readonly<Record<SessionContent['senders'], Senders>> = {
  both: Senders.BOTH,
  local: Senders.LOCAL,
  remote: Senders.REMOTE,
  none: Senders.NONE,
};
const CHAT_RECEIPTS: Readonly<Record<ChatReceipt, ChatReceiptState>> = {
  delivered: ChatReceiptState.DELIVERED,
  read: ChatReceiptState.READ,
  failed: ChatReceiptState.FAILED,
};
const CONNECTIONS = {
  connected: MediaConnectionState.CONNECTED,
  disconnected: MediaConnectionState.DISCONNECTED,
  failed: MediaConnectionState.FAILED,
} as const;

/** A command about a call. @throws CommandError for a word that this version does not know */
export function toCallCommand(body: Exclude<KnownCommand['body'], StreamBody>): CallCommand {
  switch (body.case) {
    case 'startCall': {
      const { callId, to, media } = body.value;
      return { case: body.case, value: { callId, to, media: media?.contents.flatMap(proposedOf) ?? [MICROPHONE] } };
    }
    case 'setMuted': {
      const { callId, contents } = body.value;
      const mutes = contents.map(({ mid, source, muted }) => ({ mid, source: wordOf(SOURCES, source), muted }));
      return { case: body.case, value: { callId, contents: mutes } };
    }
    case 'sendSafetyMessage': {
      const { callId, message } = body.value;
      return { case: body.case, value: { callId, message: safetyMessageOf(message) } };
    }
    case 'localDescription': {
      const { callId, type, sdp } = body.value;
      if (type !== SdpType.OFFER && type !== SdpType.ANSWER) throw invalidState('neither offer nor answer');
      return { case: body.case, value: { callId, type: type === SdpType.OFFER ? 'offer' : 'answer', sdp } };
    }
    case 'mediaConnection': {
      const { callId, state, hadRelay } = body.value;
      const word = wordOf(CONNECTIONS, state);
      if (!word) throw invalidState('unknown state of the media');
      return { case: body.case, value: { callId, state: word, hadRelay } };
    }
    case 'mediaFailure': {
      const { callId, code, detail } = body.value;
      return { case: body.case, value: { callId, code: wordOf(ERROR_CODES, code) ?? 'internal', detail } };
    }
    default:
      return body;
  }
}

export function toEventBody(event: PageEvent): EventBody {
  switch (event.case) {
    case 'incomingCall': {
      const { media, ...rest } = event.value;
      return { case: event.case, value: { ...rest, media: { contents: media.map(toWireContent) } } };
    }
    case 'remoteInfo': {
      const { contents, ...rest } = event.value;
      return { case: event.case, value: { ...rest, contents: contents.map(toWireContent) } };
    }
    case 'peerSafetyMessage': {
      const { callId, message } = event.value;
      const value = message.type === 'commit' ? { commitment: message.commitment } : { nonce: message.nonce };
      return { case: event.case, value: { callId, message: value } };
    }
    case 'callChanged': {
      const { callId, sessionId, state, peer, endReason, failure } = event.value;
      return {
        case: event.case,
        value: {
          callId,
          sessionId,
          state: CALL_STATES[state],
          peer,
          ...(endReason && { endReason: END_REASONS[endReason] }),
          ...(failure && { failure: toWireFailure(failure) }),
        },
      };
    }
    case 'remoteDescription': {
      const { type, ...rest } = event.value;
      return { case: event.case, value: { ...rest, type: type === 'offer' ? SdpType.OFFER : SdpType.ANSWER } };
    }
    case 'chatReceipt':
      return { case: event.case, value: { ...event.value, state: CHAT_RECEIPTS[event.value.state] } };
    case 'offerVoid': {
      const { callId, failure } = event.value;
      return { case: event.case, value: { callId, ...(failure && { failure: toWireFailure(failure) }) } };
    }
    default:
      return event;
  }
}

export function toWireFailure({ code, detail }: Failure): { code: ErrorCode; detail: string } {
  return { code: ERROR_CODES[code], detail };
}

/** @throws CommandError for one that says nothing */
function safetyMessageOf(message: { commitment: string; nonce: string } | undefined): SafetyCodeMessage {
  const { commitment = '', nonce = '' } = message ?? {};
  if (commitment !== '') return { type: 'commit', commitment };
  if (nonce !== '') return { type: 'reveal', nonce };
  throw invalidState('no message of a safety code');
}

const MICROPHONE: ProposedContent = { kind: 'audio', source: 'microphone' };

/** What is of no kind that this version knows is left out. */
function proposedOf({ kind, source }: Content): ProposedContent[] {
  const word = wordOf(KINDS, kind);
  return word ? [{ kind: word, source: wordOf(SOURCES, source) }] : [];
}

function toWireContent({ kind, source, senders, ...rest }: ProposedContent & Partial<SessionContent>) {
  return {
    ...rest,
    kind: KINDS[kind],
    ...(source && { source: SOURCES[source] }),
    ...(senders && { senders: SENDERS[senders] }),
  };
}

/** Commands about the stream, and not about a call. */
export type StreamBody = Extract<
  KnownCommand['body'],
  { case: 'hello' | 'connect' | 'disconnect' | 'queryAvailability' | 'fetchIceServers' | 'networkChanged' }
>;

function wordOf<Word extends string, Value>(words: Readonly<Record<Word, Value>>, value: Value): Word | undefined {
  return (Object.keys(words) as Word[]).find((word) => words[word] === value);
}
