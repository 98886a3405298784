import type { JingleAction } from '../model.js';
import type { Fault } from '../result.js';
import { each, move, refuse } from './machine.js';
import type { Machine, Row } from './machine.js';

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
  | 'take-added-contents'
  | 'take-content-answer'
  | 'take-content-refusal'
  | 'take-modification'
  | 'take-removal'
  | 'refuse-transport'
  | 'end-by-peer';

/** Why a received action is answered with an error. */
export type SessionRefusal = 'out-of-order' | 'unknown-session';

export const JINGLE_ACTIONS: readonly JingleAction[] = [
  'content-accept',
  'content-add',
  'content-modify',
  'content-reject',
  'content-remove',
  'description-info',
  'security-info',
  'session-accept',
  'session-info',
  'session-initiate',
  'session-terminate',
  'transport-accept',
  'transport-info',
  'transport-reject',
  'transport-replace',
];

type SessionRow = Row<SessionState, SessionEvent, SessionEffect, SessionRefusal>;

const receiveAny = JINGLE_ACTIONS.map((action): SessionEvent => `receive ${action}`);

/** XEP-0166 §6.4: until acceptance everything but the acceptance itself is open to both sides. */
function open(state: 'inviting' | 'invited' | 'active'): SessionRow {
  return {
    ...each(receiveAny, refuse('out-of-order')),
    'receive content-add': move(state, 'take-added-contents'),
    'receive content-modify': move(state, 'take-modification'),
    'receive content-remove': move(state, 'take-removal'),
    'receive description-info': move(state),
    'receive security-info': move(state),
    'receive session-info': move(state, 'take-info'),
    'receive session-terminate': move('ended', 'end-by-peer'),
    'receive transport-info': move(state, 'take-candidates'),
    'receive transport-replace': move(state, 'refuse-transport'),
    'send session-info': move(state),
    'send session-terminate': move('ended'),
    'send transport-info': move(state),
    'send transport-reject': move(state),
  };
}

export const sessionMachine: Machine<SessionState, SessionEvent, SessionEffect, SessionRefusal> = {
  title: 'Jingle session (XEP-0166)',
  initial: 'none',
  final: 'ended',
  events: JINGLE_ACTIONS.flatMap((action): SessionEvent[] => [`receive ${action}`, `send ${action}`]),
  describe: (effect) => effect,
  table: {
    none: {
      ...each(receiveAny, refuse('unknown-session')),
      'receive session-initiate': move('invited', 'take-offer'),
      'send session-initiate': move('inviting'),
    },
    inviting: {
      ...open('inviting'),
      'receive session-accept': move('active', 'take-answer'),
    },
    invited: {
      ...open('invited'),
      'send session-accept': move('active'),
    },
    active: {
      ...open('active'),
      // Without an offer of ours on its way they are remnants of a lost race, and harmless.
      'receive content-accept': move('active', 'take-content-answer'),
      'receive content-reject': move('active', 'take-content-refusal'),
      'send content-accept': move('active'),
      'send content-add': move('active'),
      'send content-modify': move('active'),
      'send content-reject': move('active'),
    },
    ended: {
      // XEP-0166 §6.7: whoever sent session-terminate has ended at once, whatever the peer says afterwards.
      ...each(receiveAny, refuse('unknown-session')),
    },
  },
};

/** The IQ error of XEP-0166 §12 for a refused action. */
export function faultOf(refusal: SessionRefusal): Fault {
  switch (refusal) {
    case 'out-of-order':
      return {
        condition: 'unexpected-request',
        jingle: 'out-of-order',
        text: 'not in this state of the session',
      };
    case 'unknown-session':
      return {
        condition: 'item-not-found',
        jingle: 'unknown-session',
        text: 'no such session',
      };
  }
}

/** XEP-0166 §6.3 and §7.2.16: the other side started the same thing at the same time and wins. */
export const TIE_BREAK: Fault = {
  condition: 'conflict',
  jingle: 'tie-break',
  text: 'the other offer wins',
};
