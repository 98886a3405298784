/** A screen in place of the camera. The page's own picture stands for it: nobody is there to choose one. */
import { after, before, describe, it } from 'node:test';
import type { WidgetPage } from '../tools/widget-page.js';
import { AGENT, VISITOR, closeClean, establish, hears, openAgent, openVisitor, receives, sees } from './desk.js';
import { type Harness, startHarness } from './harness.js';

const SCREEN = { toneHz: AGENT.toneHz, sender: 77 };

describe('a shared screen', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  /** What the next choice of a screen gives; the camera stays as it is. */
  async function offerScreen({ page }: WidgetPage): Promise<void> {
    await page.evaluate(
      (screen, camera) => {
        navigator.mediaDevices.getDisplayMedia = async () => {
          globalThis.xmppCallTest.plugIn(screen);
          const stream = await navigator.mediaDevices.getUserMedia({ video: true });
          globalThis.xmppCallTest.plugIn(camera);
          Object.assign(globalThis, { sharedScreen: stream.getVideoTracks()[0] });
          return stream;
        };
      },
      SCREEN,
      AGENT,
    );
  }

  for (const [visitorIn, agentIn, core] of [
    ['chromium', 'firefox', 'auto'],
    ['firefox', 'chromium', 'auto'],
    ['chromium', 'chromium', 'native'],
  ] as const) {
    it(`takes the place of the camera and gives it back, ${agentIn} to ${visitorIn}, ${core}`, async () => {
      const attributes = { 'media-core': core };
      const agent = await openAgent(harness, { browser: agentIn, attributes });
      const visitor = await openVisitor(harness, { browser: visitorIn, attributes: { ...attributes, video: '' } });
      await establish(visitor, agent, 'answer-video');
      await sees(visitor, AGENT);
      await offerScreen(agent);
      await agent.openFeature('share-screen');
      await agent.shows(/The other side sees your screen/);
      await receives(visitor, SCREEN);
      await agent.press('stop-sharing');
      await receives(visitor, AGENT);
      await receives(agent, VISITOR);
      await visitor.press('hang-up');
      await agent.ended();
      await closeClean(visitor, agent);
    });
  }

  it('is added to an audio call, and ends when the browser ends it', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await establish(visitor, agent);
    await offerScreen(agent);
    await agent.openFeature('share-screen');
    await receives(visitor, SCREEN);
    await agent.page.evaluate(() => {
      const { sharedScreen } = globalThis as unknown as { sharedScreen: MediaStreamTrack };
      sharedScreen.stop();
      sharedScreen.dispatchEvent(new Event('ended'));
    });
    await visitor.shows(/turned the camera off/);
    await agent.page.waitFor(() => document.querySelector('xmpp-call')?.call?.sharing === false, {
      what: 'the end of sharing',
    });
    await hears(visitor, AGENT);
    await visitor.press('hang-up');
    await agent.ended();
    await closeClean(visitor, agent);
  });
});
