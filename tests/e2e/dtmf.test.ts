import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { BrowserName } from '../tools/browsers.js';
import type { WidgetPage } from '../tools/widget-page.js';
import { establish, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

const PAIRINGS: readonly (readonly [visitorIn: BrowserName, agentIn: BrowserName])[] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
];

/** Notes what an RTCDTMFSender plays: `tonechange` comes with each tone that goes out, and without one at their end. */
const NOTE_TONES = `
  globalThis.sentTones = '';
  const { insertDTMF } = RTCDTMFSender.prototype;
  RTCDTMFSender.prototype.insertDTMF = function (...given) {
    if (!this.isNoted) this.addEventListener('tonechange', ({ tone }) => (globalThis.sentTones += tone || '.'));
    this.isNoted = true;
    return insertDTMF.apply(this, given);
  };`;

async function sends({ page }: WidgetPage, tones: string): Promise<void> {
  const sent = await page.waitFor(
    (length) => {
      const { sentTones = '' } = globalThis as { sentTones?: string };
      return sentTones.endsWith('.') && sentTones.replaceAll('.', '').length >= length ? sentTones : '';
    },
    { what: `the tones ${tones}, and their end` },
    tones.length,
  );
  assert.equal(sent.replaceAll('.', ''), tones);
}

describe('the dial pad', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.closePages());
  after(() => harness.dispose());

  for (const [visitorIn, agentIn] of PAIRINGS) {
    it(`sends keys, typed and pasted digits as RFC 4733 tones, ${visitorIn} to ${agentIn}`, async () => {
      const agent = await openAgent(harness, { browser: agentIn });
      const visitor = await openVisitor(harness, { browser: visitorIn, scripts: [NOTE_TONES] });
      await establish(visitor, agent);
      await visitor.page.click('[part~="more"]');
      await visitor.page.click('[part~="dial-pad"]');
      await visitor.page.click('[part~="key"]');
      await visitor.page.fill('[part~="sent-keys"]', '47');
      await sends(visitor, '147');
      assert.deepEqual(
        visitor.page.log.filter(({ text }) => text.includes('47') && /tone|dtmf/i.test(text)),
        [],
      );
      await visitor.press('hang-up');
      await agent.ended();
    });
  }
});
