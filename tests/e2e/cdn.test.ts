import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../../demo/setup.mjs';
import { type StaticServer, contentSecurityPolicy, startStaticServer } from '../../demo/static-server.js';
import { WidgetPage } from '../tools/widget-page.js';
import { AGENT, VISITOR, closeClean, establish, hears, openAgent } from './desk.js';
import { type Harness, startHarness } from './harness.js';

describe('files from another origin', () => {
  let harness: Harness;
  let cdn: StaticServer;
  let site: StaticServer;
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
    site = await startStaticServer({
      mounts: [{ directory: join(import.meta.dirname, 'pages'), values }],
      headers: { 'content-security-policy': policy },
    });
  });
  after(async () => {
    await site.close();
    await cdn.close();
    await harness.dispose();
  });

  for (const name of ['chromium', 'firefox'] as const) {
    it(`make a call in ${name}, under a policy that allows their origin`, async () => {
      const agent = await openAgent(harness);
      const browser = await harness.browser(name);
      const page = await browser.newPage(new URL('cdn.html', site.url).href, { probe: VISITOR });
      const visitor = new WidgetPage(page);
      await establish(visitor, agent);
      await hears(visitor, AGENT);
      await visitor.press('hang-up');
      assert.equal((await agent.ended()).endReason, 'remote-hang-up');
      await closeClean(visitor, agent);
    });
  }
});
