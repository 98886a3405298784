import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { BrowserKind } from '../tools/browsers.js';
import { selectedPairs } from '../tools/media-probe.js';
import { relayScript } from '../tools/network/candidates.js';
import { Relay } from '../tools/network/relay.js';
import type { WidgetPage } from '../tools/widget-page.js';
import {
  AGENT,
  CORE,
  VISITOR,
  closeClean,
  establish,
  everyDirection,
  openAgent,
  openVisitor,
  wasmPaths,
  receives,
} from './desk.js';
import { type Harness, startHarness } from './harness.js';

const VIDEO = { video: '', ...CORE };
const RELAYED = { 'ice-transport-policy': 'relay' };
const PAIRINGS: readonly (readonly [visitorIn: BrowserKind, agentIn: BrowserKind])[] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
];
/** Maximum time until a call is restored: Chromium detects the failure of ICE within 15 s, and the restart takes up to 20 s. */
const RESTART_MS = 40_000;

/** Keeps references to the page's media workers, so that a test can end them. */
const KEEP_WORKERS = `globalThis.mediaWorkers = [];
globalThis.Worker = class extends Worker {
  constructor(url, options) {
    super(url, options);
    if (/media\\.worker/.test(url)) mediaWorkers.push(this);
  }
};`;

/** Less than the bitrate of audio and video in Firefox with the test's camera. */
const NARROW = { bitsPerSecond: 120_000 };

/** Enables DTX in the browser's Opus encoder, as a peer's description can request (RFC 7587 §6.1). */
const ASK_FOR_DTX = `{
  const { setRemoteDescription } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    return setRemoteDescription.call(this, { type, sdp: sdp.replaceAll('useinbandfec=1', 'useinbandfec=1;usedtx=1') });
  };
}`;

/** Waits for the packet rate of 10 ms packets in Chromium or of 20 ms packets in Firefox. */
async function sendsPackets({ page }: WidgetPage): Promise<void> {
  await page.waitFor(
    async ([least, most]) => {
      const { core } = (await document.querySelector('xmpp-call')?.call?.getStatistics()) ?? {};
      const perSecond = core?.sample?.audio.send.frameRate ?? 0;
      return perSecond > least && perSecond < most;
    },
    { what: 'packets of the expected duration' },
    page.browser === 'chromium' ? ([75, 125] as const) : ([35, 65] as const),
  );
}

/** Waits for any decision that `auto` can make, depending on the machine. */
async function decidesOnVideo(end: WidgetPage): Promise<void> {
  const paths = wasmPaths(end);
  await end.page.waitFor(
    async (possible) => {
      const { core } = (await document.querySelector('xmpp-call')?.call?.getStatistics()) ?? {};
      const { send, receive } = core?.decisions?.video ?? {};
      return [send, receive].every((decision, direction) => possible[direction]?.includes(decision?.reason ?? ''));
    },
    { what: 'a decision on video' },
    [paths['video.send'], paths['video.receive']].map((path) => [
      path.replace('wasm', 'fit'),
      'fit',
      'too-slow',
      'overloaded',
    ]),
  );
}

async function hearsNothing({ page }: WidgetPage): Promise<void> {
  await page.waitFor(() => globalThis.xmppCallTest.isSilent('audio'), { what: 'silence' });
}

describe('the media core in calls', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.closePages());
  after(() => harness.dispose());

  async function bothHearAndSee(visitor: WidgetPage, agent: WidgetPage): Promise<void> {
    await Promise.all([receives(visitor, AGENT), receives(agent, VISITOR)]);
  }

  async function hangUp(visitor: WidgetPage, agent: WidgetPage): Promise<void> {
    await visitor.press('hang-up');
    assert.equal((await agent.ended()).endReason, 'remote-hang-up');
    await closeClean(visitor, agent);
  }

  for (const [visitorIn, agentIn] of PAIRINGS) {
    it(`uses its codecs in both directions, ${visitorIn} to ${agentIn}`, async () => {
      const agent = await openAgent(harness, { browser: agentIn, attributes: CORE });
      const visitor = await openVisitor(harness, { browser: visitorIn, attributes: VIDEO });
      await establish(visitor, agent, 'answer-video');
      await Promise.all([visitor.takes(wasmPaths(visitor)), agent.takes(wasmPaths(agent))]);
      await bothHearAndSee(visitor, agent);
      await Promise.all([sendsPackets(visitor), sendsPackets(agent)]);
      for (const { page } of [visitor, agent]) {
        const descriptions = await page.evaluate(() => globalThis.xmppCallTest.descriptions());
        assert.equal(descriptions.length, 2);
        for (const sdp of descriptions) assert.doesNotMatch(sdp, /rtpmap:\d+ (red|ulpfec|flexfec)/i);
      }
      await hangUp(visitor, agent);
    });
  }

  for (const [visitorIn, agentIn, sent] of [
    ['chromium', 'firefox', 'audio and video'],
    ['firefox', 'chromium', 'audio'],
  ] as const) {
    it(`sends ${sent} with its codecs to a page without the core, ${visitorIn} to ${agentIn}`, async () => {
      const agent = await openAgent(harness, { browser: agentIn, attributes: { 'media-core': 'native' } });
      const visitor = await openVisitor(harness, { browser: visitorIn, attributes: VIDEO });
      await establish(visitor, agent, 'answer-video');
      const received = wasmPaths(visitor)['video.receive'].replace('wasm', 'foreign-peer');
      await visitor.takes({ ...wasmPaths(visitor), 'audio.receive': 'foreign-peer', 'video.receive': received });
      assert.equal((await agent.statistics())?.core, undefined);
      await bothHearAndSee(visitor, agent);
      await hangUp(visitor, agent);
    });
  }

  it('is used by default, and decides by the performance of the device', async () => {
    const agent = await openAgent(harness, { browser: 'firefox' });
    const visitor = await openVisitor(harness, { attributes: { video: '' } });
    await establish(visitor, agent, 'answer-video');
    for (const end of [visitor, agent]) {
      // Any machine is fast enough for audio, but video may be too much for one that runs both ends and the servers.
      await end.takes({ 'audio.send': 'wasm', 'audio.receive': 'wasm' });
      await decidesOnVideo(end);
      const { decisions, warmUp } = (await end.statistics())?.core ?? {};
      assert.equal(decisions?.audio.send.reason, 'fit');
      assert.deepEqual(Object.keys(warmUp ?? {}).sort(), ['opusDecode', 'opusEncode', 'vp8Decode', 'vp8Encode']);
    }
    await bothHearAndSee(visitor, agent);
    await hangUp(visitor, agent);
  });

  for (const browser of ['chromium', 'firefox'] as const) {
    it(`follows changes of the microphone, the camera and the preference in ${browser}`, async () => {
      const agent = await openAgent(harness, { attributes: CORE });
      const visitor = await openVisitor(harness, { browser, attributes: CORE });
      await establish(visitor, agent);
      await visitor.takes({ 'audio.send': 'wasm', 'audio.receive': 'wasm' });

      await visitor.press('camera');
      await receives(agent, VISITOR);
      await agent.press('camera');
      await receives(visitor, AGENT);
      await Promise.all([visitor.takes(wasmPaths(visitor)), agent.takes(wasmPaths(agent))]);

      await visitor.press('mute');
      await hearsNothing(agent);
      await visitor.press('mute');
      await receives(agent, VISITOR);

      const next = { sender: 77, toneHz: 660 };
      await visitor.press('camera');
      await agent.shows(/turned the camera off/);
      await visitor.page.evaluate((devices) => {
        globalThis.xmppCallTest.plugIn(devices);
      }, next);
      await visitor.press('camera');
      await receives(agent, { sender: next.sender });
      const last = { sender: 99, toneHz: 550 };
      await visitor.page.evaluate(async (devices) => {
        globalThis.xmppCallTest.plugIn(devices);
        await globalThis.xmppCallTest.changeDevices();
      }, last);
      await receives(agent, last);
      await visitor.takes(wasmPaths(visitor));

      for (const [preference, paths] of [
        ['native', everyDirection('preferred')],
        ['wasm', wasmPaths(visitor)],
      ] as const) {
        await visitor.page.evaluate((wanted) => {
          document.querySelector('xmpp-call')?.setAttribute('media-core', wanted);
        }, preference);
        await visitor.takes(paths);
        await Promise.all([receives(visitor, AGENT), receives(agent, last)]);
      }
      await hangUp(visitor, agent);
    });
  }

  it('changes to the codecs of the browsers when its workers crash', async () => {
    const scripts = [KEEP_WORKERS];
    const agent = await openAgent(harness, { browser: 'firefox', attributes: CORE, scripts });
    const visitor = await openVisitor(harness, { attributes: VIDEO, scripts });
    await establish(visitor, agent, 'answer-video');
    await Promise.all([visitor.takes(wasmPaths(visitor)), agent.takes(wasmPaths(agent))]);
    for (const end of [visitor, agent]) {
      await end.page.evaluate(() => {
        const { mediaWorkers } = globalThis as unknown as { readonly mediaWorkers: readonly Worker[] };
        mediaWorkers[0]?.terminate();
      });
      await end.takes(everyDirection('worker-crashed'));
      assert.equal((await end.statistics())?.core?.crashes, 1);
      await bothHearAndSee(visitor, agent);
    }
    await hangUp(visitor, agent);
  });

  it('continues in hidden pages', async () => {
    const agent = await openAgent(harness, { browser: 'firefox', attributes: CORE });
    const visitor = await openVisitor(harness, { browser: 'tabbed-chromium', attributes: VIDEO });
    await establish(visitor, agent, 'answer-video');
    await Promise.all([visitor.takes(wasmPaths(visitor)), agent.takes(wasmPaths(agent))]);
    for (const end of [visitor, agent]) {
      await end.page.hide();
      await bothHearAndSee(visitor, agent);
      await Promise.all([visitor.takes(wasmPaths(visitor)), agent.takes(wasmPaths(agent))]);
    }
    await visitor.page.evaluate(() => document.querySelector('xmpp-call')?.hangUp());
    await agent.ended();
    await closeClean(visitor, agent);
  });

  it('continues on a new network path after that through the TURN server failed', async () => {
    const agent = await openAgent(harness, { attributes: { ...CORE, ...RELAYED } });
    const visitor = await openVisitor(harness, { attributes: { ...VIDEO, ...RELAYED } });
    await establish(visitor, agent, 'answer-video');
    await bothHearAndSee(visitor, agent);
    for (const { page } of [visitor, agent]) {
      for (const pair of await selectedPairs(page)) assert.equal(pair.local, 'relay');
    }
    await harness.servers.stopTurn();
    await visitor.reaches('reconnecting');
    await harness.servers.startTurn();
    await Promise.all([visitor.reaches('active', RESTART_MS), agent.reaches('active', RESTART_MS)]);
    await bothHearAndSee(visitor, agent);
    await Promise.all([visitor.takes(wasmPaths(visitor)), agent.takes(wasmPaths(agent))]);
    await hangUp(visitor, agent);
  });

  it('sends its own video in Firefox when a queue grows on the network path, and the browser’s with the preference `native`', async () => {
    const relay = await Relay.open();
    try {
      const agent = await openAgent(harness, { attributes: CORE, scripts: [relayScript(relay.portOf('callee'))] });
      const visitor = await openVisitor(harness, {
        browser: 'firefox',
        attributes: VIDEO,
        scripts: [relayScript(relay.portOf('caller'))],
      });
      await establish(visitor, agent, 'answer-video');
      await Promise.all([visitor.takes(wasmPaths(visitor)), agent.takes(wasmPaths(agent))]);
      await bothHearAndSee(visitor, agent);
      relay.change({ fromCaller: NARROW });
      await visitor.takes({ 'video.send': 'wasm' });
      await bothHearAndSee(visitor, agent);
      await visitor.page.evaluate(() => {
        document.querySelector('xmpp-call')?.setAttribute('media-core', 'native');
      });
      await visitor.takes(everyDirection('preferred'));
      relay.change({});
      await bothHearAndSee(visitor, agent);
      await hangUp(visitor, agent);
    } finally {
      relay.close();
    }
  });

  it('sends audio while the browser’s encoder is in DTX', async () => {
    const scripts = [ASK_FOR_DTX];
    const agent = await openAgent(harness, { attributes: CORE, scripts });
    const visitor = await openVisitor(harness, { attributes: CORE, scripts });
    await establish(visitor, agent);
    await Promise.all([receives(agent, { toneHz: VISITOR.toneHz }), receives(visitor, { toneHz: AGENT.toneHz })]);
    for (const { page } of [visitor, agent]) {
      const [, remote] = await page.evaluate(() => globalThis.xmppCallTest.descriptions());
      assert.match(remote ?? '', /usedtx=1/);
    }
    await visitor.press('mute');
    await hearsNothing(agent);
    await visitor.press('mute');
    await receives(agent, { toneHz: VISITOR.toneHz });
    await visitor.takes({ 'audio.send': 'wasm', 'audio.receive': 'wasm' });
    await hangUp(visitor, agent);
  });
});
