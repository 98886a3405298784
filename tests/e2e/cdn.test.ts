import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { ROOT } from '../../tools/setup.mjs';
import { type StaticServer, contentSecurityPolicy, startStaticServer } from '../../tools/servers/static-server.js';
import type { BrowserName } from '../tools/browsers.js';
import { WidgetPage } from '../tools/widget-page.js';
import {
  AGENT,
  CORE,
  VISITOR,
  closeClean,
  establish,
  everyDirection,
  hears,
  openAgent,
  wasmPaths,
  receives,
} from './desk.js';
import { type Harness, startHarness } from './harness.js';

describe('files from another origin', () => {
  let harness: Harness;
  let cdn: StaticServer;
  let site: StaticServer;
  /** Its policy forbids WebAssembly. */
  let strictSite: StaticServer;
  before(async () => {
    harness = await startHarness();
    cdn = await startStaticServer({
      mounts: [{ directory: join(ROOT, 'packages/element/dist/cdn') }],
      headers: { 'access-control-allow-origin': '*' },
    });
    const { websocketUrl, domain, guestDomain } = harness.servers;
    const values = { cdn: cdn.url, service: websocketUrl, guestDomain, agent: `desk@${domain}` };
    const { origin } = new URL(cdn.url);
    const policy = contentSecurityPolicy()
      .replace("script-src 'self'", `script-src 'self' ${origin}`)
      .replace("worker-src 'self'", `worker-src 'self' ${origin}`)
      .replace("img-src 'self'", "img-src 'self' data:");
    const startSite = (contentSecurity: string) =>
      startStaticServer({
        mounts: [{ directory: join(import.meta.dirname, 'pages'), values }],
        headers: { 'content-security-policy': contentSecurity },
      });
    site = await startSite(policy);
    strictSite = await startSite(policy.replace(" 'wasm-unsafe-eval'", ''));
  });
  afterEach(() => harness.closePages());
  after(async () => {
    await site.close();
    await strictSite.close();
    await cdn.close();
    await harness.dispose();
  });

  async function openFrom(at: StaticServer, page: string, name: BrowserName): Promise<WidgetPage> {
    return new WidgetPage(await harness.open(name, new URL(page, at.url).href, { probe: VISITOR }));
  }

  for (const name of ['chromium', 'firefox'] as const) {
    it(`make a call in ${name}, under a policy that allows their origin`, async () => {
      const agent = await openAgent(harness);
      const visitor = await openFrom(site, 'cdn.html', name);
      await establish(visitor, agent);
      await hears(visitor, AGENT);
      await visitor.press('hang-up');
      assert.equal((await agent.ended()).endReason, 'remote-hang-up');
      await closeClean(visitor, agent);
    });

    it(`run the media core in ${name}`, async () => {
      const agent = await openAgent(harness, { attributes: CORE });
      const visitor = await openFrom(site, 'cdn-core.html', name);
      await establish(visitor, agent, 'answer-video');
      await visitor.takes(wasmPaths(visitor));
      await Promise.all([receives(visitor, AGENT), receives(agent, VISITOR)]);
      await visitor.press('hang-up');
      await agent.ended();
      await closeClean(visitor, agent);
    });

    it(`make do without it in ${name} where the policy forbids WebAssembly`, async () => {
      const agent = await openAgent(harness, { attributes: CORE });
      const visitor = await openFrom(strictSite, 'cdn-core.html', name);
      await establish(visitor, agent, 'answer-video');
      await visitor.takes(everyDirection('forbidden-by-csp'));
      assert.ok(
        visitor.page.log.some(({ text }) => text.startsWith('xmpp-call: the WebAssembly codecs cannot be used')),
      );
      await Promise.all([receives(visitor, AGENT), receives(agent, VISITOR)]);
      await visitor.press('hang-up');
      await agent.ended();
      await closeClean(visitor, agent);
    });
  }
});
