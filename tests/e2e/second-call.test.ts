/** A second call of an agent, with three pages. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AGENT, VISITOR, closeClean, establish, hears, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

describe('a second call', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  it('waits, is answered with the first on hold, and both can be swapped', async () => {
    const agent = await openAgent(harness, { attributes: { 'max-calls': '2' } });
    const [first, second] = [await openVisitor(harness), await openVisitor(harness, { browser: 'firefox' })];
    await establish(first, agent);
    await hears(first, AGENT);
    await second.press('launcher');
    await second.reaches('ringing');
    await agent.press('answer-second');
    await second.reaches('active');
    await hears(second, AGENT);
    await first.shows(/On hold/);
    await hears(agent, VISITOR);
    await agent.press('swap');
    await second.shows(/On hold/);
    await hears(first, AGENT);
    await first.press('hang-up');
    await agent.shows(/You put this call on hold/);
    await agent.press('resume');
    await hears(second, AGENT);
    await second.press('hang-up');
    await agent.ended();
    await closeClean(first, second, agent);
  });

  it('that is declined leaves the first alone, and a third is busy', async () => {
    const agent = await openAgent(harness, { attributes: { 'max-calls': '2' } });
    const visitors = [await openVisitor(harness), await openVisitor(harness), await openVisitor(harness)];
    const [first, second, third] = visitors;
    assert.ok(first && second && third);
    await establish(first, agent);
    await second.press('launcher');
    await second.reaches('ringing');
    await third.press('launcher');
    assert.equal((await third.ended()).error, 'callee-being-called');
    await agent.press('decline-second');
    assert.equal((await second.ended()).error, 'declined');
    await hears(first, AGENT);
    await first.press('hang-up');
    await agent.ended();
    await closeClean(agent, ...visitors);
  });
});
