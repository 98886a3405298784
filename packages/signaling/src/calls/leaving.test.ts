import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OWN_BARE, PEER, Peer, SID, Scenario } from './scenario.testing.js';
import { AUDIO } from './sdp.testing.js';

/** Ways to go without a decision: the tab is closed or reloaded, or its user signs out. */
const WAYS = {
  'the page goes away': (scenario: Scenario) => {
    scenario.calls.hangUp(SID, true);
  },
  'the user signs out': (scenario: Scenario) => {
    scenario.calls.dispose();
  },
};

for (const [way, leave] of Object.entries(WAYS)) {
  describe(`${way} while it rings`, () => {
    it('says nothing: another device of the account may answer', async () => {
      const scenario = new Scenario();
      await scenario.ring();
      scenario.sent();
      leave(scenario);
      assert.deepEqual(scenario.sent(), []);
      assert.equal(scenario.last(), 'ended: local-hang-up');
      await scenario.turn();
      scenario.assertClean();
    });

    it('says nothing before it has rung', async () => {
      const scenario = new Scenario();
      await scenario.message({ kind: 'propose', id: SID, media: ['audio'] });
      scenario.sent();
      scenario.calls.dispose();
      assert.deepEqual(scenario.sent(), []);
      assert.deepEqual(scenario.states(), []);
      scenario.assertClean();
    });

    it('tells the caller of a visitor, who has no other device', async () => {
      const scenario = new Scenario({ anonymous: true });
      await scenario.ring();
      scenario.sent();
      leave(scenario);
      assert.deepEqual(scenario.sent(), [`reject gone > ${PEER}`]);
      scenario.assertClean();
    });

    it('tells the caller of this device alone', async () => {
      const scenario = new Scenario();
      await new Peer(scenario, 'initiator').initiate(AUDIO);
      scenario.sent();
      leave(scenario);
      assert.deepEqual(scenario.sent(), [`session-terminate gone > ${PEER}`]);
      await scenario.turn();
      scenario.assertClean();
    });

    it('tells the caller who is answered already', async () => {
      const scenario = new Scenario();
      await scenario.ring();
      scenario.calls.accept(SID);
      scenario.sent();
      leave(scenario);
      assert.deepEqual(scenario.sent(), [`finish gone > ${PEER}`]);
      scenario.assertClean();
    });
  });
}

describe('a callee that is gone', () => {
  it('is not taken for one who declined', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'reject', id: SID, tieBreak: false, reason: { condition: 'gone' } });
    assert.equal(scenario.last(), 'ended: callee-unavailable');
  });

  it('declines where its user decided so, for all its devices', async () => {
    const scenario = new Scenario();
    await scenario.presence(`${OWN_BARE}/phone`);
    await scenario.ring();
    scenario.sent();
    scenario.calls.reject(SID);
    assert.deepEqual(scenario.sent(), [`reject decline > ${PEER}`]);
  });
});
