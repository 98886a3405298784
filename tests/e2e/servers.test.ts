import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isRunning, readIdentity } from '../../tools/processes.mjs';
import { type Servers, startServers } from '../../tools/servers/servers.js';
import { connectRaw } from '../tools/raw-client.js';
import { freePort } from '../../tools/ports.mjs';

const EXTDISCO = 'urn:xmpp:extdisco:2';
const ORIGIN = 'https://shop.example';
/** Of `npm start`: pages, XMPP over WebSocket, XMPP for native clients, TURN. */
const DEFAULT_PORTS = [8080, 5290, 5292, 3488];

describe('the local servers', () => {
  let directory: string;
  let servers: Servers;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'xmpp-call-servers-'));
    servers = await startServers({ dir: directory, debugStanzas: true });
  });
  after(async () => {
    await servers.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('tell a page of any origin where the WebSocket is', async () => {
    const json = await fetch(`${servers.httpUrl}/.well-known/host-meta.json`, { headers: { origin: ORIGIN } });
    assert.equal(json.headers.get('access-control-allow-origin'), ORIGIN);
    const link = { rel: 'urn:xmpp:alt-connections:websocket', href: servers.websocketUrl };
    assert.deepEqual(await json.json(), { links: [link] });
    const xml = await fetch(`${servers.httpUrl}/.well-known/host-meta`, { headers: { origin: ORIGIN } });
    assert.equal(xml.headers.get('access-control-allow-origin'), ORIGIN);
    assert.match(xml.headers.get('content-type') ?? '', /application\/xrd\+xml/);
    assert.match(await xml.text(), new RegExp(`<Link [^>]*href='${servers.websocketUrl}'`));
  });

  it('let an account in by its password, and offer SCRAM', async () => {
    const { domain, users } = servers;
    const desk = await connectRaw(servers.websocketUrl, domain, { user: 'desk', password: users.desk ?? '' }, 'test');
    assert.equal(desk.jid, `desk@${domain}/test`);
    for (const name of ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'PLAIN']) assert.ok(desk.mechanisms.includes(name), name);
    await desk.close();
    await assert.rejects(
      connectRaw(servers.websocketUrl, domain, { user: 'desk', password: 'wrong' }),
      /not-authorized/,
    );
  });

  it('let visitors in without an account and carry their messages to an account', async () => {
    const { domain, guestDomain, users } = servers;
    const desk = await connectRaw(servers.websocketUrl, domain, { user: 'desk', password: users.desk ?? '' });
    desk.send("<presence xmlns='jabber:client'/>");
    await desk.receive((stanza) => stanza.is('presence') && stanza.attrs.from === desk.jid);
    const guest = await connectRaw(servers.websocketUrl, guestDomain, 'anonymous');
    assert.deepEqual(guest.mechanisms, ['ANONYMOUS']);
    guest.send(`<message xmlns='jabber:client' type='chat' to='desk@${domain}'><body>hello</body></message>`);
    const message = await desk.receive((stanza) => stanza.is('message'));
    assert.equal(message.attrs.from, guest.jid);
    assert.match(readFileSync(servers.logFile, 'utf8'), /RECV: <message[^\n]*hello/);
    await Promise.all([desk.close(), guest.close()]);
  });

  it('hand out time-limited TURN credentials', async () => {
    const guest = await connectRaw(servers.websocketUrl, servers.guestDomain, 'anonymous');
    const result = await guest.request('get', `<services xmlns='${EXTDISCO}'/>`, servers.guestDomain);
    const services = result.getChild('services', EXTDISCO)?.getChildren('service') ?? [];
    const turn = services.find((service) => service.attrs.type === 'turn' && service.attrs.transport === 'udp');
    assert.ok(turn);
    assert.equal(turn.attrs.host, servers.turn.host);
    assert.equal(turn.attrs.port, String(servers.turn.port));
    assert.ok(turn.attrs.username && turn.attrs.password && turn.attrs.expires, turn.toString());
    await guest.close();
  });

  it('keep accounts and ports over a restart of Prosody', async () => {
    const login = { user: 'alice', password: servers.users.alice ?? '' };
    await servers.stopProsody();
    await assert.rejects(connectRaw(servers.websocketUrl, servers.domain, login));
    await servers.startProsody();
    await (await connectRaw(servers.websocketUrl, servers.domain, login)).close();
  });
});

describe('starting and stopping the local servers', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'xmpp-call-servers-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('leaves neither process nor process record behind', async () => {
    const servers = await startServers({ dir: directory });
    const { prosody, turn } = servers.pids();
    assert.ok(prosody !== undefined && turn !== undefined);
    await servers.stop();
    assert.deepEqual([identify(prosody), identify(turn)], [undefined, undefined]);
    assert.deepEqual(processRecords(directory), []);
  });

  it('says which port is taken by which process', async (test) => {
    const port = await holdPort(test);
    await assert.rejects(startServers({ dir: directory, ports: { http: port } }), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`port ${port} \\(XMPP over WebSocket\\) is taken by pid ${process.pid}: .*node`),
      );
      return true;
    });
    assert.deepEqual(processRecords(directory), []);
  });

  it('ends what a killed run left behind', async (test) => {
    const servers = await startServers({ dir: directory });
    const left = servers.pids();
    assert.ok(left.prosody !== undefined && left.turn !== undefined);
    const second = await startServers({ dir: directory });
    test.after(() => second.stop());
    assert.deepEqual([identify(left.prosody), identify(left.turn)], [undefined, undefined]);
  });
});

describe('npm start', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'xmpp-call-start-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('serves the demo, refuses a second run, and leaves nothing behind after Ctrl-C', async (test) => {
    const demo = await startDemo(test, directory);
    assert.match(demo.output(), /http:\/\/127\.0\.0\.1:\d+\/visitor\.html/);
    const url = /(http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(demo.output())?.[1];
    assert.ok(url);
    const page = await fetch(url);
    assert.match(page.headers.get('content-security-policy') ?? '', /require-trusted-types-for 'script'/);
    assert.match(await page.text(), /<xmpp-call[^>]* to="desk@xmpp\.localhost"/);
    assert.equal((await fetch(`${url}..%2f..%2fpackage.json`)).status, 400);
    assert.equal((await fetch(`${url}no-such-page`)).status, 404);
    assert.equal((await fetch(url, { method: 'POST' })).status, 405);

    const second = runStart(test, directory, await demoPorts());
    assert.equal(await second.exitCode, 1);
    assert.match(second.output(), new RegExp(`already running: pid ${demo.pid} at ${url}`));

    const children = processRecords(directory).map((file) => readIdentity(file));
    assert.equal(children.length, 2);
    process.kill(demo.pid, 'SIGINT');
    assert.equal(await demo.exitCode, 0);
    for (const child of children) assert.ok(child !== undefined && !isRunning(child));
    assert.deepEqual(processRecords(directory), []);
    assert.ok(!existsSync(join(directory, 'lock')) && !existsSync(join(directory, 'url')));
  });

  it('starts again after it was killed', async (test) => {
    const killed = await startDemo(test, directory);
    const children = processRecords(directory).map((file) => readIdentity(file));
    process.kill(killed.pid, 'SIGKILL');
    await killed.exitCode;
    const begin = Date.now();
    const again = await startDemo(test, directory);
    assert.ok(Date.now() - begin < 10_000, 'a second start takes less than 10 s');
    for (const child of children) assert.ok(child !== undefined && !isRunning(child));
    process.kill(again.pid, 'SIGTERM');
    assert.equal(await again.exitCode, 0);
  });

  it('names the holder of a taken web port and exits', async (test) => {
    const port = await holdPort(test);
    const demo = runStart(test, directory, [`--port=${port}`]);
    assert.equal(await demo.exitCode, 1);
    assert.match(
      demo.output(),
      new RegExp(`port ${port} \\(the demo pages, --port\\) is taken by pid ${process.pid}: `),
    );
    assert.ok(!existsSync(join(directory, 'lock')));
  });

  it('names the option of each port that is taken', async (test) => {
    for (const option of ['xmpp-port', 'c2s-port', 'turn-port']) {
      const port = await holdPort(test);
      const demo = runStart(test, directory, [`--port=${await freePort()}`, `--${option}=${port}`]);
      assert.equal(await demo.exitCode, 1);
      assert.match(demo.output(), new RegExp(`port ${port} \\([^)]*, --${option}\\) is taken`));
    }
  });

  it('takes a free port in place of each default that is taken', async (test) => {
    // Whoever holds them already holds them as well.
    for (const port of DEFAULT_PORTS) await holdPort(test, port).catch(() => undefined);
    const demo = await startDemo(test, directory, []);
    const url = /(http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(demo.output())?.[1] ?? '';
    assert.equal((await fetch(url)).status, 200);
    for (const port of DEFAULT_PORTS) {
      assert.match(demo.output(), new RegExp(`port ${port} \\([^)]*\\) is taken by [^]*?: \\d+ instead`));
      assert.ok(!demo.output().includes(`127.0.0.1:${port}/`));
    }
    process.kill(demo.pid, 'SIGTERM');
    assert.equal(await demo.exitCode, 0);
  });

  it('explains its options and refuses others', async (test) => {
    const help = runStart(test, directory, ['--help']);
    assert.equal(await help.exitCode, 0);
    assert.match(help.output(), /--port PORT/);
    const wrong = runStart(test, directory, ['--port', 'http']);
    assert.equal(await wrong.exitCode, 1);
    assert.match(wrong.output(), /"http" is not a port/);
  });
});

interface StartRun {
  readonly pid: number;
  readonly exitCode: Promise<number | null>;
  output(): string;
}

/** `npm start` with its state in `directory`. */
function runStart(test: TestContext, directory: string, args: readonly string[]): StartRun {
  const script = join(import.meta.dirname, '..', '..', 'demo', 'start.mjs');
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, XMPP_CALL_RUN_DIRECTORY: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  test.after(async () => {
    child.kill('SIGTERM');
    await exitCode;
  });
  assert.ok(child.pid !== undefined);
  return { pid: child.pid, exitCode, output: () => text };
}

/** Resolves when the demo is ready. */
async function startDemo(test: TestContext, directory: string, ports?: readonly string[]): Promise<StartRun> {
  const run = runStart(test, directory, ports ?? (await demoPorts()));
  let code: number | null | undefined;
  void run.exitCode.then((ended) => (code = ended));
  while (!run.output().includes('Ctrl-C ends everything')) {
    assert.equal(code, undefined, run.output());
    await delay(20);
  }
  return run;
}

/** A port that this process holds until the test is over. */
async function holdPort(test: TestContext, wanted = 0): Promise<number> {
  const holder = createServer().listen(wanted, '127.0.0.1');
  test.after(() => holder.close());
  await once(holder, 'listening');
  const address = holder.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

async function demoPorts(): Promise<string[]> {
  const names = ['port', 'xmpp-port', 'c2s-port', 'turn-port'];
  return await Promise.all(names.map(async (name) => `--${name}=${await freePort()}`));
}

function processRecords(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.pid.json'))
    .map((name) => join(directory, name));
}
