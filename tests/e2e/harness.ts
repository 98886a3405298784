/** What an end-to-end test file stands on: servers, the built widget behind a strict policy, and browsers. */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Servers, type ServersOptions, startServers } from '../../tools/servers/servers.js';
import { ROOT } from '../../tools/setup.mjs';
import { type StaticServer, startStaticServer } from '../../tools/servers/static-server.js';
import {
  type BrowserHandle,
  type BrowserKind,
  type PageHandle,
  type PageOptions,
  launchBrowser,
} from '../tools/browsers.js';

export interface HarnessOptions {
  /** Beyond the directory, which is a fresh one. */
  readonly servers?: Omit<ServersOptions, 'dir'>;
  /** Folders of further files of the test site. */
  readonly site?: readonly string[];
  /** Environment that names the sound server of the browsers. */
  readonly sound?: NodeJS.ProcessEnv;
}

export interface Harness {
  readonly servers: Servers;
  readonly web: StaticServer;
  /** One instance of each browser is started at first need and shared by the file's tests. */
  browser(kind: BrowserKind): Promise<BrowserHandle>;
  /** Opens `path` of the test site; pages are closed by `dispose` at the latest. */
  open(kind: BrowserKind, path: string, options?: PageOptions): Promise<PageHandle>;
  /** For a test that failed before it closed its own: a call that goes on would disturb the next. */
  closePages(): Promise<void>;
  dispose(): Promise<void>;
}

/** The test site: this folder's pages, the demo's pages, and the bundles, in that order. */
const SITE = [
  join(import.meta.dirname, 'pages'),
  join(ROOT, 'demo', 'pages'),
  join(ROOT, 'packages', 'element', 'dist', 'cdn'),
];

/** Use in `before`, and `dispose` in `after`. `{{service}}`, `{{domain}}` and `{{guestDomain}}` are filled into pages. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const directory = await mkdtemp(join(tmpdir(), 'xmpp-call-e2e-'));
  const servers = await startServers({ debugStanzas: true, ...options.servers, dir: directory });
  const values = {
    service: servers.websocketUrl,
    domain: servers.domain,
    guestDomain: servers.guestDomain,
    agent: `desk@${servers.domain}`,
    password: servers.users.desk ?? '',
  };
  const web = await startStaticServer({
    mounts: [...SITE, ...(options.site ?? [])].map((mount) => ({ directory: mount, values })),
  });
  const browsers = new Map<BrowserKind, Promise<BrowserHandle>>();
  const pages: PageHandle[] = [];

  function browser(kind: BrowserKind): Promise<BrowserHandle> {
    const running = browsers.get(kind) ?? launchBrowser(kind, options.sound);
    browsers.set(kind, running);
    return running;
  }

  return {
    servers,
    web,
    browser,
    async open(kind, path, pageOptions) {
      const page = await (await browser(kind)).newPage(new URL(path, web.url).href, pageOptions);
      pages.push(page);
      return page;
    },
    async closePages() {
      await Promise.all(pages.splice(0).map((page) => page.close()));
    },
    async dispose() {
      await Promise.all([...browsers.values()].map(async (running) => (await running).close()));
      await web.close();
      await servers.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Time-limited credentials for the harness's coturn, as Prosody derives them from the shared secret. */
export function turnCredentials({ turn }: Servers): { readonly username: string; readonly credential: string } {
  const username = String(Math.floor(Date.now() / 1000) + 3600);
  return { username, credential: createHmac('sha1', turn.secret).update(username).digest('base64') };
}
