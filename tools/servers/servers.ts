/** Prosody and coturn on loopback ports with a generated configuration: for the demo, the tests and the benchmarks. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureCertificate, type Certificate } from './certificate.js';
import { coturnConfig, coturnLog, coturnPidFile } from './coturn.js';
import { type PortBlock, accepts, assertPortFree, hasAddress, takePortBlock } from '../ports.mjs';
import { startChild, stopStale, type ManagedChild } from '../processes.mjs';
import { prosodyConfig, prosodyLog, writeAccounts } from './prosody.js';

export interface ServersOptions {
  /** Directory for configuration, data and logs; made when missing. One set of servers per directory. */
  readonly dir: string;
  /** Fixed ports; those left out are free ones that the servers hold until `stop`. */
  readonly ports?: {
    readonly c2s?: number;
    readonly http?: number;
    readonly turn?: number;
    readonly turnRelay?: readonly [number, number];
  };
  /** Addresses Prosody listens on; default 127.0.0.1 and ::1 (the latter where the system has it). */
  readonly bindIps?: readonly string[];
  /** Address coturn listens on, relays from and is announced at; default 127.0.0.1. */
  readonly turnIp?: string;
  /** Accounts at `domain`: local part -> password. */
  readonly users?: Readonly<Record<string, string>>;
  /** false: no coturn, and Prosody announces none. */
  readonly turn?: boolean;
  /** For TLS on the c2s port; default: one made for the directory. */
  readonly certificate?: Certificate;
  /** Write every stanza to `logFile`. */
  readonly debugStanzas?: boolean;
}

export interface Servers {
  /** ws: URL of XMPP over WebSocket (RFC 7395). */
  readonly websocketUrl: string;
  /** Base URL without trailing slash; `/.well-known/host-meta` and `host-meta.json` are below it. */
  readonly httpUrl: string;
  readonly c2sPort: number;
  readonly domain: 'xmpp.localhost';
  readonly guestDomain: 'guest.localhost';
  readonly mucDomain: 'conference.xmpp.localhost';
  readonly users: Readonly<Record<string, string>>;
  readonly turn: { readonly host: string; readonly port: number; readonly secret: string };
  readonly certificate: Certificate;
  /** Prosody's log. */
  readonly logFile: string;
  readonly turnLogFile: string;
  /** Process ids of what runs now. */
  pids(): { readonly prosody?: number; readonly turn?: number };
  stop(): Promise<void>;
  stopProsody(): Promise<void>;
  startProsody(): Promise<void>;
  stopTurn(): Promise<void>;
  startTurn(): Promise<void>;
}

export const DOMAIN = 'xmpp.localhost';
export const GUEST_DOMAIN = 'guest.localhost';
const MUC_DOMAIN = 'conference.xmpp.localhost';
const DEFAULT_USERS: Readonly<Record<string, string>> = {
  desk: 'deskpw',
  alice: 'alicepw',
  bob: 'bobpw',
  carol: 'carolpw',
};

const START_TIMEOUT_MS = 20_000;
const POLL_MS = 25;
const RELAY_PORTS = 200;

/**
 * Starts the servers and resolves when both take connections.
 * @throws {PortTakenError} when a fixed port is taken
 * @throws {Error} with the end of the server's log when a server does not come up
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const block = await takePortBlock();
  try {
    return await startOn(block, options);
  } catch (error) {
    await block.release();
    throw error;
  }
}

async function startOn(block: PortBlock, options: ServersOptions): Promise<Servers> {
  const directory = resolve(options.dir);
  await mkdir(directory, { recursive: true });
  await stopStale(directory);
  const bindIps = options.bindIps ?? (await defaultBindIps());
  const turnIp = options.turnIp ?? '127.0.0.1';
  const webHost = bindIps.includes('127.0.0.1') ? '127.0.0.1' : (bindIps[0] ?? '127.0.0.1');
  const webHosts = [...new Set([webHost, ...bindIps])];
  const users = options.users ?? DEFAULT_USERS;
  const c2sPort = await choosePort(options.ports?.c2s, 'XMPP client connections', block, webHosts);
  const httpPort = await choosePort(options.ports?.http, 'XMPP over WebSocket', block, webHosts);
  const turnPort = await choosePort(options.ports?.turn, 'TURN', block, [turnIp]);
  const relayPorts = options.ports?.turnRelay ?? block.range(RELAY_PORTS);
  const certificate =
    options.certificate ??
    (await ensureCertificate(join(directory, 'certificates'), [DOMAIN, GUEST_DOMAIN, MUC_DOMAIN, 'localhost']));
  const turn = { host: turnIp, port: turnPort, secret: randomBytes(24).toString('hex') };
  const withTurn = options.turn ?? true;
  const httpUrl = `http://${urlHost(webHost)}:${httpPort}`;
  const websocketUrl = `ws://${urlHost(webHost)}:${httpPort}/xmpp-websocket`;

  const prosodyFile = join(directory, 'prosody.cfg.lua');
  const settings = { directory, bindIps, c2sPort, httpPort, websocketUrl, certificate };
  const domains = { domain: DOMAIN, guestDomain: GUEST_DOMAIN, mucDomain: MUC_DOMAIN } as const;
  const debugStanzas = options.debugStanzas ?? false;
  await writeFile(prosodyFile, prosodyConfig({ ...settings, ...domains, debugStanzas, ...(withTurn && { turn }) }));
  await writeAccounts(directory, DOMAIN, users);
  const turnFile = join(directory, 'turnserver.conf');
  await writeFile(
    turnFile,
    coturnConfig({ directory, ip: turnIp, port: turnPort, relayPorts, realm: DOMAIN, secret: turn.secret }),
  );

  let prosody: ManagedChild | undefined;
  let coturn: ManagedChild | undefined;

  async function startProsody(): Promise<void> {
    if (prosody?.running()) return;
    const log = prosodyLog(directory);
    await rm(log, { force: true });
    const args = ['-F', '--root', '--config', prosodyFile];
    prosody = await startChild({ name: 'prosody', directory, command: 'prosody', args });
    await ready(prosody, log, async () => {
      const text = await readText(log);
      const missing = /Failed to open server port.*|Activated service '(?:http|c2s)' on no ports/.exec(text);
      if (missing) throw new Error(`Prosody did not get its ports: ${missing[0]}`);
      return (await accepts(c2sPort, webHost)) && (await accepts(httpPort, webHost));
    });
  }

  async function startTurn(): Promise<void> {
    if (coturn?.running()) return;
    const log = coturnLog(directory);
    await rm(log, { force: true });
    coturn = await startChild({ name: 'coturn', directory, command: 'turnserver', args: ['-c', turnFile] });
    await ready(coturn, log, () => accepts(turnPort, turnIp));
  }

  async function stopProsody(): Promise<void> {
    await prosody?.stop();
  }

  async function stopTurn(): Promise<void> {
    await coturn?.stop();
    await rm(coturnPidFile(directory), { force: true });
  }

  async function stop(): Promise<void> {
    await Promise.all([stopProsody(), stopTurn()]);
    await block.release();
  }

  try {
    await Promise.all([startProsody(), ...(withTurn ? [startTurn()] : [])]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...domains,
    websocketUrl,
    httpUrl,
    c2sPort,
    users,
    turn,
    certificate,
    logFile: prosodyLog(directory),
    turnLogFile: coturnLog(directory),
    pids: () => ({
      ...(prosody?.running() && { prosody: prosody.pid }),
      ...(coturn?.running() && { turn: coturn.pid }),
    }),
    stop,
    stopProsody,
    startProsody,
    stopTurn,
    startTurn,
  };
}

/** Waits until `check` holds; a server that ends before is an error that shows its log. */
async function ready(child: ManagedChild, log: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let ending: string | undefined;
  void child.exited.then((text) => (ending = text));
  while (!(await check())) {
    const reason = ending ?? (Date.now() > deadline ? `no connection within ${START_TIMEOUT_MS / 1000} s` : undefined);
    if (reason !== undefined) {
      await child.stop();
      throw new Error(`${reason}; end of ${log}:\n${(await readText(log)).split('\n').slice(-15).join('\n')}`);
    }
    await delay(POLL_MS);
  }
}

/** @throws {PortTakenError} when a fixed port is taken at the first address */
async function choosePort(
  fixed: number | undefined,
  purpose: string,
  block: PortBlock,
  hosts: readonly string[],
): Promise<number> {
  if (fixed !== undefined) {
    await assertPortFree(fixed, purpose, 'tcp', hosts[0]);
    return fixed;
  }
  const port = await block.freePort(hosts);
  if (port === undefined) throw new Error(`no port is free for ${purpose}`);
  return port;
}

async function defaultBindIps(): Promise<readonly string[]> {
  return (await hasAddress('::1')) ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
}

function urlHost(ip: string): string {
  return ip.includes(':') ? `[${ip}]` : ip;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return ''; // not written yet
  }
}
