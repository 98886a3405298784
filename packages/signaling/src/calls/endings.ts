import type { Fault, JmiOutcome, Reason, ReasonCondition } from '@xmpp-call/jingle';
import { EndReason, ErrorCode } from '@xmpp-call/wire';
import type { IqError } from '../stanza-stream.js';
import { BEING_CALLED_TEXT } from './admission.js';

/** Why a call is over, for the page. */
export interface Ending {
  readonly reason: EndReason;
  readonly failure?: { readonly code: ErrorCode; readonly detail: string };
}

export const LOCAL_HANG_UP: Ending = { reason: EndReason.LOCAL_HANG_UP };
export const REMOTE_HANG_UP: Ending = { reason: EndReason.REMOTE_HANG_UP };
export const REJECTED: Ending = { reason: EndReason.REJECTED_LOCALLY };
export const CANCELLED: Ending = { reason: EndReason.CANCELLED };
export const SIGNALING_LOST = failed(ErrorCode.SIGNALING_LOST, 'the XMPP session was lost');

export function failed(code: ErrorCode, detail: string): Ending {
  return { reason: EndReason.ERROR, failure: { code, detail } };
}

/** The same ending of a call whose media had flowed: its path was there, whatever took it away. */
export function afterMedia(ending: Ending): Ending {
  const { code, detail = '' } = ending.failure ?? {};
  const noPath = code === ErrorCode.CONNECTIVITY_FAILED || code === ErrorCode.TURN_MISSING;
  return noPath ? failed(ErrorCode.CONNECTION_LOST, detail) : ending;
}

/**
 * How far a call has come when its peer ends it. `asked`: ours, not answered; `asking`: the peer's, not answered; `agreed`:
 * answered.
 */
export type Phase = 'asked' | 'asking' | 'agreed';

type Codes<Name extends string = string> = readonly (readonly [ErrorCode, ...names: Name[]])[];

/** XEP-0166 §7.4: what a reason says at any time, and, by its first name, how we say it. */
const REASONS: Codes<ReasonCondition> = [
  [ErrorCode.SECURITY_FAILED, 'security-error'],
  [
    ErrorCode.INCOMPATIBLE,
    'failed-application',
    'incompatible-parameters',
    'unsupported-applications',
    'unsupported-transports',
  ],
  [ErrorCode.CONNECTIVITY_FAILED, 'connectivity-error', 'failed-transport'],
  [ErrorCode.PEER_FAILED, 'general-error', 'media-error'],
];
/** What a reason says before a call of ours was answered. */
const REFUSALS: Codes<ReasonCondition> = [
  [ErrorCode.BUSY, 'busy'],
  [ErrorCode.NO_ANSWER, 'timeout', 'expired'],
  [ErrorCode.CALLEE_UNAVAILABLE, 'gone'],
];
/** Conditions of an IQ that was refused or got lost: XEP-0166 §12 and RFC 6120 §8.3.3. */
const IQ_ERRORS: Codes = [
  [ErrorCode.SECURITY_FAILED, 'security-required'],
  [ErrorCode.SIGNALING_LOST, 'disconnected'],
  [ErrorCode.INCOMPATIBLE, 'bad-request', 'feature-not-implemented', 'not-acceptable'],
  [
    ErrorCode.CALLEE_UNAVAILABLE,
    'gone',
    'item-not-found',
    'recipient-unavailable',
    'remote-server-not-found',
    'remote-server-timeout',
    'service-unavailable',
    'timeout',
  ],
  [ErrorCode.BUSY, 'resource-constraint'],
];
/** Conditions of a message that bounced from an address that is nobody's. */
const NOBODY = ['gone', 'item-not-found', 'jid-malformed', 'remote-server-not-found'];

function codeOf(codes: Codes, name: string | undefined): ErrorCode | undefined {
  return codes.find(([, ...names]) => names.some((one) => one === name))?.[0];
}

/** What a peer's reason means in a phase. Peers that give none mean the ordinary end of that phase. */
export function endingOf(reason: Reason | undefined, phase: Phase): Ending {
  const detail = reason ? `peer: ${reason.condition} ${reason.text ?? ''}`.trim() : 'peer gave no reason';
  const code = codeOf(REASONS, reason?.condition) ?? (phase === 'asked' && codeOf(REFUSALS, reason?.condition));
  if (code === ErrorCode.BUSY && reason?.text === BEING_CALLED_TEXT)
    return failed(ErrorCode.CALLEE_BEING_CALLED, detail);
  if (code) return failed(code, detail);
  if (phase === 'asked') return failed(ErrorCode.DECLINED, detail);
  return phase === 'asking' ? CANCELLED : REMOTE_HANG_UP;
}

/** How a call ends that never got beyond its messages. `reason` is the peer's, `condition` that of a bounce. */
export function endingOfJmi(outcome: JmiOutcome, reason: Reason | undefined, condition = 'no condition'): Ending {
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
    case 'rejected-elsewhere':
      return REJECTED;
    case 'undeliverable': {
      const nobody = NOBODY.includes(condition);
      return failed(nobody ? ErrorCode.CALLEE_UNKNOWN : ErrorCode.CALLEE_UNAVAILABLE, `bounced: ${condition}`);
    }
  }
}

/** How a call ends whose session-initiate or session-accept the peer answered with an error. */
export function endingOfIqError({ condition, application }: IqError): Ending {
  const known = application === 'unknown-session' ? undefined : codeOf(IQ_ERRORS, condition);
  const code = codeOf(IQ_ERRORS, application) ?? known ?? ErrorCode.PEER_FAILED;
  return failed(code, `peer answered ${condition} ${application ?? ''}`.trim());
}

/** A peer's description that cannot be negotiated: what the page and the peer are told. */
export function problemOf(fault: Fault): [Ending, ReasonCondition] {
  const reason = fault.reason ?? (fault.jingle === 'security-required' ? 'security-error' : 'failed-application');
  const code = reason === 'security-error' ? ErrorCode.SECURITY_FAILED : ErrorCode.INCOMPATIBLE;
  return [failed(code, fault.text), reason];
}

/** The reason that the peer is given when the page cannot go on. */
export function reasonOf(code: ErrorCode): ReasonCondition {
  switch (code) {
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
      return REASONS.find(([known]) => known === code)?.[1] ?? 'general-error';
  }
}
