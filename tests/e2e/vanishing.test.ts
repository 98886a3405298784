import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type MortalBrowser, launchFirefox } from '../tools/browsers.js';
import { type RawClient, connectRaw } from '../tools/raw-client.js';
import type { WidgetPage } from '../tools/widget-page.js';
import { closeClean, establish, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

/** ms: media are missed within 5 to 7 s, the peer within 9 s more; the rest is for a busy machine. */
const SOON_MS = 40_000;

const JINGLE = 'urn:xmpp:jingle:1';
const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':');
const OFFER = `<content creator='initiator' name='0' senders='both'>
    <description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'><payload-type id='111' name='opus' clockrate='48000' channels='2'/><rtcp-mux/></description>
    <transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='abcd' pwd='abcdefghijklmnopqrstuvwx'>
      <fingerprint xmlns='urn:xmpp:jingle:apps:dtls:0' hash='sha-256' setup='actpass'>${FINGERPRINT}</fingerprint>
    </transport>
  </content>`;

function jingle(action: string, sid: string, children: string): string {
  return `<jingle xmlns='${JINGLE}' action='${action}' sid='${sid}'>${children}</jingle>`;
}

/** Ends a page, or its whole browser, so that it cannot say goodbye. */
interface Mortal {
  readonly end: WidgetPage;
  vanish(): Promise<unknown>;
}

describe('a page that vanishes without a word', () => {
  let harness: Harness;
  const started: MortalBrowser[] = [];
  before(async () => {
    harness = await startHarness();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((browser) => browser.kill()));
    await harness.closePages();
  });
  after(() => harness.dispose());

  /** In a browser of its own, which `vanish` kills. */
  async function inFirefox(open: (harness: Harness) => Promise<WidgetPage>): Promise<Mortal> {
    const browser = await launchFirefox();
    started.push(browser);
    const end = await open({
      ...harness,
      open: (_, path, options) => browser.newPage(new URL(path, harness.web.url).href, options),
    });
    return { end, vanish: () => browser.kill() };
  }

  /** A tab, which `vanish` crashes. */
  async function inChromium(open: (harness: Harness) => Promise<WidgetPage>): Promise<Mortal> {
    const end = await open(harness);
    return {
      end,
      vanish: () => {
        // The crash takes the answer to this with it.
        void end.page.devTools?.('Page.crash').catch(() => undefined);
        return Promise.resolve();
      },
    };
  }

  for (const [browser, openMortal] of Object.entries({ firefox: inFirefox, chromium: inChromium })) {
    it(`ends the call of its peer with connection-lost, in ${browser}`, async () => {
      const agent = await openAgent(harness);
      const visitor = await openMortal(openVisitor);
      await establish(visitor.end, agent);
      await visitor.vanish();
      const outcome = await agent.ended(SOON_MS);
      assert.deepEqual([outcome.endReason, outcome.error], ['error', 'connection-lost']);
      await closeClean(agent);
    });

    it(`is not rung for any more, in ${browser}`, async () => {
      const agent = await openAgent(harness);
      const visitor = await openMortal(openVisitor);
      await visitor.end.press('launcher');
      await visitor.end.reaches('ringing');
      await agent.reaches('incoming');
      await visitor.vanish();
      assert.equal((await agent.ended(SOON_MS)).endReason, 'cancelled');
      await closeClean(agent);
    });
  }

  it('ends the call of a visitor whose agent is killed', async () => {
    const agent = await inFirefox(openAgent);
    const visitor = await openVisitor(harness);
    await establish(visitor, agent.end);
    await agent.vanish();
    assert.equal((await visitor.ended(SOON_MS)).error, 'connection-lost');
    await closeClean(visitor);
  });
});

describe('a line that is taken or flooded', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.closePages());
  after(() => harness.dispose());

  it('rings six times for a stranger who calls directly forty times, and then for somebody else', async () => {
    const agent = await openAgent(harness);
    const jid = await agent.page.evaluate(() => {
      const counted = globalThis as unknown as { rings: number };
      counted.rings = 0;
      document.querySelector('xmpp-call')?.client?.addEventListener('incoming-call', () => counted.rings++);
      return document.querySelector('xmpp-call')?.client?.jid ?? '';
    });
    const { websocketUrl, guestDomain } = harness.servers;
    const stranger: RawClient = await connectRaw(websocketUrl, guestDomain, 'anonymous');
    const rings = () => agent.page.evaluate(() => (globalThis as unknown as { rings: number }).rings);
    const begin = (index: number) => jingle('session-initiate', `f${String(index)}`, OFFER);
    const cancel = (index: number) => jingle('session-terminate', `f${String(index)}`, '<reason><cancel/></reason>');
    const answers: string[] = [];
    for (let index = 0; index < 20; index++) {
      const answer = await stranger.request('set', begin(index), jid);
      answers.push(String(answer.attrs.type));
      await stranger.request('set', cancel(index), jid);
    }
    assert.deepEqual(
      answers.slice(0, 6),
      Array.from({ length: 6 }, () => 'result'),
    );
    // Six at once, and one more for each 10 s that the flood has taken.
    const rang = await rings();
    assert.equal(rang, answers.filter((type) => type === 'result').length);
    assert.ok(rang <= 8, String(rang));
    // Beyond fifty requests at once a stranger gets no answers.
    for (let index = 20; index < 40; index++) {
      for (const [kind, payload] of Object.entries({ begin: begin(index), cancel: cancel(index) }))
        stranger.send(`<iq xmlns='jabber:client' type='set' id='${kind}-${String(index)}' to='${jid}'>${payload}</iq>`);
    }
    await stranger.close();

    for (let index = 0; index < rang; index++) await agent.ended();
    const visitor = await openVisitor(harness);
    await establish(visitor, agent);
    assert.ok((await rings()) - 1 <= 8, 'the rest of the flood did not ring');
    await visitor.press('hang-up');
    await agent.ended();
    await closeClean(visitor, agent);
  });

  it('tells a second visitor that somebody else is calling, and a third that the agent is in a call', async () => {
    const agent = await openAgent(harness);
    const first = await openVisitor(harness);
    await first.press('launcher');
    await agent.reaches('incoming');
    const second = await openVisitor(harness);
    await second.press('launcher');
    assert.equal((await second.ended()).error, 'callee-being-called');
    await agent.press('answer');
    await Promise.all([first.reaches('active'), agent.reaches('active')]);
    const third = await openVisitor(harness);
    await third.press('launcher');
    assert.equal((await third.ended()).error, 'busy');
    await first.press('hang-up');
    await agent.ended();
    await closeClean(first, second, third, agent);
  });

  it('rings on at another page of the account when one is closed', async () => {
    const closed = await openAgent(harness);
    const other = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await visitor.press('launcher');
    await Promise.all([closed.reaches('incoming'), other.reaches('incoming')]);
    await closed.page.close();
    await other.press('answer');
    await Promise.all([visitor.reaches('active'), other.reaches('active')]);
    await visitor.press('hang-up');
    await other.ended();
    await closeClean(visitor, other);
  });
});
