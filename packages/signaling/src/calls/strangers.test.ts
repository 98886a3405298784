import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { attribute, bareOf, el } from '@xmpp-call/jingle';
import type { Jingle, JmiMessage } from '@xmpp-call/jingle';
import { summary } from './fake-stream.testing.js';
import { parseXml as xml } from '../stream/parse-xml.js';
import { domainOf } from './admission.js';
import { OWN_BARE, PEER_BARE, Peer, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO } from './sdp.testing.js';

/** One of them shares the domain of the peer, one that of ours; the others come in numbers. */
const STRANGERS = [
  'mallory@example.com/x',
  'eve@example.net/phone',
  'trudy@example.org/x',
  ...Array.from({ length: 6 }, (_, index) => `guest${String(index)}@guests.example.com/x`),
  ...Array.from({ length: 6 }, (_, index) => `x@d${String(index)}.example.com/x`),
];

/** What a stranger does. @returns an error of the scenario's, if any */
type Step = (scenario: Scenario) => Promise<unknown>;

const from = fc.constantFrom(...STRANGERS);
/** The session id of the call that is watched among them: a stranger may have learned it. */
const ids = fc.oneof(fc.constantFrom(SID, SID, 'one', 'two'), fc.uuid({ version: 4 }));
const reasons = fc.constantFrom(undefined, { condition: 'success' as const }, { condition: 'gone' as const });

const message: fc.Arbitrary<Step> = fc
  .record({
    kind: fc.constantFrom<JmiMessage['kind']>(
      'propose',
      'propose',
      'ringing',
      'proceed',
      'accept',
      'reject',
      'retract',
      'finish',
    ),
    id: ids,
    from,
    carbon: fc.constantFrom<'none' | 'received'>('none', 'received'),
    to: fc.constantFrom(OWN_BARE, ''),
    reason: reasons,
    tieBreak: fc.boolean(),
  })
  .map(({ kind, id, from: who, carbon, to, reason, tieBreak }): Step => (scenario) => {
    const extra = { carbon, to };
    if (kind === 'propose') return scenario.message({ kind, id, media: ['audio'] }, who, extra);
    if (kind === 'ringing' || kind === 'proceed' || kind === 'accept')
      return scenario.message({ kind, id }, who, extra);
    return scenario.message({ kind, id, tieBreak, ...(reason && { reason }), migratedTo: 'one' }, who, extra);
  });

const ACTIONS: readonly Jingle['action'][] = [
  'session-accept',
  'session-terminate',
  'session-info',
  'content-accept',
  'content-add',
  'content-modify',
  'content-reject',
  'content-remove',
  'description-info',
  'security-info',
  'transport-accept',
  'transport-info',
  'transport-reject',
  'transport-replace',
];

const action: fc.Arbitrary<Step> = fc
  .record({
    action: fc.constantFrom(...ACTIONS),
    sid: ids,
    from,
    sections: fc.constantFrom(AUDIO, AUDIO_VIDEO),
    reason: reasons,
  })
  .map(({ from: who, sections, reason, ...jingle }): Step => async (scenario) => {
    const { contents, groups } = new Peer(scenario, 'initiator').offer(sections);
    const reply = await scenario.jingleFrom({ ...jingle, contents, groups, ...(reason && { reason }) }, who);
    // Of a call with somebody else nothing is told: it does not exist.
    if (jingle.sid === SID) assert.equal(outcome(reply), 'item-not-found unknown-session');
  });

const initiate: fc.Arbitrary<Step> = fc
  .record({ sid: ids, from, sections: fc.constantFrom(AUDIO, AUDIO_VIDEO) })
  .map(({ sid, from: who, sections }): Step => (scenario) => {
    const { contents, groups } = new Peer(scenario, 'initiator').offer(sections);
    return scenario.jingleFrom({ action: 'session-initiate', sid, contents, groups }, who);
  });

const other: fc.Arbitrary<Step> = fc
  .record({
    what: fc.constantFrom('presence', 'unavailable', 'receipt', 'bounce', 'malformed', 'time', 'time'),
    id: ids,
    from,
    ms: fc.nat(700),
  })
  .map(({ what, id, from: who, ms }): Step => async (scenario) => {
    switch (what) {
      case 'presence':
        return scenario.presence(who);
      case 'unavailable':
        return scenario.presence(who, 'unavailable');
      case 'receipt': {
        const received = el('received', { xmlns: 'urn:xmpp:receipts', id: `jm-propose-${id}` });
        scenario.stream.deliverMessage(el('message', { xmlns: 'jabber:client', from: who }, [received]));
        return scenario.turn();
      }
      case 'bounce':
        return scenario.bounce(`jm-${ms % 2 === 0 ? 'propose' : 'proceed'}-${id}`, 'item-not-found', who);
      case 'malformed':
        return scenario.iq(xml(`<jingle xmlns="urn:xmpp:jingle:1" action="session-terminate"/>`), who);
      default:
        return scenario.pass(ms);
    }
  });

/** Rings, where it may, and frees the line again. */
const ringAndCancel: fc.Arbitrary<Step> = fc
  .record({ id: fc.uuid({ version: 4 }), from, direct: fc.boolean(), ms: fc.nat(100) })
  .map(({ id, from: who, direct, ms }): Step => async (scenario) => {
    const { contents, groups } = new Peer(scenario, 'initiator').offer(AUDIO);
    if (direct) await scenario.jingleFrom({ action: 'session-initiate', sid: id, contents, groups }, who);
    else await scenario.message({ kind: 'propose', id, media: ['audio'] }, who);
    await scenario.pass(20 + ms);
    if (direct) await scenario.jingleFrom({ action: 'session-terminate', sid: id }, who);
    else await scenario.message({ kind: 'retract', id, tieBreak: false }, who);
  });

const floods = fc.array(
  fc.oneof({ arbitrary: ringAndCancel, weight: 8 }, { arbitrary: message, weight: 1 }, { arbitrary: other, weight: 1 }),
  { minLength: 60, maxLength: 120 },
);

const steps = fc.array(
  fc.oneof(
    { arbitrary: message, weight: 4 },
    { arbitrary: action, weight: 3 },
    { arbitrary: initiate, weight: 2 },
    { arbitrary: other, weight: 2 },
  ),
  { minLength: 5, maxLength: 50 },
);

const OPTIONS = { numRuns: 120, seed: 17, endOnFailure: true };

/** What strangers may be told: that the line is taken. */
const TOLD = /^(reject busy|session-terminate busy) > /;

function assertNoFault(scenario: Scenario): void {
  const faults = scenario.environment.logs.filter(({ level }) => level === 'error');
  assert.deepEqual(faults, []);
}

describe('whatever strangers send, in whatever order', () => {
  for (const [stage, begin] of Object.entries({
    'a call that is active': (scenario: Scenario) => scenario.callAndTalk(AUDIO_VIDEO),
    'a call that was answered here': (scenario: Scenario) => scenario.ringAndTalk(),
    'a call that rings here': (scenario: Scenario) => scenario.ring(),
    'a call that rings there': (scenario: Scenario) => scenario.call(),
  })) {
    it(`${stage} stays as it is, and is nobody's business`, async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          const scenario = new Scenario();
          await begin(scenario);
          await scenario.turn();
          const events = scenario.events.length;
          const state = scenario.calls.calls[0]?.state;
          scenario.sent();
          const before = scenario.stream.sent.length;
          for (const step of sequence) await step(scenario);
          await scenario.turn();
          assert.deepEqual(scenario.events.slice(events), []);
          assert.deepEqual(
            scenario.calls.calls.map((call) => [call.id, call.peer, call.state]),
            [[SID, PEER_BARE, state]],
          );
          for (const stanza of scenario.stream.sent.slice(before)) {
            assert.match(summary(stanza), TOLD);
            assert.ok(STRANGERS.includes(attribute(stanza, 'to') ?? ''));
            assert.ok(!stanza.toString().includes(PEER_BARE));
          }
          assertNoFault(scenario);
          scenario.calls.dispose();
          await scenario.turn();
          scenario.assertClean();
        }),
        OPTIONS,
      );
    });
  }

  it('an idle line rings within the limits of each account, each domain and in all', async () => {
    await fc.assert(
      fc.asyncProperty(floods, async (sequence) => {
        const scenario = new Scenario();
        const since = scenario.environment.now();
        for (const step of sequence) await step(scenario);
        await scenario.turn();
        const ms = scenario.environment.now() - since;
        const callers = scenario.events.flatMap((event) => (event.case === 'incomingCall' ? [event.value.from] : []));
        const most = (keyOf: (caller: string) => string | undefined) =>
          Math.max(0, ...callers.map((one) => callers.filter((two) => keyOf(one) === keyOf(two)).length));
        assert.ok(most(bareOf) <= 7 + ms / 10_000);
        const strange = callers.filter((caller) => domainOf(caller) !== domainOf(OWN_BARE));
        assert.ok(strange.length <= 21 + ms / 3_000);
        assert.ok(strange.filter((caller) => caller.startsWith('guest')).length <= 11 + ms / 6_000);
        assert.ok(scenario.calls.calls.length <= 1);
        const ids = scenario.events.flatMap((event) => (event.case === 'incomingCall' ? [event.value.callId] : []));
        assert.equal(new Set(ids).size, ids.length);
        assertNoFault(scenario);
        scenario.calls.dispose();
        await scenario.turn();
        scenario.assertClean();
      }),
      { ...OPTIONS, numRuns: 25 },
    );
  });
});
