import type { Fault, JmiOutcome, Reason, ReasonCondition } from '@xmpp-call/jingle';
import { EndReason, ErrorCode } from '@xmpp-call/wire';
import type { IqError } from '../stanza-stream.js';
import type { MediaLoss } from './media-watch.js';

/** Why a call is over, for the page. */
export interface Ending {
  readonly reason: EndReason;
  readonly failure?: { readonly code: ErrorCode; readonly detail: string };
}

export const LOCAL_HANG_UP: Ending = { reason: EndReason.LOCAL_HANG_UP };
export const REMOTE_HANG_UP: Ending = { reason: EndReason.REMOTE_HANG_UP };
export const REJECTED: Ending = { reason: EndReason.REJECTED_LOCALLY };
const CANCELLED: Ending = { reason: EndReason.CANCELLED };

export function failed(code: ErrorCode, detail: string): Ending {
  return { reason: EndReason.ERROR, failure: { code, detail } };
}

/**
 * How far a call has come when its peer ends it. `asked`: ours, not answered; `asking`: the peer's, not answered; `agreed`:
 * answered.
 */
export type Phase = 'asked' | 'asking' | 'agreed';

/** What a peer's reason (XEP-0166 §7.4, XEP-0353) means in a phase. Peers that give none mean the ordinary end of that phase. */
export function endingOf(reason: Reason | undefined, phase: Phase): Ending {
  const condition = reason?.condition;
  const detail = describe(reason);
  switch (condition) {
    case 'busy':
      return phase === 'asked' ? failed(ErrorCode.BUSY, detail) : ordinaryEnd(phase, detail);
    case 'timeout':
    case 'expired':
      return phase === 'asked' ? failed(ErrorCode.NO_ANSWER, detail) : ordinaryEnd(phase, detail);
    case 'gone':
      return phase === 'asked' ? failed(ErrorCode.CALLEE_UNAVAILABLE, detail) : ordinaryEnd(phase, detail);
    case 'security-error':
      return failed(ErrorCode.SECURITY_FAILED, detail);
    case 'failed-application':
    case 'incompatible-parameters':
    case 'unsupported-applications':
    case 'unsupported-transports':
      return failed(ErrorCode.INCOMPATIBLE, detail);
    case 'connectivity-error':
    case 'failed-transport':
      return failed(ErrorCode.CONNECTIVITY_FAILED, detail);
    case 'general-error':
    case 'media-error':
      return failed(ErrorCode.PEER_FAILED, detail);
    case 'alternative-session':
    case 'cancel':
    case 'decline':
    case 'success':
    case 'unknown':
    case undefined:
      return ordinaryEnd(phase, detail);
  }
}

function ordinaryEnd(phase: Phase, detail: string): Ending {
  switch (phase) {
    case 'asked':
      return failed(ErrorCode.DECLINED, detail);
    case 'asking':
      return CANCELLED;
    case 'agreed':
      return REMOTE_HANG_UP;
  }
}

function describe(reason: Reason | undefined): string {
  if (!reason) return 'the peer gave no reason';
  return reason.text === undefined ? `peer: ${reason.condition}` : `peer: ${reason.condition} (${reason.text})`;
}

/** How a call ends that never got beyond its messages. `reason` is the peer's, `condition` that of a bounce. */
export function endingOfJmi(outcome: JmiOutcome, reason: Reason | undefined, condition: string | undefined): Ending {
  switch (outcome) {
    case 'answered-elsewhere':
      return { reason: EndReason.ANSWERED_ELSEWHERE };
    case 'cancelled':
      return CANCELLED;
    case 'hung-up':
      return endingOf(reason, 'agreed');
    case 'migrated':
      return REMOTE_HANG_UP;
    case 'no-answer':
      return failed(ErrorCode.NO_ANSWER, 'nobody answered in time');
    case 'refused':
      return endingOf(reason, 'asked');
    case 'rejected':
    case 'rejected-elsewhere':
      return REJECTED;
    case 'undeliverable':
      return failed(unreachable(condition), `bounced: ${condition ?? 'without condition'}`);
    case 'withdrawn':
      return LOCAL_HANG_UP;
  }
}

/** How a call ends that has been without media for too long. */
export function endingOfLoss(loss: MediaLoss, phase: Phase): Ending {
  switch (loss) {
    case 'gone':
      return endingOf({ condition: 'gone' }, phase);
    case 'lost':
      return failed(ErrorCode.CONNECTIVITY_FAILED, 'the path to the peer was lost');
    case 'never-connected':
      return failed(ErrorCode.CONNECTIVITY_FAILED, 'media did not connect in time');
  }
}

/** RFC 6120 §8.3.3 conditions for a stanza that did not reach its addressee. */
export function unreachable(condition: string | undefined): ErrorCode {
  switch (condition) {
    case 'gone':
    case 'item-not-found':
    case 'jid-malformed':
    case 'remote-server-not-found':
      return ErrorCode.CALLEE_UNKNOWN;
    default:
      return ErrorCode.CALLEE_UNAVAILABLE;
  }
}

/** How a call ends whose session-initiate or session-accept the peer answered with an error. */
export function endingOfIqError(error: IqError): Ending {
  const detail = `peer answered ${error.condition}${error.application === undefined ? '' : `/${error.application}`}`;
  if (error.application === 'security-required') return failed(ErrorCode.SECURITY_FAILED, detail);
  if (error.application === 'unknown-session') return failed(ErrorCode.PEER_FAILED, detail);
  switch (error.condition) {
    case 'disconnected':
      return failed(ErrorCode.SIGNALING_LOST, detail);
    case 'bad-request':
    case 'feature-not-implemented':
    case 'not-acceptable':
      return failed(ErrorCode.INCOMPATIBLE, detail);
    case 'gone':
    case 'item-not-found':
    case 'recipient-unavailable':
    case 'remote-server-not-found':
    case 'remote-server-timeout':
    case 'service-unavailable':
    case 'timeout':
      return failed(ErrorCode.CALLEE_UNAVAILABLE, detail);
    case 'resource-constraint':
      return failed(ErrorCode.BUSY, detail);
    default:
      return failed(ErrorCode.PEER_FAILED, detail);
  }
}

/** A peer's description that cannot be negotiated: what the peer and the page are told. */
export interface Problem {
  readonly reason: ReasonCondition;
  readonly code: ErrorCode;
  readonly detail: string;
}

export function problemOf(fault: Fault): Problem {
  const reason = fault.reason ?? (fault.jingle === 'security-required' ? 'security-error' : 'failed-application');
  const code = reason === 'security-error' ? ErrorCode.SECURITY_FAILED : ErrorCode.INCOMPATIBLE;
  return { reason, code, detail: fault.text };
}

/** The reason that the peer is given when the page cannot go on. */
export function reasonOf(code: ErrorCode): ReasonCondition {
  switch (code) {
    case ErrorCode.SECURITY_FAILED:
      return 'security-error';
    case ErrorCode.INCOMPATIBLE:
      return 'failed-application';
    case ErrorCode.CONNECTIVITY_FAILED:
    case ErrorCode.TURN_MISSING:
      return 'connectivity-error';
    case ErrorCode.PERMISSION_DENIED:
    case ErrorCode.DEVICE_NOT_FOUND:
    case ErrorCode.DEVICE_IN_USE:
    case ErrorCode.MEDIA_FAILED:
    case ErrorCode.BROWSER_UNSUPPORTED:
    case ErrorCode.INSECURE_CONTEXT:
      return 'media-error';
    default:
      return 'general-error';
  }
}
