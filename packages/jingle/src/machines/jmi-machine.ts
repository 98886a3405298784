import { readMachine } from './machine.js';

/**
 * Who wants to talk, before and around the Jingle session (XEP-0353 §3).
 *
 * `proposed` and `alerting` are the caller's side: alerting once a device is known to ring. `screening` and `ringing` are the
 * callee's: nothing is shown while screening, so that a propose whose retract is already on its way never rings. One device
 * proceeds and the session takes over: `agreed` for the caller, `proceeding` for that device.
 */
export type JmiState = 'idle' | 'proposed' | 'alerting' | 'screening' | 'ringing' | 'agreed' | 'proceeding' | 'ended';

export type JmiEvent =
  | 'propose'
  | 'accept'
  /** The user takes the call back, or rejects it. */
  | 'withdraw'
  | 'receive propose'
  | 'receive ringing'
  | 'receive proceed'
  | 'receive reject'
  | 'receive retract'
  | 'receive finish'
  | 'receive error'
  /** A carbon of what another of our own devices answered. */
  | 'own device answered'
  | 'own device rejected'
  /** Both proposed at once, and the peer's id is lower. */
  | 'tie lost'
  /** The peer proposes anew, from another device or a reloaded page: this call is orphaned. */
  | 'receive migration'
  | 'settled'
  | 'ring timeout'
  /** The Jingle session is over, or there will be none. */
  | 'session over'
  /** Our own stream has a new address: nothing can be said in this call any more. */
  | 'drop';

export type JmiOutcome =
  | 'answered-elsewhere'
  | 'cancelled'
  | 'hung-up'
  | 'migrated'
  | 'no-answer'
  | 'refused'
  | 'rejected-elsewhere'
  | 'undeliverable';

/** What is sent. After the message its reason (`given`: the one with which the session ended) and what else it says. */
export type JmiSending =
  | 'send propose'
  | 'send ringing'
  | 'send proceed'
  | 'send accept'
  | 'send reject decline'
  | 'send reject given'
  | 'send retract cancel'
  | 'send retract expired'
  | 'send retract expired tie-break'
  | 'send finish given'
  | 'send finish expired migrated';

export type JmiEffect =
  | JmiSending
  | `${'start' | 'stop'} ${'settle' | 'ring'}`
  /** Tell the user of an incoming call. */
  | 'announce'
  /** A device of the callee rings. */
  | 'alert'
  /** Send session-initiate to the device that proceeds. */
  | 'initiate'
  /** Expect session-initiate from the device that proposed. */
  | 'await-initiate'
  | `end ${JmiOutcome}`;

// An error while alerting: one device cannot be reached, another one rings. A retract once agreed: from a caller that gave up
// while proceed was on its way. A proceed or reject then: the first device that proceeds has the call, the others come too
// late. A withdrawal then: without a session yet there is nothing to finish, and a retract is what every client understands.
export const jmiMachine = readMachine<JmiState, JmiEvent, JmiEffect>(
  'invitation',
  'idle',
  'ended',
  `
idle | propose | proposed | send propose, start ring
idle | receive propose | screening | start settle
idle | withdraw, session over, drop | ended
proposed | receive ringing | alerting | alert
proposed | receive error | ended | stop ring, end undeliverable
alerting | receive ringing | = | alert
alerting | receive error | =
proposed, alerting | receive proceed | agreed | stop ring, initiate
proposed, alerting | receive reject, receive finish | ended | stop ring, end refused
proposed, alerting | ring timeout | ended | send retract expired, end no-answer
proposed, alerting | withdraw, session over | ended | stop ring, send retract cancel
proposed, alerting | tie lost | ended | stop ring, send retract expired tie-break, end cancelled
screening | settled | ringing | announce, send ringing, start ring
screening | receive retract, receive finish, receive migration | ended | stop settle, end cancelled
screening | own device answered | ended | stop settle, end answered-elsewhere
screening | own device rejected | ended | stop settle, end rejected-elsewhere
screening | session over, drop | ended | stop settle
ringing | accept | proceeding | stop ring, send proceed, send accept, await-initiate
ringing | withdraw | ended | stop ring, send reject decline
ringing | receive error | =
ringing | receive retract, receive finish, receive migration | ended | stop ring, end cancelled
ringing | own device answered | ended | stop ring, end answered-elsewhere
ringing | own device rejected | ended | stop ring, end rejected-elsewhere
ringing | ring timeout | ended | end cancelled
ringing | session over | ended | stop ring, send reject given
proposed, alerting, ringing | drop | ended | stop ring
agreed, proceeding | receive finish, receive retract | ended | end hung-up
agreed, proceeding | receive migration | ended | end migrated, send finish expired migrated
agreed, proceeding | receive error | ended | end undeliverable
agreed, proceeding | receive proceed, receive reject, receive ringing | =
agreed, proceeding | own device answered, own device rejected | =
agreed | withdraw | ended | send retract cancel
agreed, proceeding | session over | ended | send finish given
agreed, proceeding | drop | ended
ended | withdraw, session over, drop | =`,
);
