#!/usr/bin/env node
/** `npm start`: sets up, starts the local servers and serves the demo until Ctrl-C. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LockedError, acquireLock } from '../tools/lock.mjs';
import { PortTakenError, assertPortFree, freePort } from '../tools/ports.mjs';
import { stopStale } from '../tools/processes.mjs';
import { ROOT, SetupError, setUp } from '../tools/setup.mjs';

/** One demo per directory runs at a time. */
const RUN_DIRECTORY = process.env.XMPP_CALL_RUN_DIRECTORY ?? join(ROOT, '.run', 'demo');
const URL_FILE = join(RUN_DIRECTORY, 'url');

const HELP = `Usage: npm start -- [options]

Sets up what is missing, starts Prosody and coturn on loopback and serves the demo. Ctrl-C ends everything.

  --port PORT         web server, default 8080
  --xmpp-port PORT    XMPP over WebSocket, default 5290
  --c2s-port PORT     XMPP for native clients, default 5292
  --turn-port PORT    TURN, default 3488
  A default that is taken is replaced by a free port; a port that is named is not.

  --service URL       use the XMPP service at this ws: or wss: URL and start no servers (see demo/compose.yaml)
  --help              this text
`;

const DEFAULT_PORTS = { port: '8080', 'xmpp-port': '5290', 'c2s-port': '5292', 'turn-port': '3488' };

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message.trimEnd()}\n`);
  process.exit(1);
}

function parseOptions() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        'xmpp-port': { type: 'string' },
        'c2s-port': { type: 'string' },
        'turn-port': { type: 'string' },
        service: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    fail(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

const options = parseOptions();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

/** @typedef {keyof typeof DEFAULT_PORTS} PortOption */

/** @param {PortOption} name */
function portOption(name) {
  const text = options[name] ?? DEFAULT_PORTS[name];
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) fail(`--${name}: "${text}" is not a port (1 to 65535)`);
  return port;
}

/** By option, what for. @type {Record<PortOption, string>} */
const PURPOSES = {
  port: 'the demo pages',
  'xmpp-port': 'XMPP over WebSocket',
  'c2s-port': 'XMPP client connections',
  'turn-port': 'TURN',
};
const names = /** @type {PortOption[]} */ (Object.keys(DEFAULT_PORTS));
const wanted = Object.fromEntries(names.map((name) => [name, portOption(name)]));
if (options.service !== undefined && !/^wss?:\/\/./.test(options.service)) {
  fail(`--service: "${options.service}" is not a ws: or wss: URL`);
}

/**
 * The port of an option: the one that was named, the default, or a free one where that is taken.
 * @param {PortOption} name
 * @throws {PortTakenError} for one that was named
 */
async function choosePort(name) {
  const port = wanted[name] ?? 0;
  try {
    await assertPortFree(port, `${PURPOSES[name]}, --${name}`);
    return port;
  } catch (error) {
    if (!(error instanceof PortTakenError) || options[name] !== undefined) throw error;
    const free = await freePort();
    process.stdout.write(`- ${error.message}: ${free} instead\n`);
    return free;
  }
}

/** Before the long steps; the servers look again when they start. */
async function choosePorts() {
  await stopStale(RUN_DIRECTORY);
  const servers = options.service === undefined;
  return {
    web: await choosePort('port'),
    http: servers ? await choosePort('xmpp-port') : 0,
    c2s: servers ? await choosePort('c2s-port') : 0,
    turn: servers ? await choosePort('turn-port') : 0,
  };
}

try {
  acquireLock(join(RUN_DIRECTORY, 'lock'));
  rmSync(URL_FILE, { force: true });
  const ports = await choosePorts();
  await setUp({ servers: options.service === undefined });
  const { register } = await import('tsx/esm/api');
  register();
  const { runDemo } = await import('./demo.js');
  await runDemo({
    directory: RUN_DIRECTORY,
    urlFile: URL_FILE,
    ports,
    ...(options.service !== undefined && { service: options.service }),
  });
} catch (error) {
  if (error instanceof LockedError) {
    const place = existsSync(URL_FILE) ? ` at ${readFileSync(URL_FILE, 'utf8').trim()}` : ', still setting up';
    fail(
      `The demo is already running: pid ${error.pid}${place}\nStop it with Ctrl-C in its terminal, or: kill ${error.pid}`,
    );
  }
  if (error instanceof SetupError) fail(error.message);
  if (error instanceof PortTakenError)
    fail(`${error.message}\nFree it, or name another one by the same option: npm start -- --help`);
  throw error;
}
