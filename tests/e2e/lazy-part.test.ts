import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../../tools/setup.mjs';
import { contentSecurityPolicy } from '../../tools/servers/static-server.js';
import { launchBrowser } from '../tools/browsers.js';
import { WidgetPage } from '../tools/widget-page.js';

const CDN = join(ROOT, 'packages/element/dist/cdn');
const PAGE =
  '<!doctype html><html lang="en"><title>Call</title><script type="module" src="/xmpp-call.js"></script><xmpp-call domain="guest.example.org"></xmpp-call></html>';

describe('a part of the page that fails to load once', () => {
  let server: Server;
  let url: string;
  /** Whether what is loaded with the first call cannot be had. */
  let broken: boolean;

  before(async () => {
    server = createServer((request, response) => {
      const name = basename(new URL(request.url ?? '/', 'http://localhost').pathname);
      const answer = async (): Promise<void> => {
        if (broken && name.startsWith('call-panel-')) {
          response.writeHead(503).end();
        } else if (name === '') {
          const headers = { 'content-type': 'text/html', 'content-security-policy': contentSecurityPolicy() };
          response.writeHead(200, headers).end(PAGE);
        } else {
          const content = await readFile(join(CDN, name));
          response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' }).end(content);
        }
      };
      answer().catch(() => response.writeHead(404).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  for (const name of ['chromium', 'firefox'] as const) {
    it(`does not leave the button dead in ${name}`, async () => {
      broken = true;
      const browser = await launchBrowser(name);
      try {
        const visitor = new WidgetPage(await browser.newPage(url));
        await visitor.press('launcher');
        await visitor.shows(/a part of this page did not load/);
        broken = false;
        await visitor.press('launcher');
        // The panel is there: this visitor calls nobody.
        await visitor.shows(/cannot be called/);
        assert.doesNotMatch(await visitor.text(), /did not load/);
      } finally {
        await browser.close();
      }
    });
  }
});
