import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Servers } from '../../tools/servers/servers.js';
import { startStaticServer } from '../../tools/servers/static-server.js';

/** A website with the built widget on its pages. */
export interface Site {
  /** `http:` URL on localhost. */
  address(page: 'visitor' | 'agent'): string;
  close(): Promise<void>;
}

const PAGES = join(import.meta.dirname, 'page');
const WIDGET = join(import.meta.dirname, '../../packages/element/dist/cdn');

/** Serves the pages; visitors call `callee`. Throws if the widget has not been built. */
export async function startSite(servers: Servers, callee: string): Promise<Site> {
  await access(join(WIDGET, 'xmpp-call.js')).catch((cause: unknown) => {
    throw new Error('the widget has not been built: npm run build', { cause });
  });
  const { websocketUrl: service, domain, guestDomain } = servers;
  const pages = { directory: PAGES, values: { service, domain, guestDomain, to: callee } };
  const server = await startStaticServer({ mounts: [pages, { directory: WIDGET }] });
  return {
    address: (page) => `http://localhost:${String(server.port)}/${page}.html`,
    close: () => server.close(),
  };
}
