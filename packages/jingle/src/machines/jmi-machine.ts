import type { ReasonCondition } from '../model.js';
import { each, move } from './machine.js';
import type { Machine, Row } from './machine.js';

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
  | 'withdraw'
  | 'receive propose'
  | 'receive stale propose'
  | 'receive propose while busy'
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
  /** Both proposed at once, and ours is lower: this one is the peer's. */
  | 'receive propose that lost a tie'
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
  | 'rejected'
  | 'rejected-elsewhere'
  | 'undeliverable'
  | 'withdrawn';

export type JmiEffect =
  | {
      readonly do: 'send';
      readonly message: 'propose' | 'ringing' | 'proceed' | 'accept' | 'reject' | 'retract' | 'finish';
      /** `given`: the reason with which the session ended. */
      readonly reason?: ReasonCondition | 'given';
      readonly tieBreak?: true;
      readonly migrated?: true;
    }
  | {
      readonly do: 'start-timer' | 'stop-timer';
      readonly timer: 'settle' | 'ring';
    }
  /** Tell the user of an incoming call. */
  | { readonly do: 'announce' }
  /** A device of the callee rings. */
  | { readonly do: 'alert' }
  /** Send session-initiate to the device that proceeds. */
  | { readonly do: 'initiate' }
  /** Expect session-initiate from the device that proposed. */
  | { readonly do: 'await-initiate' }
  | { readonly do: 'end'; readonly outcome: JmiOutcome };

const JMI_EVENTS: readonly JmiEvent[] = [
  'propose',
  'accept',
  'withdraw',
  'receive propose',
  'receive stale propose',
  'receive propose while busy',
  'receive ringing',
  'receive proceed',
  'receive reject',
  'receive retract',
  'receive finish',
  'receive error',
  'own device answered',
  'own device rejected',
  'tie lost',
  'receive propose that lost a tie',
  'receive migration',
  'settled',
  'ring timeout',
  'session over',
  'drop',
];

const send = (message: Extract<JmiEffect, { do: 'send' }>['message'], reason?: ReasonCondition | 'given'): JmiEffect =>
  reason ? { do: 'send', message, reason } : { do: 'send', message };
const end = (outcome: JmiOutcome): JmiEffect => ({ do: 'end', outcome });
const to = (state: JmiState, ...effects: readonly JmiEffect[]) => move<JmiState, JmiEffect>(state, ...effects);
const startRing: JmiEffect = { do: 'start-timer', timer: 'ring' };
const stopRing: JmiEffect = { do: 'stop-timer', timer: 'ring' };
const stopSettle: JmiEffect = { do: 'stop-timer', timer: 'settle' };

/** What the peer may say to a caller until a device proceeds. */
const waiting: Row<JmiState, JmiEvent, JmiEffect, never> = {
  'receive proceed': to('agreed', stopRing, { do: 'initiate' }),
  'receive reject': to('ended', stopRing, end('refused')),
  'receive finish': to('ended', stopRing, end('refused')),
  'ring timeout': to('ended', send('retract', 'expired'), end('no-answer')),
  withdraw: to('ended', stopRing, send('retract', 'cancel'), end('withdrawn')),
  'session over': to('ended', stopRing, send('retract', 'cancel')),
  'tie lost': to(
    'ended',
    stopRing,
    { do: 'send', message: 'retract', reason: 'expired', tieBreak: true },
    end('cancelled'),
  ),
  drop: to('ended', stopRing),
};

/** The Jingle session speaks now; JMI only closes the books. */
function underway(state: 'agreed' | 'proceeding'): Row<JmiState, JmiEvent, JmiEffect, never> {
  return {
    'receive finish': to('ended', end('hung-up')),
    // A caller that gave up while proceed was on its way.
    'receive retract': to('ended', end('hung-up')),
    'receive migration': to('ended', end('migrated'), {
      do: 'send',
      message: 'finish',
      reason: 'expired',
      migrated: true,
    }),
    'receive error': to('ended', end('undeliverable')),
    // The first device that proceeds has the call; what the others say comes too late.
    'receive proceed': to(state),
    'receive reject': to(state),
    'receive ringing': to(state),
    'receive propose': to(state),
    'own device answered': to(state),
    'own device rejected': to(state),
    'session over': to('ended', send('finish', 'given')),
    drop: to('ended'),
  };
}

export const jmiMachine: Machine<JmiState, JmiEvent, JmiEffect> = {
  title: 'Jingle Message Initiation (XEP-0353)',
  initial: 'idle',
  final: 'ended',
  events: JMI_EVENTS,
  describe: describeEffect,
  table: {
    idle: {
      propose: to('proposed', send('propose'), startRing),
      'receive propose': to('screening', {
        do: 'start-timer',
        timer: 'settle',
      }),
      'receive stale propose': to('ended'),
      'receive propose while busy': to('ended', send('reject', 'busy')),
      'receive propose that lost a tie': to('ended', {
        do: 'send',
        message: 'reject',
        reason: 'expired',
        tieBreak: true,
      }),
      withdraw: to('ended', end('withdrawn')),
      'session over': to('ended'),
      drop: to('ended'),
    },
    proposed: {
      ...waiting,
      'receive ringing': to('alerting', { do: 'alert' }),
      'receive error': to('ended', stopRing, end('undeliverable')),
    },
    alerting: {
      ...waiting,
      'receive ringing': to('alerting'),
      // One device cannot be reached; another one rings.
      'receive error': to('alerting'),
    },
    screening: {
      settled: to('ringing', { do: 'announce' }, send('ringing'), startRing),
      'receive propose': to('screening'),
      'receive retract': to('ended', stopSettle, end('cancelled')),
      'receive finish': to('ended', stopSettle, end('cancelled')),
      'receive migration': to('ended', stopSettle, end('cancelled')),
      'own device answered': to('ended', stopSettle, end('answered-elsewhere')),
      'own device rejected': to('ended', stopSettle, end('rejected-elsewhere')),
      'session over': to('ended', stopSettle),
      drop: to('ended', stopSettle),
    },
    ringing: {
      accept: to('proceeding', stopRing, send('proceed'), send('accept'), {
        do: 'await-initiate',
      }),
      withdraw: to('ended', stopRing, send('reject', 'decline'), end('rejected')),
      'receive propose': to('ringing'),
      'receive retract': to('ended', stopRing, end('cancelled')),
      'receive finish': to('ended', stopRing, end('cancelled')),
      // The caller starts over: what rings is its new propose.
      'receive migration': to('ended', stopRing, end('cancelled')),
      'receive error': to('ringing'),
      'own device answered': to('ended', stopRing, end('answered-elsewhere')),
      'own device rejected': to('ended', stopRing, end('rejected-elsewhere')),
      'ring timeout': to('ended', end('cancelled')),
      'session over': to('ended', stopRing, send('reject', 'given')),
      drop: to('ended', stopRing),
    },
    agreed: {
      ...underway('agreed'),
      // Without a session yet there is nothing to finish, and a retract is what every client understands.
      withdraw: to('ended', send('retract', 'cancel'), end('withdrawn')),
    },
    proceeding: {
      ...underway('proceeding'),
      withdraw: to('ended', send('finish', 'given'), end('withdrawn')),
    },
    ended: {
      ...each(
        JMI_EVENTS.filter((event) => event.startsWith('receive ') || event.startsWith('own device ')),
        to('ended'),
      ),
      'session over': to('ended'),
      withdraw: to('ended'),
      'ring timeout': to('ended'),
      settled: to('ended'),
      drop: to('ended'),
    },
  },
};

function describeEffect(effect: JmiEffect): string {
  switch (effect.do) {
    case 'send': {
      const details = [effect.reason, effect.tieBreak && 'tie-break', effect.migrated && 'migrated'].filter(Boolean);
      return `send ${effect.message}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
    }
    case 'start-timer':
    case 'stop-timer':
      return `${effect.do.replace('-timer', '')} ${effect.timer} timer`;
    case 'end':
      return `end: ${effect.outcome}`;
    case 'announce':
    case 'alert':
    case 'initiate':
    case 'await-initiate':
      return effect.do;
  }
}
