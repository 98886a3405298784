import type { JingleAction } from '../model.js';
import type { CallEffect, CallEvent, CallState } from './call-machine.js';
import type { JmiEffect, JmiEvent, JmiState } from './jmi-machine.js';
import type { OfferEffect, OfferEvent, OfferState } from './offer-machine.js';
import type { SessionEffect, SessionEvent, SessionState } from './session-machine.js';

/** All words of a machine's types: the compiler sees that none is missing. */
export interface Vocabulary<State extends string, Event extends string, Effect extends string> {
  readonly states: Readonly<Record<State, true>>;
  readonly events: Readonly<Record<Event, true>>;
  readonly effects: Readonly<Record<Effect, true>>;
}

const ACTIONS: Readonly<Record<JingleAction, true>> = {
  'content-accept': true,
  'content-add': true,
  'content-modify': true,
  'content-reject': true,
  'content-remove': true,
  'description-info': true,
  'security-info': true,
  'session-accept': true,
  'session-info': true,
  'session-initiate': true,
  'session-terminate': true,
  'transport-accept': true,
  'transport-info': true,
  'transport-reject': true,
  'transport-replace': true,
};

export const JINGLE_ACTIONS = Object.keys(ACTIONS) as readonly JingleAction[];

export const CALL: Vocabulary<CallState, CallEvent, CallEffect> = {
  states: {
    calling: true,
    ringing: true,
    incoming: true,
    connecting: true,
    active: true,
    reconnecting: true,
    ended: true,
  },
  events: {
    alert: true,
    agree: true,
    'media connected': true,
    'media disconnected': true,
    'media failed': true,
    'signaling lost': true,
    end: true,
  },
  effects: {
    report: true,
    'watch-connecting': true,
    'watch-reconnecting': true,
    'stop-watching': true,
    'restart-ice': true,
    'give-up': true,
    drop: true,
    'go-on-alone': true,
  },
};

export const JMI: Vocabulary<JmiState, JmiEvent, JmiEffect> = {
  states: {
    idle: true,
    proposed: true,
    alerting: true,
    screening: true,
    ringing: true,
    agreed: true,
    proceeding: true,
    ended: true,
  },
  events: {
    propose: true,
    accept: true,
    withdraw: true,
    'receive propose': true,
    'receive ringing': true,
    'receive proceed': true,
    'receive reject': true,
    'receive retract': true,
    'receive finish': true,
    'receive error': true,
    'own device answered': true,
    'own device rejected': true,
    'tie lost': true,
    'receive migration': true,
    settled: true,
    'ring timeout': true,
    'session over': true,
    drop: true,
  },
  effects: {
    'send propose': true,
    'send ringing': true,
    'send proceed': true,
    'send accept': true,
    'send reject decline': true,
    'send reject given': true,
    'send retract cancel': true,
    'send retract expired': true,
    'send retract expired tie-break': true,
    'send finish given': true,
    'send finish expired migrated': true,
    'start settle': true,
    'start ring': true,
    'stop settle': true,
    'stop ring': true,
    announce: true,
    alert: true,
    initiate: true,
    'await-initiate': true,
    'end answered-elsewhere': true,
    'end cancelled': true,
    'end hung-up': true,
    'end migrated': true,
    'end no-answer': true,
    'end refused': true,
    'end rejected-elsewhere': true,
    'end undeliverable': true,
  },
};

export const OFFER: Vocabulary<OfferState, OfferEvent, OfferEffect> = {
  states: {
    idle: true,
    pending: true,
    offering: true,
    answering: true,
    overdue: true,
    stable: true,
    closed: true,
  },
  events: {
    'user accepts': true,
    'local offer': true,
    'local answer': true,
    'local refusal': true,
    'page overdue': true,
    'remote offer': true,
    'remote answer': true,
    'remote refusal': true,
    'offer void': true,
    'tie lost': true,
    close: true,
  },
  effects: {
    'keep-offer': true,
    'send-offer': true,
    'send-answer': true,
    'send-refusal': true,
    'describe-offer': true,
    'describe-answer': true,
    'describe-refusal': true,
    'void-offer': true,
    'read-late-answer': true,
    'read-late-refusal': true,
    'queue-remote-offer': true,
    'next-remote-offer': true,
    'want-offer-later': true,
  },
};

export const SESSION: Vocabulary<SessionState, SessionEvent, SessionEffect> = {
  states: {
    none: true,
    inviting: true,
    invited: true,
    active: true,
    ended: true,
  },
  events: Object.fromEntries(
    JINGLE_ACTIONS.flatMap((action) => [
      [`receive ${action}`, true],
      [`send ${action}`, true],
    ]),
  ) as Record<SessionEvent, true>,
  effects: {
    'take-offer': true,
    'take-answer': true,
    'take-candidates': true,
    'take-info': true,
    'take-change': true,
    'take-content-answer': true,
    'take-content-refusal': true,
    'refuse-transport': true,
    'end-by-peer': true,
  },
};
