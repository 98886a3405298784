import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { WebSocket as NodeWebSocket } from 'ws';
import type { WebSocketConstructor } from './connection.js';
import { happened, logIn, Probe, quiet } from './xmpp-session.testing.js';
import { mechanisms, NS_SASL, ScriptedServer, VirtualEnvironment } from './stream.testing.js';

describe('reconnecting', () => {
  let server: ScriptedServer;
  let environment: VirtualEnvironment;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    environment = new VirtualEnvironment();
  });

  afterEach(async () => {
    await server.stop();
  });

  const online = (): ReturnType<typeof logIn> => logIn(server, environment);

  /** A network that can be down, and the times of the attempts to use it. */
  class Network {
    isUp = true;
    readonly attempts: number[] = [];
    readonly WebSocket: WebSocketConstructor;

    constructor() {
      // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class below has a `this` of its own
      const network = this;
      this.WebSocket = class extends NodeWebSocket {
        constructor(url: string, protocols: string[]) {
          network.attempts.push(environment.now());
          if (!network.isUp) throw new Error('no network');
          super(url, protocols);
        }
      } as unknown as WebSocketConstructor;
    }

    /** Times between the last attempts. */
    gaps(count: number): readonly number[] {
      const times = this.attempts.slice(-count - 1);
      return times.slice(1).map((time, index) => time - (times[index] ?? 0));
    }
  }

  const onlineOver = (network: Network): ReturnType<typeof logIn> => logIn(server, environment, network.WebSocket);

  /** Lets time pass timer by timer; attempts without a network fail at once. */
  const pass = async (ms: number): Promise<void> => {
    const end = environment.now() + ms;
    await new Promise((resolve) => setImmediate(resolve));
    while (environment.now() < end) {
      environment.advance(Math.min(end - environment.now(), environment.nextTimerIn() ?? ms));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  test('attempts back off and never end; a hint goes first', async () => {
    const network = new Network();
    const { probe, line } = await onlineOver(network);
    const lost = probe.until('reconnecting');
    network.isUp = false;
    const start = environment.now();
    line.kill();
    await lost;
    await pass(3_750);
    assert.deepEqual(
      network.attempts.slice(1).map((time) => time - start),
      [250, 750, 1_750, 3_750],
    );
    probe.session.hintOnline();
    assert.equal(network.attempts.at(-1), environment.now());
    await pass(500);
    assert.deepEqual(network.gaps(1), [500], 'the back-off starts anew after a hint');

    await pass(24 * 3_600_000);
    assert.equal(probe.session.state, 'reconnecting');
    assert.ok(network.gaps(100).every((gap) => gap <= 20_000));
    network.isUp = true;
    const back = probe.until('online');
    environment.advance(20_000);
    const second = await server.accept();
    await second.authenticate();
    await second.until('resume');
    second.send('<resumed xmlns="urn:xmpp:sm:3" h="0" previd="session-1"/>');
    await back;
    await probe.session.close();
    await quiet(environment);
  });

  test('a server that ends each session after login is called with back-off, which 60 s online reset', async () => {
    const network = new Network();
    const { probe, line: first } = await onlineOver(network);
    let line = first;
    const again = async (): Promise<void> => {
      const lost = probe.until('reconnecting');
      line.kill();
      await lost;
      const attempts = network.attempts.length;
      while (network.attempts.length === attempts) await pass(environment.nextTimerIn() ?? 1);
      line = await server.accept();
      const back = probe.until('online');
      await line.authenticate();
      await line.until('resume');
      line.send('<resumed xmlns="urn:xmpp:sm:3" h="0" previd="session-1"/>');
      await back;
    };
    for (let session = 0; session < 5; session++) await again();
    assert.deepEqual(network.gaps(5), [250, 500, 1_000, 2_000, 4_000]);
    const answer = (): void => line.send('<a xmlns="urn:xmpp:sm:3" h="0"/>');
    for (let passed = 0; passed < 60_000; passed += 20_000) {
      environment.advance(20_000);
      await line.until('r');
      answer();
      line.send('<message xmlns="jabber:client"/>');
      await probe.until('stanza message');
    }
    const before = environment.now();
    await again();
    assert.equal((network.attempts.at(-1) ?? 0) - before, 250);
    await probe.session.close();
  });

  test('after a hint a dead link is found within 3 s, and left without delay', async () => {
    const network = new Network();
    const { probe, line } = await onlineOver(network);
    probe.session.hintOnline();
    assert.ok((await line.until('r')).is('r', 'urn:xmpp:sm:3'));
    environment.advance(2_999);
    assert.equal(probe.session.state, 'online');
    environment.advance(1);
    assert.equal(probe.session.state, 'reconnecting');
    environment.advance(0);
    await server.accept();
    assert.deepEqual(network.gaps(1), [3_000]);
    await probe.session.close();
  });

  test('a hint shortens the wait for an answer until an answer arrives', async () => {
    const { probe, line } = await online();
    environment.advance(20_000);
    await line.until('r');
    probe.session.hintOnline();
    await line.until('r');
    line.send('<a xmlns="urn:xmpp:sm:3" h="0"/>', '<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    environment.advance(20_000);
    await line.until('r');
    environment.advance(9_999);
    assert.equal(probe.session.state, 'online');
    probe.session.hintOnline();
    environment.advance(3_000);
    assert.equal(probe.session.state, 'reconnecting');
    await probe.session.close();
  });

  test('a hint gives up an attempt that hangs, and begins another', async () => {
    const network = new Network();
    const { probe, line } = await onlineOver(network);
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    environment.advance(250);
    const hanging = await server.accept();
    await hanging.until('open');
    probe.session.hintOnline();
    assert.equal(network.attempts.length, 2, 'one that has just begun gets its time');
    environment.advance(3_000);
    probe.session.hintOnline();
    const second = await server.accept();
    await hanging.closed;
    const back = probe.until('online');
    await second.authenticate();
    await second.until('resume');
    second.send('<resumed xmlns="urn:xmpp:sm:3" h="0" previd="session-1"/>');
    await back;
    assert.equal(network.attempts.length, 3);
    await probe.session.close();
    await quiet(environment);
  });

  test('a device that has slept asks for a sign of life within 5 s of waking, or tries at once', async () => {
    const network = new Network();
    const { probe, line } = await onlineOver(network);
    environment.sleep(3_600_000);
    environment.advance(5_000);
    assert.ok((await line.next()).is('r', 'urn:xmpp:sm:3'));
    network.isUp = false;
    environment.advance(3_000);
    await pass(120_000);
    assert.equal(probe.session.state, 'reconnecting');
    environment.randomValue = 0.99;
    await pass(20_000);
    environment.sleep(3_600_000);
    await pass(5_000);
    const woken = environment.now();
    assert.ok((network.attempts.at(-1) ?? 0) > woken - 5_000);
    await probe.session.close();
    await quiet(environment);
  });

  for (const condition of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'policy-violation', 'reset']) {
    test(`a stream error that is not final is a loss: ${condition}`, async () => {
      const { probe, line } = await online();
      const lost = probe.until('reconnecting');
      line.send(
        `<stream:error xmlns:stream="http://etherx.jabber.org/streams"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>`,
      );
      await lost;
      await probe.session.close();
    });
  }

  test('a password that stops working ends the reconnecting', async () => {
    const { probe, line } = await online();
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    environment.advance(500);
    const second = await server.accept();
    await second.open(mechanisms('ANONYMOUS'));
    await second.until('auth');
    const ended = probe.until('offline');
    second.send(`<failure xmlns="${NS_SASL}"><account-disabled/></failure>`);
    await ended;
    assert.equal(probe.session.offlineReason?.code, 'auth-failed');
    await quiet(environment);
  });

  test('a conflict ends the session for good', async () => {
    const { probe, line } = await online();
    const ended = probe.until('offline');
    line.send(
      '<stream:error xmlns:stream="http://etherx.jabber.org/streams"><conflict xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>',
    );
    await ended;
    assert.equal(probe.session.offlineReason?.code, 'replaced');
    await quiet(environment);
  });

  test('the service is looked up again when it stays away', async () => {
    let lookups = 0;
    const probe = new Probe(environment, {
      service: () => {
        lookups++;
        return Promise.resolve(server.url);
      },
    });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.establish('a1@example.org/1');
    await connected;
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    for (let attempt = 0; attempt < 3; attempt++) {
      environment.advance(environment.nextTimerIn() ?? 0);
      const next = await server.accept();
      const scheduled = environment.logs.length;
      next.kill();
      await happened(() => !(environment.logs.length === scheduled));
    }
    assert.equal(lookups, 2);
    await probe.session.close();
  });
});
