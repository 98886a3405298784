import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../tools/setup.mjs';
import type { PageHandle } from '../tools/browsers.js';
import { readBarCodes } from '../tools/media-probe.js';
import type { WidgetPage } from '../tools/widget-page.js';
import { AGENT, VISITOR, closeClean, openAgent, openVisitor, sees } from './desk.js';
import { type Harness, startHarness } from './harness.js';

const BOB = { sender: 63, toneHz: 660 };

/** Clients on npm `stanza` name the source of the retransmission in its group alone, and know no other way. */
describe('pages on npm stanza, with video', () => {
  let harness: Harness;
  let script: string;
  before(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(ROOT, 'tests/tools/stanza-page.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2022',
      platform: 'browser',
      define: { global: 'globalThis' },
    });
    script = outputFiles[0]?.text ?? '';
    harness = await startHarness();
  });
  after(() => harness.dispose());

  async function openBob(): Promise<PageHandle> {
    return await harness.open('chromium', 'stanza.html', { probe: BOB, scripts: [script] });
  }

  async function signIn(bob: PageHandle): Promise<string> {
    const { websocketUrl: service, domain, users } = harness.servers;
    const options = { service, jid: `bob@${domain}`, password: users.bob ?? '' };
    return await bob.evaluate((given) => globalThis.stanzaPage.signIn(given), options);
  }

  async function bobSees(bob: PageHandle, { sender }: { readonly sender: number }): Promise<void> {
    await bob.waitFor(() => document.querySelector('video'), { what: 'a track' });
    const picture = await readBarCodes(bob, 'video');
    assert.deepEqual(picture.senders, [sender], JSON.stringify(picture));
  }

  /** The codecs are the browser's, and nothing of ours was fetched. */
  async function hasNoCore(end: WidgetPage): Promise<void> {
    assert.equal((await end.statistics())?.core, undefined);
    const fetched = await end.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    );
    assert.deepEqual(
      fetched.filter((path) => /media-core|media\.work|\.wasm$/.test(path)),
      [],
    );
    assert.ok(fetched.some((path) => path.endsWith('/signaling.worker.js') || path.includes('call-panel')));
  }

  it('call an agent: the agent answers, and both see each other', async () => {
    const agent = await openAgent(harness);
    const bob = await openBob();
    await signIn(bob);
    const device = await agent.page.evaluate(() => document.querySelector('xmpp-call')?.client?.jid ?? '');
    await bob.evaluate((to) => globalThis.stanzaPage.call(to), device);
    await agent.press('answer-video');
    await agent.reaches('active');
    await Promise.all([sees(agent, BOB), bobSees(bob, AGENT)]);
    await hasNoCore(agent);
    await agent.press('hang-up');
    await bob.close();
    await closeClean(agent);
  });

  it('answer a visitor, and both see each other', async () => {
    const bob = await openBob();
    await signIn(bob);
    const visitor = await openVisitor(harness, { to: 'bob', attributes: { video: '' } });
    await visitor.press('launcher');
    await visitor.reaches('active');
    await Promise.all([sees(visitor, BOB), bobSees(bob, VISITOR)]);
    await hasNoCore(visitor);
    await visitor.press('hang-up');
    await bob.close();
    await closeClean(visitor);
  });
});
