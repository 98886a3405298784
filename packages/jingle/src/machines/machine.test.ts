import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { callMachine } from './call-machine.js';
import { jmiMachine } from './jmi-machine.js';
import type { JmiEvent } from './jmi-machine.js';
import { transition } from './machine.js';
import type { Machine } from './machine.js';
import { offerMachine } from './offer-machine.js';
import type { OfferEvent } from './offer-machine.js';
import { faultOf, refusalIn, sessionMachine } from './session-machine.js';
import type { SessionEvent, SessionState } from './session-machine.js';
import { CALL, JINGLE_ACTIONS, JMI, OFFER, SESSION } from './vocabulary.testing.js';
import type { Vocabulary } from './vocabulary.testing.js';

/** Runs events and gives the effects; an event in error leaves the state. */
function run<State extends string, Event extends string, Effect extends string>(
  machine: Machine<State, Event, Effect>,
  events: readonly Event[],
  from: State = machine.initial,
): { state: State; effects: Effect[]; errors: string[] } {
  let state = from;
  const effects: Effect[] = [];
  const errors: string[] = [];
  for (const event of events) {
    const next = transition(machine, state, event);
    if ('error' in next) {
      errors.push(next.error);
      continue;
    }
    state = next.to;
    effects.push(...next.effects);
  }
  return { state, effects, errors };
}

function everyMachine(
  check: <S extends string, E extends string, F extends string>(
    machine: Machine<S, E, F>,
    words: { readonly states: readonly S[]; readonly events: readonly E[]; readonly effects: readonly F[] },
  ) => void,
) {
  const lists = <S extends string, E extends string, F extends string>(words: Vocabulary<S, E, F>) => ({
    states: Object.keys(words.states) as S[],
    events: Object.keys(words.events) as E[],
    effects: Object.keys(words.effects) as F[],
  });
  check(callMachine, lists(CALL));
  check(jmiMachine, lists(JMI));
  check(sessionMachine, lists(SESSION));
  check(offerMachine, lists(OFFER));
}

describe('every machine', () => {
  it('stays in a defined state under any sequence of events, and its effects are defined', () => {
    everyMachine((machine, words) => {
      const states = new Set<string>(words.states);
      const known = new Set<string>(words.effects);
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...words.events), { maxLength: 40 }), (events) => {
          const { state, effects, errors } = run(machine, events);
          assert.ok(states.has(state));
          for (const effect of effects) assert.ok(known.has(effect), effect);
          for (const error of errors) assert.equal(error, 'unlisted-event');
        }),
      );
    });
  });

  it('answers every pair of state and event with a move to one of its states or an error with a name', () => {
    everyMachine((machine, { states, events }) => {
      for (const state of states) {
        for (const event of events) {
          const next = transition(machine, state, event);
          if ('error' in next) assert.ok(next.error.length > 0);
          else assert.ok(states.includes(next.to), `${machine.name}: ${state} x ${event}`);
        }
      }
    });
  });

  it('names in its rules what its types declare, all of it and nothing else', () => {
    everyMachine((machine, words) => {
      const rows = [...machine.table];
      const moves = rows.flatMap(([, row]) => [...row.values()]);
      const sorted = (list: readonly string[]) => [...new Set(list)].sort();
      assert.deepEqual(sorted([...rows.map(([state]) => state), ...moves.map(({ to }) => to)]), sorted(words.states));
      assert.deepEqual(sorted(moves.flatMap(({ effects }) => effects)), sorted(words.effects));
      const events = sorted(rows.flatMap(([, row]) => [...row.keys()]));
      // An action that nobody may send or take is an error in every state.
      const declared = words.events.filter((event) => events.includes(event) || !/^(receive|send) /.test(event));
      assert.deepEqual(events, sorted(declared));
    });
  });

  it('never leaves its final state, where nothing has an effect', () => {
    everyMachine((machine, { events }) => {
      for (const event of events) {
        const next = transition(machine, machine.final, event);
        if ('error' in next) continue;
        assert.equal(next.to, machine.final);
        assert.deepEqual(next.effects, []);
      }
    });
  });

  it('can reach its final state from every state', () => {
    everyMachine((machine, { states, events }) => {
      for (const start of states) {
        const seen = new Set([start]);
        for (const state of seen) {
          for (const event of events) {
            const next = transition(machine, state, event);
            if (!('error' in next)) seen.add(next.to);
          }
        }
        assert.ok(seen.has(machine.final), `${machine.name}: ${start}`);
      }
    });
  });

  it('names an unlisted event', () => {
    assert.deepEqual(transition(callMachine, 'calling', 'media connected'), {
      error: 'unlisted-event',
      machine: 'call',
      state: 'calling',
      event: 'media connected',
    });
  });
});

describe('Jingle session machine', () => {
  const after = (events: SessionEvent[]) => run(sessionMachine, events).state;
  const errorOf = (state: SessionState, event: SessionEvent) => {
    const next = transition(sessionMachine, state, event);
    return 'error' in next ? refusalIn(state) : undefined;
  };

  it('goes from an invitation to an accepted session to its end, on both sides', () => {
    assert.equal(after(['send session-initiate', 'receive session-accept']), 'active');
    assert.equal(after(['receive session-initiate', 'send session-accept']), 'active');
    assert.equal(after(['receive session-initiate', 'send session-accept', 'receive session-terminate']), 'ended');
    assert.equal(after(['send session-initiate', 'send session-terminate']), 'ended');
  });

  it('has an answer for every action in every state: a move or a fault of XEP-0166', () => {
    for (const state of Object.keys(SESSION.states) as SessionState[]) {
      for (const action of JINGLE_ACTIONS) {
        const refusal = errorOf(state, `receive ${action}`);
        if (refusal) assert.equal(faultOf(refusal).jingle, refusal);
      }
    }
  });

  it('knows no session before the first initiate and after the end', () => {
    for (const action of JINGLE_ACTIONS) {
      assert.equal(errorOf('ended', `receive ${action}`), 'unknown-session');
      if (action !== 'session-initiate') assert.equal(errorOf('none', `receive ${action}`), 'unknown-session');
    }
  });

  it('calls a second accept, an accept by the initiator and a second initiate out of order', () => {
    assert.equal(errorOf('active', 'receive session-accept'), 'out-of-order');
    assert.equal(errorOf('invited', 'receive session-accept'), 'out-of-order');
    assert.equal(errorOf('invited', 'receive session-initiate'), 'out-of-order');
    assert.equal(errorOf('active', 'receive session-initiate'), 'out-of-order');
  });

  it('takes candidates, information and new contents while pending', () => {
    for (const state of ['inviting', 'invited'] as const) {
      for (const action of [
        'transport-info',
        'session-info',
        'description-info',
        'content-add',
        'content-modify',
      ] as const) {
        assert.equal(errorOf(state, `receive ${action}`), undefined);
      }
    }
  });
});

describe('JMI machine', () => {
  const effectsOf = (events: JmiEvent[]) => run(jmiMachine, events).effects;

  it('proposes, takes ringing, and initiates to the device that proceeds', () => {
    assert.deepEqual(
      effectsOf(['propose', 'receive ringing', 'receive ringing', 'receive proceed', 'receive proceed']),
      ['send propose', 'start ring', 'alert', 'alert', 'stop ring', 'initiate'],
    );
  });

  it('retracts when nobody answers', () => {
    assert.deepEqual(effectsOf(['propose', 'ring timeout']).slice(2), ['send retract expired', 'end no-answer']);
  });

  it('72: a propose whose retract comes in the same batch is never announced', () => {
    const effects = effectsOf(['receive propose', 'receive retract', 'settled']);
    assert.ok(!effects.includes('announce'));
    assert.deepEqual(effects, ['start settle', 'stop settle', 'end cancelled']);
  });

  it('56: stops ringing when another device of ours proceeds or rejects', () => {
    for (const [event, outcome] of [
      ['own device answered', 'answered-elsewhere'],
      ['own device rejected', 'rejected-elsewhere'],
    ] as const) {
      assert.deepEqual(effectsOf(['receive propose', 'settled', event]).slice(-2), ['stop ring', `end ${outcome}`]);
    }
  });

  it('starts the ring timer in every state that can time out, and stops it on every way out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...(Object.keys(JMI.events) as JmiEvent[])), { maxLength: 20 }),
        (events) => {
          const timers = new Set<string>();
          let state = jmiMachine.initial;
          for (const event of events) {
            if (event === 'ring timeout' && !timers.has('ring')) continue;
            if (event === 'settled' && !timers.has('settle')) continue;
            if (event === 'ring timeout') timers.delete('ring');
            if (event === 'settled') timers.delete('settle');
            const next = transition(jmiMachine, state, event);
            if ('error' in next) continue;
            state = next.to;
            for (const effect of next.effects) {
              if (effect.startsWith('start ')) timers.add(effect.slice(6));
              if (effect.startsWith('stop ')) timers.delete(effect.slice(5));
            }
          }
          if (state === 'ended' || state === 'agreed' || state === 'proceeding' || state === 'idle')
            assert.equal(timers.size, 0);
        },
      ),
    );
  });

  it('ends at most once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...(Object.keys(JMI.events) as JmiEvent[])), { maxLength: 30 }),
        (events) => {
          assert.ok(effectsOf(events).filter((effect) => effect.startsWith('end ')).length <= 1);
        },
      ),
    );
  });
});

describe('offer machine', () => {
  const effectsOf = (events: OfferEvent[]) => run(offerMachine, events).effects;

  it('68: gives the page one exchange at a time', () => {
    assert.deepEqual(effectsOf(['remote offer', 'user accepts', 'remote offer', 'local answer']), [
      'keep-offer',
      'describe-offer',
      'queue-remote-offer',
      'send-answer',
      'next-remote-offer',
    ]);
  });

  it('58: asks for a new offer after losing a tie', () => {
    const first: OfferEvent[] = ['remote offer', 'user accepts', 'local answer'];
    assert.deepEqual(effectsOf([...first, 'local offer', 'tie lost', 'remote offer', 'local answer']).slice(4), [
      'send-offer',
      'want-offer-later',
      'next-remote-offer',
      'describe-offer',
      'send-answer',
      'next-remote-offer',
    ]);
  });

  it('does nothing while the user has not answered but keep what the peer offers', () => {
    for (const event of Object.keys(OFFER.events) as OfferEvent[]) {
      const { state, effects } = run(offerMachine, [event], 'pending');
      if (event === 'user accepts') continue;
      assert.ok(state === 'pending' || state === 'closed', event);
      assert.deepEqual(effects, event === 'remote offer' ? ['keep-offer'] : []);
    }
  });

  it('an offer that gets no answer is void, and what waits comes next', () => {
    const events: OfferEvent[] = ['local offer', 'remote offer', 'offer void', 'remote answer'];
    assert.deepEqual(effectsOf(events), ['send-offer', 'queue-remote-offer', 'void-offer', 'next-remote-offer']);
  });

  it('refuses an offer of the peer that the page does not answer in time, and reads the late answer', () => {
    const first: OfferEvent[] = ['remote offer', 'user accepts', 'local answer', 'remote offer'];
    assert.deepEqual(effectsOf([...first, 'page overdue', 'remote offer', 'local answer']).slice(5), [
      'send-refusal',
      'queue-remote-offer',
      'read-late-answer',
      'next-remote-offer',
    ]);
  });

  it('ignores an answer when nothing was offered', () => {
    assert.deepEqual(effectsOf(['local offer', 'remote answer', 'remote answer']).slice(1), [
      'describe-answer',
      'next-remote-offer',
    ]);
  });
});
