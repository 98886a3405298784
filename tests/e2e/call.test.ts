import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BrowserName } from '../tools/browsers.js';
import { heldResources, selectedPairs } from '../tools/media-probe.js';
import { WidgetPage } from '../tools/widget-page.js';
import { type Harness, startHarness } from './harness.js';

interface Ends {
  readonly visitor: WidgetPage;
  readonly agent: WidgetPage;
}

const VISITOR = { sender: 21, toneHz: 440 };
const AGENT = { sender: 42, toneHz: 880 };

describe('a visitor calls an agent', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  async function open(visitorIn: BrowserName, agentIn: BrowserName, query = ''): Promise<Ends> {
    const { domain, users } = harness.servers;
    const jid = `desk@${domain}`;
    const agent = new WidgetPage(await harness.open(agentIn, `call.html?mode=agent${query}`, { probe: AGENT }));
    await agent.signIn(jid, users.desk ?? '');
    const visitor = new WidgetPage(
      await harness.open(visitorIn, `call.html?to=${encodeURIComponent(jid)}${query}`, { probe: VISITOR }),
    );
    return { visitor, agent };
  }

  async function establish({ visitor, agent }: Ends): Promise<void> {
    await visitor.press('launcher');
    await visitor.reaches('ringing');
    await agent.press('answer-video');
    await Promise.all([visitor.reaches('active'), agent.reaches('active')]);
  }

  async function hearsAndSees(end: WidgetPage, source: { sender: number; toneHz: number }): Promise<void> {
    const tone = await end.tone();
    assert.ok(Math.abs(tone.frequencyHz - source.toneHz) < 5, `heard ${tone.frequencyHz} Hz, not ${source.toneHz}`);
    assert.ok(tone.snrDb > 15, `SNR is ${tone.snrDb} dB`);
    const picture = await end.picture();
    assert.deepEqual(picture.senders, [source.sender], JSON.stringify(picture));
    assert.ok(picture.distinct >= 25 && picture.coloured / picture.frames > 0.8, JSON.stringify(picture));
  }

  async function bothHearAndSee({ visitor, agent }: Ends): Promise<void> {
    await hearsAndSees(visitor, AGENT);
    await hearsAndSees(agent, VISITOR);
  }

  async function close({ visitor, agent }: Ends): Promise<void> {
    for (const end of [visitor, agent]) {
      assert.deepEqual(await heldResources(end.page), { tracks: 0, connections: 0 });
      assert.deepEqual(end.page.log, []);
      await end.page.close();
    }
  }

  const pairings: readonly (readonly [BrowserName, BrowserName])[] = [
    ['chromium', 'chromium'],
    ['chromium', 'firefox'],
    ['firefox', 'chromium'],
  ];
  for (const [visitorIn, agentIn] of pairings) {
    it(`with sound and picture both ways, ${visitorIn} to ${agentIn}`, async () => {
      const ends = await open(visitorIn, agentIn, '&video=');
      await establish(ends);
      await bothHearAndSee(ends);
      await ends.visitor.press('hang-up');
      assert.equal((await ends.visitor.ended()).endReason, 'local-hang-up');
      assert.equal((await ends.agent.ended()).endReason, 'remote-hang-up');
      await close(ends);
    });

    it(`through the TURN server, ${visitorIn} to ${agentIn}`, async () => {
      const ends = await open(visitorIn, agentIn, '&video=&ice-transport-policy=relay');
      await establish(ends);
      await bothHearAndSee(ends);
      for (const { page } of [ends.visitor, ends.agent]) {
        const pairs = await selectedPairs(page);
        assert.ok(pairs.length > 0);
        for (const pair of pairs) assert.equal(pair.local, 'relay', JSON.stringify(pairs));
      }
      await ends.agent.press('hang-up');
      assert.equal((await ends.agent.ended()).endReason, 'local-hang-up');
      assert.equal((await ends.visitor.ended()).endReason, 'remote-hang-up');
      await close(ends);
    });
  }
});
