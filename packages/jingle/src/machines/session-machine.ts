import type { JingleAction } from '../model.js';
import type { Fault } from '../result.js';
import { readMachine } from './machine.js';

/**
 * One Jingle session as one side sees it (XEP-0166 §6). `inviting` and `invited` are the XEP's PENDING, as initiator and as
 * responder.
 */
export type SessionState = 'none' | 'inviting' | 'invited' | 'active' | 'ended';

export type SessionEvent = `receive ${JingleAction}` | `send ${JingleAction}`;

/** What a received action asks of the owner of the session, after its IQ was answered with a result. */
export type SessionEffect =
  | 'take-offer'
  | 'take-answer'
  | 'take-candidates'
  | 'take-info'
  /** content-add, content-modify or content-remove. */
  | 'take-change'
  | 'take-content-answer'
  | 'take-content-refusal'
  | 'refuse-transport'
  | 'end-by-peer';

/** Why a received action is answered with an error. */
export type SessionRefusal = 'out-of-order' | 'unknown-session';

// XEP-0166 §6.4: until acceptance everything but the acceptance itself is open to both sides. Answers to contents without an
// offer of ours are remnants of a lost race, and harmless.
export const sessionMachine = readMachine<SessionState, SessionEvent, SessionEffect>(
  'session',
  'none',
  'ended',
  `
none | receive session-initiate | invited | take-offer
none | send session-initiate | inviting
inviting | receive session-accept | active | take-answer
invited | send session-accept | active
inviting, invited, active | receive content-add, receive content-modify, receive content-remove | = | take-change
inviting, invited, active | receive description-info, receive security-info | =
inviting, invited, active | receive session-info | = | take-info
inviting, invited, active | receive transport-info | = | take-candidates
inviting, invited, active | receive transport-replace | = | refuse-transport
inviting, invited, active | send session-info, send transport-info, send transport-reject | =
active | receive content-accept | = | take-content-answer
active | receive content-reject | = | take-content-refusal
invited, active | send content-reject | =
active | send content-accept, send content-add, send content-modify, send content-remove | =
inviting, invited, active | receive session-terminate | ended | end-by-peer
inviting, invited, active | send session-terminate | ended`,
);

/**
 * What an action that the table does not list is answered with. XEP-0166 §6.7: whoever sent session-terminate has ended at
 * once, whatever the peer says afterwards.
 */
export function refusalIn(state: SessionState): SessionRefusal {
  return state === 'none' || state === 'ended' ? 'unknown-session' : 'out-of-order';
}

/** The IQ error of XEP-0166 §12 for a refused action. */
export function faultOf(jingle: SessionRefusal): Fault {
  return jingle === 'out-of-order'
    ? { condition: 'unexpected-request', jingle, text: 'not in this state' }
    : { condition: 'item-not-found', jingle, text: 'no such session' };
}

/** XEP-0166 §6.3 and §7.2.16: the other side started the same thing at the same time and wins. */
export const TIE_BREAK: Fault = {
  condition: 'conflict',
  jingle: 'tie-break',
  text: 'the other offer wins',
};
