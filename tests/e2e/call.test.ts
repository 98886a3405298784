import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BrowserName } from '../tools/browsers.js';
import { selectedPairs } from '../tools/media-probe.js';
import type { WidgetPage } from '../tools/widget-page.js';
import { AGENT, VISITOR, closeClean, establish, hears, openAgent, openVisitor, sees } from './desk.js';
import { type Harness, startHarness } from './harness.js';

const PAIRINGS: readonly (readonly [visitorIn: BrowserName, agentIn: BrowserName])[] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
];

describe('a visitor calls an agent', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  async function bothHearAndSee(visitor: WidgetPage, agent: WidgetPage): Promise<void> {
    await hears(visitor, AGENT);
    await sees(visitor, AGENT);
    await hears(agent, VISITOR);
    await sees(agent, VISITOR);
  }

  for (const [visitorIn, agentIn] of PAIRINGS) {
    it(`with sound and picture both ways, ${visitorIn} to ${agentIn}`, async () => {
      const agent = await openAgent(harness, { browser: agentIn });
      const visitor = await openVisitor(harness, { browser: visitorIn, attributes: { video: '' } });
      await establish(visitor, agent, 'answer-video');
      await bothHearAndSee(visitor, agent);
      await visitor.press('hang-up');
      assert.equal((await visitor.ended()).endReason, 'local-hang-up');
      assert.equal((await agent.ended()).endReason, 'remote-hang-up');
      await closeClean(visitor, agent);
    });

    it(`through the TURN server, ${visitorIn} to ${agentIn}`, async () => {
      const relayed = { 'ice-transport-policy': 'relay' };
      const agent = await openAgent(harness, { browser: agentIn, attributes: relayed });
      const visitor = await openVisitor(harness, { browser: visitorIn, attributes: { video: '', ...relayed } });
      await establish(visitor, agent, 'answer-video');
      await bothHearAndSee(visitor, agent);
      for (const { page } of [visitor, agent]) {
        const pairs = await selectedPairs(page);
        assert.ok(pairs.length > 0);
        for (const pair of pairs) assert.equal(pair.local, 'relay', JSON.stringify(pairs));
      }
      await agent.press('hang-up');
      assert.equal((await agent.ended()).endReason, 'local-hang-up');
      assert.equal((await visitor.ended()).endReason, 'remote-hang-up');
      await closeClean(visitor, agent);
    });
  }

  it('turns the camera on and off in an audio call, and mutes', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await establish(visitor, agent);
    await hears(agent, VISITOR);
    await visitor.press('camera');
    await sees(agent, VISITOR);
    await agent.press('camera');
    await sees(visitor, AGENT);
    await visitor.press('camera');
    await agent.shows(/turned the camera off/);
    await visitor.press('mute');
    await agent.shows(/is muted/);
    await visitor.press('mute');
    await hears(agent, VISITOR);
    await visitor.press('hang-up');
    await agent.ended();
    await closeClean(visitor, agent);
  });
});
