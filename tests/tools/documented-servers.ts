/** The servers as README.md configures them: its blocks as they are, but for ports, files, and TLS, which loopback has none of. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureCertificate } from '../../tools/servers/certificate.js';
import { accepts, takePortBlock } from '../../tools/ports.mjs';
import { type ManagedChild, startChild } from '../../tools/processes.mjs';
import { writeAccounts } from '../../tools/servers/prosody.js';
import { ROOT } from '../../tools/setup.mjs';

export interface DocumentedServer {
  readonly websocketUrl: string;
  readonly httpUrl: string;
  readonly domain: string;
  readonly guestDomain: string;
  readonly agent: { readonly user: string; readonly password: string };
  readonly turnPort: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

const DOMAINS = { domain: 'example.org', guestDomain: 'guest.example.org' } as const;
const AGENT = { user: 'support', password: 'a password' } as const;
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
const RELAY_PORTS = 100;

/** The first code block of a language in a section of README.md. */
async function readmeBlock(heading: string, language: string): Promise<string> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  // A single # is a comment in the blocks.
  const section = readme.split(/^#{2,} /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const [, block] = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'm').exec(section) ?? [];
  if (block === undefined) throw new Error(`README.md has no ${language} in a section "${heading}"`);
  return block;
}

/** ejabberd with the TURN server that is part of it. Browsers here take no certificate: its HTTP is served without TLS too. */
export async function startEjabberd(directory: string): Promise<DocumentedServer> {
  const block = await readmeBlock('ejabberd with its own TURN', 'yaml');
  const { http: httpPort, second: httpsPort, turn: turnPort, relay } = await takePorts();
  const { cert, key } = await ensureCertificate(join(directory, 'certificates'), Object.values(DOMAINS));
  const http = /^ {2}- port: 443\n(?: {4}.*\n)*/m.exec(block)?.[0] ?? '';
  const listener = (port: number) => http.replace('port: 443\n', `port: ${port}\n    ip: 127.0.0.1\n`);
  const configuration = replaced(block, [
    [/^certfiles:.*$/m, `certfiles: [${cert}, ${key}]`],
    [http, `${listener(httpsPort)}${replaced(listener(httpPort), [['tls: true', 'tls: false']])}`],
    [
      'port: 3478\n',
      `port: ${turnPort}\n    ip: 127.0.0.1\n    turn_min_port: ${relay[0]}\n    turn_max_port: ${relay[1]}\n`,
    ],
    ['turn_ipv4_address: 203.0.113.3', 'turn_ipv4_address: 127.0.0.1\n    turn_blacklist: []'],
  ]);
  await mkdir(join(directory, 'mnesia'), { recursive: true });
  const file = join(directory, 'ejabberd.yml');
  const logFile = join(directory, 'ejabberd.log');
  await writeFile(file, configuration);
  const register = `ejabberd_auth:try_register(<<"${AGENT.user}">>,<<"${DOMAINS.domain}">>,<<"${AGENT.password}">>).`;
  const child = await startChild({
    name: 'ejabberd',
    directory,
    command: 'erl',
    // Without -sname there is no node on the network, and no epmd that outlives it.
    args: ['-noinput', '-mnesia', 'dir', `"${join(directory, 'mnesia')}"`, '-s', 'ejabberd', '-eval', register],
    env: {
      ...process.env,
      HOME: directory,
      ERL_LIBS: await erlangLibraries(),
      EJABBERD_CONFIG_PATH: file,
      EJABBERD_LOG_PATH: logFile,
    },
  });
  return started(child, { httpPort, turnPort, logFile });
}

/** Where Debian's ejabberd is, which depends on the processor. */
async function erlangLibraries(): Promise<string> {
  return /^ERL_LIBS='(.*)'$/m.exec(await readFile('/usr/sbin/ejabberdctl', 'utf8'))?.[1] ?? '';
}

/** Prosody and coturn. */
export async function startProsodyAndCoturn(directory: string): Promise<DocumentedServer> {
  const heading = 'Prosody and coturn';
  const prosodyBlock = await readmeBlock(heading, 'lua');
  const coturnBlock = await readmeBlock(heading, 'ini');
  const { http: httpPort, second: c2sPort, turn: turnPort, relay } = await takePorts();
  await mkdir(directory, { recursive: true });
  const logFile = join(directory, 'prosody.log');
  const prosodyFile = join(directory, 'prosody.cfg.lua');
  const places = [
    'run_as_root = true',
    `data_path = "${join(directory, 'data')}"`,
    'interfaces = { "127.0.0.1" }',
    `c2s_ports = { ${c2sPort} } s2s_ports = { } https_ports = { } http_ports = { ${httpPort} }`,
    `turn_external_port = ${turnPort}`,
    `log = { { levels = { min = "info" }, to = "file", filename = "${logFile}" } }`,
    // TLS ends at the proxy.
    'http_default_host = "example.org" allow_unencrypted_plain_auth = true c2s_require_encryption = false',
  ];
  const configuration = replaced(prosodyBlock, [['"turn.example.org"', '"127.0.0.1"']]);
  await writeFile(prosodyFile, `${places.join('\n')}\n${configuration}`);
  await writeAccounts(directory, DOMAINS.domain, { [AGENT.user]: AGENT.password });
  const turnFile = join(directory, 'turnserver.conf');
  const turnPlaces = [
    `listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nlistening-port=${turnPort}\nmin-port=${relay[0]}\nmax-port=${relay[1]}`,
    `no-tls\nno-dtls\nno-cli\nallow-loopback-peers`,
    `userdb=${join(directory, 'turn.sqlite')}\npidfile=${join(directory, 'coturn.pid')}`,
    `log-file=${join(directory, 'coturn.log')}`,
  ];
  await writeFile(turnFile, `${coturnBlock}\n${turnPlaces.join('\n')}\n`);
  const coturn = await startChild({ name: 'coturn', directory, command: 'turnserver', args: ['-c', turnFile] });
  const args = ['-F', '--root', '--config', prosodyFile];
  const prosody = await startChild({ name: 'prosody', directory, command: 'prosody', args });
  try {
    const server = await started(prosody, { httpPort, turnPort, logFile });
    await until(coturn, join(directory, 'coturn.log'), () => accepts(turnPort));
    const stop = async () => {
      await Promise.all([prosody.stop(), coturn.stop()]);
    };
    return { ...server, stop };
  } catch (error) {
    await Promise.all([prosody.stop(), coturn.stop()]);
    throw error;
  }
}

interface Started {
  readonly httpPort: number;
  readonly turnPort: number;
  readonly logFile: string;
}

async function started(child: ManagedChild, { httpPort, turnPort, logFile }: Started): Promise<DocumentedServer> {
  await until(child, logFile, () => accepts(httpPort));
  return {
    ...DOMAINS,
    agent: AGENT,
    websocketUrl: `ws://127.0.0.1:${httpPort}/xmpp-websocket`,
    httpUrl: `http://127.0.0.1:${httpPort}`,
    turnPort,
    logFile,
    stop: () => child.stop(),
  };
}

/** @throws when one of the texts is not there: the block has changed, and what stands in for it has to follow */
function replaced(text: string, replacements: readonly (readonly [string | RegExp, string])[]): string {
  return replacements.reduce((result, [from, to]) => {
    const next = result.replace(from, to);
    if (next === result) throw new Error(`README.md no longer has ${String(from)}`);
    return next;
  }, text);
}

async function until(child: ManagedChild, logFile: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await check())) {
    if (child.running() && Date.now() < deadline) {
      await delay(POLL_MS);
      continue;
    }
    await child.stop();
    const log = await readFile(logFile, 'utf8').catch(() => 'no log');
    throw new Error(`${await child.exited}; ${logFile}:\n${log.slice(-3000)}`);
  }
}

/** The ports of a server, which are this process's until it ends. */
async function takePorts() {
  const block = await takePortBlock();
  const take = async () => (await block.freePort()) ?? assert.fail('no port is free');
  return { http: await take(), second: await take(), turn: await take(), relay: block.range(RELAY_PORTS) };
}
