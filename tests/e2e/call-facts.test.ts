/** What a call says of itself: the safety code, the connection and its report. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { WidgetPage } from '../tools/widget-page.js';
import { closeClean, establish, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

describe('what a call says of itself', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  const words = ({ page }: WidgetPage) =>
    page.waitFor(
      () => {
        const list = document.querySelector('xmpp-call')?.shadowRoot?.querySelectorAll('.safety-words li') ?? [];
        return list.length === 4 && [...list].map((item) => item.textContent.trim()).join(' ');
      },
      { what: 'a code' },
    );

  for (const [asking, other] of [
    ['chromium', 'firefox'],
    ['firefox', 'chromium'],
  ] as const) {
    it(`shows both sides the same code, ${asking} to ${other}, whichever asks`, async () => {
      const agent = await openAgent(harness, { browser: other });
      const visitor = await openVisitor(harness, { browser: asking });
      await establish(visitor, agent);
      const asks = asking === 'chromium' ? visitor : agent;
      const waits = asks === visitor ? agent : visitor;
      await asks.page.waitFor(() => document.querySelector('xmpp-call')?.call?.safetyCode.phase === 'available');
      await asks.openFeature('safety-code');
      const code = await words(asks);
      await waits.openFeature('safety-code');
      assert.equal(await words(waits), code);
      await asks.page.click('[part~=codes-match]');
      await asks.shows(/this call is private/);
      await visitor.press('hang-up');
      await agent.ended();
      await closeClean(visitor, agent);
    });
  }

  it('shows the path and gives a report that can be read, without addresses of people', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await establish(visitor, agent);
    await visitor.page.evaluate(() => {
      URL.createObjectURL = (blob) => {
        void (blob as Blob).text().then((text) => Object.assign(globalThis, { savedReport: text }));
        return '#';
      };
    });
    await visitor.openFeature('connection');
    await visitor.shows(/Direct, by UDP/);
    await visitor.shows(/Sound received/);
    await visitor.page.click('[part~=save-report]');
    const text = await visitor.page.waitFor(() => (globalThis as { savedReport?: string }).savedReport, {
      what: 'the report',
    });
    const report = JSON.parse(text) as { call: { state: string }; path: { kind: string }; ice: { events: object[] } };
    assert.deepEqual([report.call.state, report.path.kind], ['active', 'direct']);
    assert.ok(report.ice.events.length > 3);
    assert.ok(!text.includes(harness.servers.domain), 'no address of a person');
    await visitor.press('hang-up');
    await agent.ended();
    await closeClean(visitor, agent);
  });
});
