import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../tools/setup.mjs';
import { DOMAIN, GUEST_DOMAIN, startServers } from '../tools/servers/servers.js';
import { contentSecurityPolicy, startStaticServer } from '../tools/servers/static-server.js';

export interface DemoOptions {
  /** For configuration, data and logs of the servers. */
  readonly directory: string;
  /** Holds the demo's URL while it runs. */
  readonly urlFile: string;
  readonly ports: { readonly web: number; readonly http: number; readonly c2s: number; readonly turn: number };
  /** ws: or wss: URL of a service that runs already; none is started then. */
  readonly service?: string;
}

export const AGENT = { jid: `desk@${DOMAIN}`, password: 'deskpw' } as const;

const TURN_RELAY_PORTS = [52_000, 52_099] as const;

/** Serves the demo until SIGINT, SIGTERM or SIGHUP. */
export async function runDemo({ directory, urlFile, ports, service }: DemoOptions): Promise<void> {
  const stopping = nextSignal();
  const mounts = [join(import.meta.dirname, 'pages'), join(ROOT, 'packages', 'element', 'dist', 'cdn')];
  const values = {
    service: service ?? `ws://127.0.0.1:${ports.http}/xmpp-websocket`,
    domain: DOMAIN,
    guestDomain: GUEST_DOMAIN,
  };
  const web = await startStaticServer({
    port: ports.web,
    mounts: mounts.map((mount) => ({
      directory: mount,
      values: { ...values, agent: AGENT.jid, password: AGENT.password },
    })),
    headers: {
      'content-security-policy': contentSecurityPolicy(service === undefined ? [] : [new URL(service).origin]),
    },
  });
  try {
    if (service === undefined) say('- Prosody and coturn …');
    const servers =
      service === undefined
        ? await startServers({
            dir: directory,
            ports: { http: ports.http, c2s: ports.c2s, turn: ports.turn, turnRelay: TURN_RELAY_PORTS },
          })
        : undefined;
    try {
      writeFileSync(urlFile, `${web.url}\n`);
      say(instructions(web.url, values.service, servers?.c2sPort));
      await stopping;
      say('\nStopping …');
    } finally {
      rmSync(urlFile, { force: true });
      await servers?.stop();
    }
  } finally {
    await web.close();
  }
}

function instructions(url: string, service: string, c2sPort: number | undefined): string {
  const native =
    c2sPort === undefined
      ? ''
      : `\n  native clients  127.0.0.1:${c2sPort} (STARTTLS, certificate of its own authority)`;
  return `
The demo is ready.

  both sides on one page  ${url}
  visitor only            ${url}visitor.html
  agent only              ${url}agent.html

  1. On the agent's side sign in as ${AGENT.jid} with the password ${AGENT.password}.
  2. On the visitor's side press the call button and allow the microphone.
  3. Answer on the agent's side.

  XMPP service    ${service}${native}

Ctrl-C ends everything.`;
}

/** Resolves at the first request to end; later ones are swallowed while the servers stop. */
function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
