/** What people hear: recorded behind the browser, since a track can sound while the element that plays it is silent. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { recordLoudspeaker, SAMPLE_RATE } from '../tools/loudspeaker.js';
import { measureTone, type ToneReading } from '../tools/page/tone.js';
import { startSoundServer, type SoundServer } from '../../tools/sound.mjs';
import type { WidgetPage } from '../tools/widget-page.js';
import { AGENT, CORE, closeClean, establish, everyDirection, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

/** A third of a second. */
const WINDOW_SAMPLES = 16_384;
const WINDOWS = 3;
const SILENT_DB = -60;
const TIMEOUT_MS = 15_000;

/** Lets a test suspend the core's AudioContext, as a browser may. */
const KEEP_CONTEXTS = `globalThis.coreContexts = [];
globalThis.AudioContext = class extends AudioContext {
  constructor(options) {
    super(options);
    if (options?.latencyHint !== undefined) coreContexts.push(this);
  }
};`;

async function eachContext({ page }: WidgetPage, action: 'suspend' | 'resume'): Promise<void> {
  await page.evaluate(async (name) => {
    const { coreContexts } = globalThis as unknown as { readonly coreContexts: readonly AudioContext[] };
    await Promise.all(coreContexts.map((context) => context[name]()));
  }, action);
}

describe('the loudspeaker', () => {
  let sound: SoundServer;
  let harness: Harness;
  before(async () => {
    sound = await startSoundServer();
    harness = await startHarness({ sound: sound.env });
  });
  afterEach(() => harness.closePages());
  after(async () => {
    await harness.dispose();
    await sound.stop();
  });

  /** Records until every window is as wanted. */
  async function plays(wanted: string, isWanted: (window: ToneReading) => boolean): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      const samples = await recordLoudspeaker(sound.env, WINDOWS * WINDOW_SAMPLES);
      const windows = Array.from({ length: WINDOWS }, (_, index) =>
        measureTone(samples.subarray(index * WINDOW_SAMPLES, (index + 1) * WINDOW_SAMPLES), SAMPLE_RATE),
      );
      if (windows.every(isWanted)) return;
      if (Date.now() > deadline) assert.fail(`the loudspeaker plays no ${wanted} but ${JSON.stringify(windows)}`);
    }
  }

  async function playsAgent(): Promise<void> {
    await plays(
      `tone of ${String(AGENT.toneHz)} Hz`,
      ({ frequencyHz, snrDb }) => Math.abs(frequencyHz - AGENT.toneHz) < 5 && snrDb > 15,
    );
  }

  /** Whether the call plays what it receives, and the element is mute. */
  async function playsItself({ page }: WidgetPage): Promise<boolean> {
    const [call, element] = await page.evaluate(() => {
      const widget = document.querySelector('xmpp-call');
      return [widget?.call?.playsSound, widget?.shadowRoot?.querySelector('audio')?.muted] as const;
    });
    assert.equal(element, call);
    return call === true;
  }

  for (const browser of ['audible-chromium', 'firefox'] as const) {
    it(`plays the agent’s audio in ${browser}, whichever codecs are in use`, async () => {
      const agent = await openAgent(harness, { attributes: CORE });
      const visitor = await openVisitor(harness, { browser, attributes: CORE });
      await plays('silence', ({ levelDb }) => levelDb < SILENT_DB);
      await establish(visitor, agent);
      await visitor.takes({ 'audio.receive': 'wasm' });
      assert.equal(await playsItself(visitor), browser === 'audible-chromium');
      await playsAgent();

      await agent.press('mute');
      await plays('silence', ({ levelDb }) => levelDb < SILENT_DB);
      await agent.press('mute');
      await playsAgent();

      for (const [preference, path] of [
        ['native', everyDirection('preferred')['audio.receive']],
        ['wasm', 'wasm'],
      ] as const) {
        await visitor.page.evaluate((wanted) => {
          document.querySelector('xmpp-call')?.setAttribute('media-core', wanted);
        }, preference);
        await visitor.takes({ 'audio.receive': path });
        await playsAgent();
      }

      await agent.press('hang-up');
      await visitor.ended();
      await plays('silence', ({ levelDb }) => levelDb < SILENT_DB);
      await closeClean(visitor, agent);
    });

    it(`plays the agent’s audio in ${browser} while the browser suspends the AudioContext`, async () => {
      const agent = await openAgent(harness, { attributes: CORE });
      const visitor = await openVisitor(harness, { browser, attributes: CORE, scripts: [KEEP_CONTEXTS] });
      await establish(visitor, agent);
      await visitor.takes({ 'audio.receive': 'wasm' });
      await playsAgent();

      await eachContext(visitor, 'suspend');
      await visitor.takes({ 'audio.receive': 'context-suspended' });
      assert.equal(await playsItself(visitor), false);
      await playsAgent();

      await eachContext(visitor, 'resume');
      await visitor.takes({ 'audio.receive': 'wasm' });
      assert.equal(await playsItself(visitor), browser === 'audible-chromium');
      await playsAgent();

      await agent.press('hang-up');
      await visitor.ended();
      await closeClean(visitor, agent);
    });
  }
});
