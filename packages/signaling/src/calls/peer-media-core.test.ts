import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS } from '@xmpp-call/jingle';
import type { DiscoInfo } from '@xmpp-call/jingle';
import { PEER, PEER_BARE, SID, Scenario } from './scenario.testing.js';

const DESK = `${PEER_BARE}/desk`;

function announcing(...features: string[]): DiscoInfo {
  return { identities: [], features: [NS.jmi, ...features], forms: [] };
}

/** What the page was told of the media core of the peer's devices, in order. */
function told(scenario: Scenario): string[] {
  return scenario.events.flatMap((event) =>
    event.case === 'peerMediaCore' ? [`${event.value.device}: ${String(event.value.announced)}`] : [],
  );
}

describe('what a device of the peer announces of the media core', () => {
  it('is told a caller of each device that rings, once', async () => {
    const scenario = new Scenario();
    scenario.stream.disco.set(PEER, announcing());
    scenario.stream.disco.set(DESK, announcing(NS.mediaCore));
    await scenario.call();
    assert.deepEqual(told(scenario), []);
    for (const device of [PEER, DESK, DESK, PEER]) await scenario.message({ kind: 'ringing', id: SID }, device);
    await scenario.message({ kind: 'proceed', id: SID }, DESK);
    assert.deepEqual(told(scenario), [`${PEER}: false`, `${DESK}: true`]);
  });

  it('is told a caller of the device that answers without having rung, with the name of that device', async () => {
    const scenario = new Scenario();
    scenario.stream.disco.set(PEER, announcing(NS.mediaCore));
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    assert.deepEqual(told(scenario), [`${PEER}: true`]);
    const connecting = scenario.events.filter((event) => event.case === 'callChanged').at(-1);
    assert.equal(connecting?.value.peer, PEER);
  });

  it('is told a callee after the call itself', async () => {
    const scenario = new Scenario();
    scenario.stream.disco.set(PEER, announcing(NS.mediaCore));
    await scenario.ring();
    assert.deepEqual(
      scenario.events.map((event) => event.case),
      ['incomingCall', 'peerMediaCore'],
    );
    assert.deepEqual(told(scenario), [`${PEER}: true`]);
  });

  it('is nothing for a caller where the device does not answer the question', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'ringing', id: SID });
    assert.deepEqual(told(scenario), [`${PEER}: false`]);
  });

  it('is left open for a callee where the device does not answer the question: the offer will tell', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    assert.deepEqual(told(scenario), []);
  });

  it('holds no call up while the answer does not come, and is told when it comes late', async () => {
    const scenario = new Scenario();
    let answer: (info: DiscoInfo) => void = () => undefined;
    scenario.stream.discoInfo = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await scenario.call();
    await scenario.message({ kind: 'ringing', id: SID });
    await scenario.message({ kind: 'proceed', id: SID });
    assert.equal(scenario.last(), 'connecting');
    assert.deepEqual(told(scenario), []);
    answer(announcing(NS.mediaCore));
    await scenario.turn();
    assert.deepEqual(told(scenario), [`${PEER}: true`]);
  });

  it('is not asked of an account that rings from its bare address', async () => {
    const scenario = new Scenario();
    scenario.stream.disco.set(PEER, announcing(NS.mediaCore));
    await scenario.call();
    await scenario.message({ kind: 'ringing', id: SID }, PEER_BARE);
    assert.deepEqual(told(scenario), []);
    await scenario.message({ kind: 'proceed', id: SID });
    assert.deepEqual(told(scenario), [`${PEER}: true`]);
  });

  it('is asked of eight devices at most, however many ring', async () => {
    const scenario = new Scenario();
    await scenario.call();
    for (let device = 0; device < 40; device++)
      await scenario.message({ kind: 'ringing', id: SID }, `${PEER_BARE}/${String(device)}`);
    assert.equal(told(scenario).length, 8);
  });
});
