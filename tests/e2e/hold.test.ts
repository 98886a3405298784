/** Hold and resume, between two of our pages. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { WidgetPage } from '../tools/widget-page.js';
import { AGENT, VISITOR, closeClean, establish, hears, openAgent, openVisitor, sees } from './desk.js';
import { type Harness, startHarness } from './harness.js';

describe('a call on hold', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  /** Packets that have arrived, when none have for two seconds. */
  async function receivesNothing({ page }: WidgetPage): Promise<void> {
    await page.waitFor(
      async () => {
        const packets = async () => {
          const { streams } = (await document.querySelector('xmpp-call')?.call?.getStatistics()) ?? { streams: [] };
          return streams.reduce((sum, one) => sum + (one.direction === 'receive' ? one.packets : 0), 0);
        };
        const before = await packets();
        await new Promise((resolve) => setTimeout(resolve, 2000));
        return before > 0 && (await packets()) === before;
      },
      { what: 'nothing more to arrive', timeoutMs: 30_000 },
    );
  }

  /** Whether all that the page would play of the peer is silenced. */
  const isSilenced = ({ page }: WidgetPage) =>
    page.evaluate(() => {
      const call = document.querySelector('xmpp-call')?.call;
      return call?.playsSound === false && call.remoteStream.getTracks().every(({ enabled }) => !enabled);
    });

  for (const [visitorIn, agentIn, core] of [
    ['chromium', 'firefox', 'native'],
    ['firefox', 'chromium', 'auto'],
    ['chromium', 'chromium', 'auto'],
  ] as const) {
    it(`sends nothing either way, and all comes back, ${visitorIn} to ${agentIn}, ${core}`, async () => {
      const attributes = { 'media-core': core };
      const agent = await openAgent(harness, { browser: agentIn, attributes });
      const visitor = await openVisitor(harness, { browser: visitorIn, attributes: { ...attributes, video: '' } });
      await establish(visitor, agent, 'answer-video');
      await sees(visitor, AGENT);
      await hears(agent, VISITOR);
      await agent.openFeature('hold');
      await visitor.shows(/On hold/);
      await agent.shows(/You put this call on hold/);
      await receivesNothing(visitor);
      await receivesNothing(agent);
      assert.equal(await isSilenced(agent), true);
      assert.equal((await visitor.outcome()).state, 'active');
      await agent.press('resume');
      await hears(visitor, AGENT);
      await sees(agent, VISITOR);
      await hears(agent, VISITOR);
      await sees(visitor, AGENT);
      await visitor.press('hang-up');
      await agent.ended();
      await closeClean(visitor, agent);
    });
  }

  it('goes on when both sides have held it and both resume', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await establish(visitor, agent);
    await hears(visitor, AGENT);
    await agent.openFeature('hold');
    await visitor.openFeature('hold');
    await agent.press('resume');
    await agent.shows(/On hold/);
    await receivesNothing(agent);
    await visitor.press('resume');
    await hears(visitor, AGENT);
    await hears(agent, VISITOR);
    await agent.openFeature('hold');
    await visitor.press('hang-up');
    assert.equal((await agent.ended()).endReason, 'remote-hang-up');
    await closeClean(visitor, agent);
  });
});
