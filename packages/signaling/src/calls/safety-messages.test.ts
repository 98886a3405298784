import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS } from '@xmpp-call/jingle';
import { IqError } from '../stanza-stream.js';
import { parseXml } from '../stream/parse-xml.js';
import { PEER, Peer, SID, Scenario, outcome } from './scenario.testing.js';

const COMMIT = { type: 'commit', commitment: 'a1'.repeat(32) } as const;
const REVEAL = { type: 'reveal', nonce: 'b2'.repeat(32) } as const;

/** A call with a device that announces safety codes, or does not. */
async function talk({ takesPart = true } = {}): Promise<{ scenario: Scenario; peer: Peer }> {
  const scenario = new Scenario();
  const features = [NS.jmi, ...(takesPart ? [NS.safetyCode] : [])];
  scenario.stream.disco.set(PEER, { identities: [], features, forms: [] });
  const peer = await scenario.callAndTalk();
  await scenario.turn();
  return { scenario, peer };
}

function raw(payload: string) {
  return parseXml(`<jingle xmlns="${NS.jingle}" action="session-info" sid="${SID}">${payload}</jingle>`);
}

describe('messages of a safety code', () => {
  it('are offered once, to a call that is active with a device that takes part', async () => {
    assert.equal((await talk()).scenario.count('safetyCodeOffered'), 1);
    assert.equal((await talk({ takesPart: false })).scenario.count('safetyCodeOffered'), 0);
  });

  it('go to the peer and come from it, unchanged', async () => {
    const { scenario, peer } = await talk();
    scenario.calls.sendSafetyMessage(SID, COMMIT);
    assert.deepEqual(scenario.jingle('session-info').info, { kind: 'safety-code', message: COMMIT });
    for (const message of [COMMIT, REVEAL])
      assert.equal(
        outcome(await peer.say({ action: 'session-info', info: { kind: 'safety-code', message } })),
        'result',
      );
    const got = scenario.events.flatMap((event) => (event.case === 'peerSafetyMessage' ? [event.value.message] : []));
    assert.deepEqual(got, [COMMIT, REVEAL]);
  });

  it('are told to the page as refused when the peer refuses them, and the call goes on', async () => {
    const { scenario } = await talk();
    scenario.stream.answer = () => new IqError('feature-not-implemented');
    scenario.calls.sendSafetyMessage(SID, COMMIT);
    await scenario.turn();
    assert.equal(scenario.count('safetyMessageRefused'), 1);
    assert.equal(scenario.last(), 'active');
  });

  it('are refused before the call is active', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    const peer = new Peer(scenario, 'responder');
    const info = { kind: 'safety-code', message: COMMIT } as const;
    assert.equal(outcome(await peer.say({ action: 'session-info', info })), 'unexpected-request out-of-order');
    assert.throws(() => scenario.calls.sendSafetyMessage(SID, COMMIT), { code: 'invalid-state' });
    assert.equal(scenario.count('peerSafetyMessage'), 0);
  });

  for (const [what, payload] of [
    ['a commitment of another length', `<commit xmlns="${NS.safetyCode}" commitment="a1"/>`],
    ['a nonce that is no hexadecimal', `<reveal xmlns="${NS.safetyCode}" nonce="${'zz'.repeat(32)}"/>`],
    ['an unknown element', `<unveil xmlns="${NS.safetyCode}" nonce="${'b2'.repeat(32)}"/>`],
    [
      'two at once',
      `<commit xmlns="${NS.safetyCode}" commitment="${'a1'.repeat(32)}"/><reveal xmlns="${NS.safetyCode}" nonce="${'b2'.repeat(32)}"/>`,
    ],
    ['one with something in it', `<commit xmlns="${NS.safetyCode}" commitment="${'a1'.repeat(32)}"><x/></commit>`],
  ] as const) {
    it(`are refused where they are malformed: ${what}`, async () => {
      const { scenario } = await talk();
      assert.equal(outcome(await scenario.iq(raw(payload))), 'bad-request');
      assert.equal(scenario.count('peerSafetyMessage'), 0);
      assert.equal(scenario.last(), 'active');
    });
  }

  it('are refused when there are too many, in both directions', async () => {
    const { scenario, peer } = await talk();
    const info = { kind: 'safety-code', message: COMMIT } as const;
    const outcomes: string[] = [];
    for (let count = 0; count < 20; count++) outcomes.push(outcome(await peer.say({ action: 'session-info', info })));
    assert.equal(outcomes.filter((one) => one === 'result').length, 8);
    assert.ok(outcomes.slice(8).every((one) => one === 'policy-violation'));
    assert.equal(scenario.count('peerSafetyMessage'), 8);
    for (let count = 0; count < 8; count++) scenario.calls.sendSafetyMessage(SID, COMMIT);
    assert.throws(() => scenario.calls.sendSafetyMessage(SID, COMMIT), { code: 'invalid-state' });
    assert.equal(scenario.last(), 'active');
  });

  it('of somebody else are not taken', async () => {
    const { scenario } = await talk();
    const info = { kind: 'safety-code', message: COMMIT } as const;
    const reply = await scenario.jingleFrom({ action: 'session-info', info }, 'mallory@example.com/x');
    assert.equal(outcome(reply), 'item-not-found unknown-session');
    assert.equal(scenario.count('peerSafetyMessage'), 0);
  });
});
