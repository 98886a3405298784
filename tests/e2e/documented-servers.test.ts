import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../../tools/setup.mjs';
import { type StaticServer, startStaticServer } from '../../tools/servers/static-server.js';
import { type BrowserHandle, launchBrowser } from '../tools/browsers.js';
import { type DocumentedServer, startEjabberd, startProsodyAndCoturn } from '../tools/documented-servers.js';
import { connectRaw } from '../tools/raw-client.js';
import { resume } from '../tools/raw-resumption.js';
import { WidgetPage } from '../tools/widget-page.js';
import { AGENT, VISITOR, establish, receives } from './desk.js';

const EXTDISCO = 'urn:xmpp:extdisco:2';
const RELAYED = { 'ice-transport-policy': 'relay' };

for (const [name, start] of [
  ['ejabberd', startEjabberd],
  ['Prosody with coturn', startProsodyAndCoturn],
] as const) {
  describe(`${name}, set up as README.md says`, () => {
    let directory: string;
    let server: DocumentedServer;
    let site: StaticServer;
    let browser: BrowserHandle;
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'xmpp-call-documented-'));
      server = await start(directory);
      const { websocketUrl: service, domain, guestDomain } = server;
      const mounts = [join(import.meta.dirname, 'pages'), join(ROOT, 'packages', 'element', 'dist', 'cdn')];
      site = await startStaticServer({
        mounts: mounts.map((mount) => ({ directory: mount, values: { service, domain, guestDomain } })),
      });
      browser = await launchBrowser('chromium');
    });
    after(async () => {
      await browser.close();
      await site.close();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    });

    async function open(attributes: Readonly<Record<string, string>>, probe: typeof VISITOR): Promise<WidgetPage> {
      const page = `call.html?${new URLSearchParams({ ...attributes, ...RELAYED })}`;
      return new WidgetPage(await browser.newPage(new URL(page, site.url).href, { probe }));
    }

    it('gives TURN credentials to a guest without an account', async () => {
      const guest = await connectRaw(server.websocketUrl, server.guestDomain, 'anonymous');
      const answer = await guest.request('get', `<services xmlns='${EXTDISCO}'/>`, server.guestDomain);
      const services = answer.getChild('services', EXTDISCO)?.getChildren('service') ?? [];
      const turn = services.find(({ attrs }) => attrs.type === 'turn');
      assert.ok(turn?.attrs.username && turn.attrs.password, answer.toString());
      assert.equal(turn.attrs.port, String(server.turnPort));
      await guest.close();
    });

    it('carries a call between a guest and an account, through its TURN server', async () => {
      const agent = await open({ mode: 'agent' }, AGENT);
      const jid = `${server.agent.user}@${server.domain}`;
      await agent.signIn(jid, server.agent.password);
      const visitor = await open({ to: jid }, VISITOR);
      await establish(visitor, agent);
      await Promise.all([receives(visitor, { toneHz: AGENT.toneHz }), receives(agent, { toneHz: VISITOR.toneHz })]);
      assert.equal((await visitor.statistics())?.localCandidateType, 'relay');
      await visitor.press('hang-up');
      assert.equal((await agent.ended()).endReason, 'remote-hang-up');
    });

    it('resumes the stream of an account, but not that of a guest', async () => {
      const { websocketUrl, domain, guestDomain } = server;
      assert.equal((await resume(websocketUrl, domain, server.agent)).getName(), 'resumed');
      const refused = await resume(websocketUrl, guestDomain, 'anonymous');
      assert.ok(refused.is('failed') && refused.getChild('item-not-found'), refused.toString());
    });

    if (name === 'ejabberd') {
      it('tells a page of any origin where the WebSocket is', async () => {
        const { status, origin, body } = await hostMeta(server);
        assert.equal(status, 200);
        assert.equal(origin, '*');
        const { links } = JSON.parse(body) as { links: { rel: string; href: string }[] };
        assert.deepEqual(
          links.map(({ rel }) => rel),
          ['urn:xmpp:alt-connections:websocket'],
        );
        assert.match(links[0]?.href ?? '', /^wss:\/\/example\.org:\d+\/xmpp-websocket$/);
      });
    }
  });
}

/** As a page asks for it: by the name of the domain. */
function hostMeta({ httpUrl, domain }: DocumentedServer) {
  return new Promise<{ status: number | undefined; origin: string | undefined; body: string }>((resolve, reject) => {
    const headers = { host: domain, origin: 'https://shop.example' };
    get(`${httpUrl}/.well-known/host-meta.json`, { headers }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => {
        const { statusCode: status, headers: answered } = response;
        resolve({ status, origin: answered['access-control-allow-origin'], body });
      });
    }).on('error', reject);
  });
}
