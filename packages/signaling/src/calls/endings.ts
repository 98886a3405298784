import { NS } from '@xmpp-call/jingle';
import type { Fault, JmiOutcome, Reason, ReasonCondition } from '@xmpp-call/jingle';
import type { EndReason, ErrorCode } from './page-events.js';
import type { IqError } from '../stanza-stream.js';
import { BEING_CALLED_TEXT } from './admission.js';

/** Why a call is over, for the page. */
export interface Ending {
  readonly reason: EndReason;
  readonly failure?: { readonly code: ErrorCode; readonly detail: string };
  /** What the peer says about it. */
  readonly text?: string | undefined;
}

/** Characters of a text about the end of a call, either way. */
const MAX_TEXT = 300;

/** A text about the end of a call, bounded. */
export function boundedText(text: string | undefined): string | undefined {
  const bounded = text
    ?.slice(0, MAX_TEXT)
    .trim()
    .replace(/[\ud800-\udbff]$/, '');
  return bounded === '' ? undefined : bounded;
}

export const LOCAL_HANG_UP: Ending = { reason: 'local-hang-up' };
export const REMOTE_HANG_UP: Ending = { reason: 'remote-hang-up' };
export const REJECTED: Ending = { reason: 'rejected-locally' };
export const CANCELLED: Ending = { reason: 'cancelled' };
export const SIGNALING_LOST = failed('signaling-lost', 'the XMPP session was lost');

export function failed(code: ErrorCode, detail: string): Ending {
  return { reason: 'error', failure: { code, detail } };
}

/** The same ending of a call whose media had flowed: its path was there, whatever took it away. */
export function afterMedia(ending: Ending): Ending {
  const { code, detail = '' } = ending.failure ?? {};
  const noPath = code === 'connectivity-failed' || code === 'turn-missing';
  return noPath ? { ...ending, ...failed('connection-lost', detail) } : ending;
}

/**
 * How far a call has come when its peer ends it. `asked`: ours, not answered; `asking`: the peer's, not answered; `agreed`:
 * answered.
 */
export type Phase = 'asked' | 'asking' | 'agreed';

type Codes<Name extends string = string> = readonly (readonly [ErrorCode, ...names: Name[]])[];

/** XEP-0166 §7.4: what a reason says at any time, and, by its first name, how we say it. */
const REASONS: Codes<ReasonCondition> = [
  ['security-failed', 'security-error'],
  [
    'incompatible',
    'failed-application',
    'incompatible-parameters',
    'unsupported-applications',
    'unsupported-transports',
  ],
  ['connectivity-failed', 'connectivity-error', 'failed-transport'],
  ['peer-failed', 'general-error', 'media-error'],
];
/** What a reason says before a call of ours was answered. */
const REFUSALS: Codes<ReasonCondition> = [
  ['busy', 'busy'],
  ['no-answer', 'timeout', 'expired'],
  ['callee-unavailable', 'gone'],
];
/** Conditions of an IQ that was refused or got lost: XEP-0166 §12 and RFC 6120 §8.3.3. */
const IQ_ERRORS: Codes = [
  ['security-failed', 'security-required'],
  ['signaling-lost', 'disconnected'],
  ['incompatible', 'bad-request', 'feature-not-implemented', 'not-acceptable'],
  [
    'callee-unavailable',
    'gone',
    'item-not-found',
    'recipient-unavailable',
    'remote-server-not-found',
    'remote-server-timeout',
    'service-unavailable',
    'timeout',
  ],
  ['busy', 'resource-constraint'],
];
/** Conditions of a message that bounced from an address that is nobody's. */
const NOBODY = ['gone', 'item-not-found', 'jid-malformed', 'remote-server-not-found'];

function codeOf(codes: Codes, name: string | undefined): ErrorCode | undefined {
  return codes.find(([, ...names]) => names.some((one) => one === name))?.[0];
}

/** What a peer's reason means in a phase. Peers that give none mean the ordinary end of that phase. */
export function endingOf(reason: Reason | undefined, phase: Phase): Ending {
  const ending = plainEndingOf(reason, phase);
  const isMark = ending.failure?.code === 'callee-being-called';
  return isMark || !reason?.text ? ending : { ...ending, text: boundedText(reason.text) };
}

function plainEndingOf(reason: Reason | undefined, phase: Phase): Ending {
  // XEP-0251: it has gone over, as this side wished.
  if (reason?.application?.namespace === NS.transfer && phase === 'agreed') return LOCAL_HANG_UP;
  const detail = reason ? `peer: ${reason.condition}` : 'peer gave no reason';
  const code = codeOf(REASONS, reason?.condition) ?? (phase === 'asked' && codeOf(REFUSALS, reason?.condition));
  if (code === 'busy' && reason?.text === BEING_CALLED_TEXT) return failed('callee-being-called', detail);
  if (code) return failed(code, detail);
  if (phase === 'asked') return failed('declined', detail);
  return phase === 'asking' ? CANCELLED : REMOTE_HANG_UP;
}

/** How a call ends that never got beyond its messages. `reason` is the peer's, `condition` that of a bounce. */
export function endingOfJmi(outcome: JmiOutcome, reason: Reason | undefined, condition = 'no condition'): Ending {
  switch (outcome) {
    case 'answered-elsewhere':
      return { reason: 'answered-elsewhere' };
    case 'cancelled':
      return CANCELLED;
    case 'hung-up':
      return endingOf(reason, 'agreed');
    case 'migrated':
      return REMOTE_HANG_UP;
    case 'no-answer':
      return failed('no-answer', 'nobody answered in time');
    case 'refused':
      return endingOf(reason, 'asked');
    case 'rejected-elsewhere':
      return REJECTED;
    case 'undeliverable': {
      const nobody = NOBODY.includes(condition);
      return failed(nobody ? 'callee-unknown' : 'callee-unavailable', `bounced: ${condition}`);
    }
  }
}

/** How a call ends whose session-initiate or session-accept the peer answered with an error. */
export function endingOfIqError({ condition, application }: IqError): Ending {
  const known = application === 'unknown-session' ? undefined : codeOf(IQ_ERRORS, condition);
  const code = codeOf(IQ_ERRORS, application) ?? known ?? 'peer-failed';
  return failed(code, `peer answered ${condition} ${application ?? ''}`.trim());
}

/** A peer's description that cannot be negotiated: what the page and the peer are told. */
export function problemOf(fault: Fault): [Ending, ReasonCondition] {
  const reason = fault.reason ?? (fault.jingle === 'security-required' ? 'security-error' : 'failed-application');
  const code = reason === 'security-error' ? 'security-failed' : 'incompatible';
  return [failed(code, fault.text), reason];
}

/** The reason that the peer is given when the page cannot go on. */
export function reasonOf(code: ErrorCode): ReasonCondition {
  switch (code) {
    case 'turn-missing':
      return 'connectivity-error';
    case 'permission-denied':
    case 'device-not-found':
    case 'device-in-use':
    case 'media-failed':
    case 'browser-unsupported':
    case 'insecure-context':
      return 'media-error';
    default:
      return REASONS.find(([known]) => known === code)?.[1] ?? 'general-error';
  }
}
