import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { WebSocket as NodeWebSocket } from 'ws';
import type { WebSocketConstructor } from './connection.js';
import { NEGOTIATION_TIMEOUT_MS } from './negotiation.js';
import { DISCOVERY_TIMEOUT_MS } from './xmpp-session.js';
import { code, happened, Probe, quiet } from './xmpp-session.testing.js';
import {
  base64,
  BIND,
  mechanisms,
  NS_SASL,
  ScriptedServer,
  scramServer,
  SM,
  unbase64,
  VirtualEnvironment,
  type ServerConnection,
} from './stream.testing.js';

describe('login', () => {
  let server: ScriptedServer;
  let environment: VirtualEnvironment;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    environment = new VirtualEnvironment();
  });

  afterEach(async () => {
    await server.stop();
  });

  for (const [mechanism, hash] of [
    ['SCRAM-SHA-512', 'sha512'],
    ['SCRAM-SHA-256', 'sha256'],
    ['SCRAM-SHA-1', 'sha1'],
  ] as const) {
    const credentials = { kind: 'password', username: 'desk', password: 'pässwörd, = €' } as const;

    /** Runs the exchange up to the client's proof. */
    const prove = async (line: ServerConnection, password: string) => {
      const names = ['SCRAM-SHA-1', 'SCRAM-SHA-256', 'SCRAM-SHA-512'];
      const offered = names.slice(0, names.indexOf(mechanism) + 1);
      // Channel binding is out of reach of web pages.
      await line.open(mechanisms('PLAIN', ...names.map((name) => `${name}-PLUS`), ...offered));
      const auth = await line.until('auth');
      assert.equal(auth.attrs.mechanism, mechanism);
      const scram = scramServer(hash, password, unbase64(auth.getText()));
      line.send(`<challenge xmlns="${NS_SASL}">${base64(scram.serverFirst)}</challenge>`);
      return scram.serverFinal(unbase64((await line.until('response')).getText()));
    };

    test(`${mechanism}: a good password`, async () => {
      const probe = new Probe(environment, { service: server.url, credentials });
      const connected = probe.session.connect();
      const line = await server.accept();
      const final = await prove(line, credentials.password);
      assert.ok(final);
      line.send(`<success xmlns="${NS_SASL}">${base64(final)}</success>`);
      await line.open(`${BIND}${SM}`);
      await line.bind('desk@example.org/call.1');
      await line.until('enable');
      line.send('<enabled xmlns="urn:xmpp:sm:3"/>');
      assert.equal(await connected, 'desk@example.org/call.1');
      await probe.session.close();
    });

    test(`${mechanism}: the signature as a challenge of its own`, async () => {
      const probe = new Probe(environment, { service: server.url, credentials });
      const connected = probe.session.connect();
      const line = await server.accept();
      const final = await prove(line, credentials.password);
      line.send(`<challenge xmlns="${NS_SASL}">${base64(final ?? '')}</challenge>`);
      assert.equal((await line.until('response')).getText(), '');
      line.send(`<success xmlns="${NS_SASL}"/>`);
      await line.open(BIND);
      await line.bind('desk@example.org/call.1');
      await connected;
      await probe.session.close();
    });

    test(`${mechanism}: a wrong password is auth-failed and not tried again`, async () => {
      const probe = new Probe(environment, { service: server.url, credentials });
      const rejected = assert.rejects(probe.session.connect(), code('auth-failed'));
      const line = await server.accept();
      assert.equal(await prove(line, 'another password'), undefined);
      line.send(`<failure xmlns="${NS_SASL}"><not-authorized/></failure>`);
      await rejected;
      await line.closed;
      assert.equal(probe.session.state, 'offline');
      await quiet(environment);
      assert.ok(!JSON.stringify(environment.logs).includes(credentials.password));
    });

    for (const [what, data] of Object.entries({
      'a forged signature': base64('v=Zm9yZ2VkIHNpZ25hdHVyZQ=='),
      'no signature': '',
      'an empty signature': '=',
      'no base64': '%%%',
    })) {
      test(`${mechanism}: ${what} is auth-failed, whatever the server claims`, async () => {
        const probe = new Probe(environment, { service: server.url, credentials });
        const rejected = assert.rejects(probe.session.connect(), code('auth-failed'));
        const line = await server.accept();
        await prove(line, credentials.password);
        line.send(`<success xmlns="${NS_SASL}">${data}</success>`);
        await rejected;
        await line.closed;
      });
    }
  }

  test('SCRAM-SHA-512 alone will do, names with -PLUS do not', async () => {
    const credentials = { kind: 'password', username: 'desk', password: 'x' } as const;
    const only512 = new Probe(environment, { service: server.url, credentials });
    const rejected = assert.rejects(only512.session.connect(), code('closed'));
    const line = await server.accept();
    await line.open(mechanisms('SCRAM-SHA-512'));
    assert.equal((await line.until('auth')).attrs.mechanism, 'SCRAM-SHA-512');
    await only512.session.close();
    await rejected;

    const onlyPlus = new Probe(environment, { service: server.url, credentials });
    const refused = assert.rejects(onlyPlus.session.connect(), code('auth-failed'));
    const second = await server.accept();
    await second.open(mechanisms('SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256-PLUS', 'SCRAM-SHA-512-PLUS'));
    await refused;
  });

  test('ANONYMOUS: an empty challenge gets an empty response', async () => {
    for (const challenge of ['', '=']) {
      const probe = new Probe(environment, { service: server.url });
      const connected = probe.session.connect();
      const line = await server.accept();
      await line.open(mechanisms('ANONYMOUS'));
      await line.until('auth');
      line.send(`<challenge xmlns="${NS_SASL}">${challenge}</challenge>`);
      assert.equal((await line.until('response')).getText(), '');
      line.send(`<success xmlns="${NS_SASL}"/>`);
      await line.open(BIND);
      await line.bind('a1@example.org/call.1');
      await connected;
      await probe.session.close();
    }
    const asked = new Probe(environment, { service: server.url });
    const rejected = assert.rejects(asked.session.connect(), code('auth-failed'));
    const line = await server.accept();
    await line.open(mechanisms('ANONYMOUS'));
    await line.until('auth');
    line.send(`<challenge xmlns="${NS_SASL}">${base64('who are you?')}</challenge>`);
    await rejected;
  });

  test('after a login with SCRAM no password goes in PLAIN, in this session and others that share the policy', async () => {
    const credentials = { kind: 'password', username: 'desk', password: 'x' } as const;
    const plain = { isRefused: false, scramAccounts: new Set<string>() };
    const probe = new Probe(environment, { service: server.url, credentials, plain });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.open(mechanisms('SCRAM-SHA-256', 'PLAIN'));
    const scram = scramServer('sha256', 'x', unbase64((await line.until('auth')).getText()));
    line.send(`<challenge xmlns="${NS_SASL}">${base64(scram.serverFirst)}</challenge>`);
    const final = scram.serverFinal(unbase64((await line.until('response')).getText()));
    line.send(`<success xmlns="${NS_SASL}">${base64(final ?? '')}</success>`);
    await line.open(`${BIND}${SM}`);
    await line.bind('desk@example.org/call.1');
    await line.until('enable');
    line.send('<enabled xmlns="urn:xmpp:sm:3"/>');
    await connected;
    const ended = probe.until('offline');
    line.kill();
    environment.advance(0);
    await happened(() => probe.session.state === 'reconnecting');
    environment.advance(500);
    const second = await server.accept();
    await second.open(mechanisms('PLAIN'));
    await ended;
    assert.equal(probe.session.offlineReason?.code, 'auth-failed');
    assert.match(probe.session.offlineReason.message, /PLAIN/);

    const other = new Probe(environment, {
      service: server.url,
      credentials: { ...credentials, username: 'DESK' },
      plain,
    });
    const refused = assert.rejects(other.session.connect(), code('auth-failed'));
    const third = await server.accept();
    await third.open(mechanisms('PLAIN'));
    await refused;
    assert.ok([...second.pending, ...third.pending].every((frame) => !frame.is('auth')));
  });

  test('PLAIN can be refused altogether', async () => {
    const credentials = { kind: 'password', username: 'desk', password: 'x' } as const;
    const plain = { isRefused: true, scramAccounts: new Set<string>() };
    const probe = new Probe(environment, { service: server.url, credentials, plain });
    const refused = assert.rejects(probe.session.connect(), code('auth-failed'));
    const line = await server.accept();
    await line.open(mechanisms('PLAIN'));
    await refused;
    assert.ok(!line.pending.some((frame) => frame.is('auth')));
  });

  test('a server that succeeds before it was asked for proof is refused', async () => {
    const credentials = { kind: 'password', username: 'desk', password: 'x' } as const;
    const probe = new Probe(environment, { service: server.url, credentials });
    const rejected = assert.rejects(probe.session.connect(), code('auth-failed'));
    const line = await server.accept();
    await line.open(mechanisms('SCRAM-SHA-256'));
    await line.until('auth');
    line.send(`<success xmlns="${NS_SASL}"/>`);
    await rejected;
  });

  test('PLAIN goes over TLS or loopback only', async () => {
    const credentials = { kind: 'password', username: 'desk', password: 'pässwörd €' } as const;
    const safe = new Probe(environment, { service: server.url, credentials });
    const connected = safe.session.connect();
    const line = await server.accept();
    await line.open(mechanisms('PLAIN'));
    assert.equal(unbase64((await line.until('auth')).getText()), '\0desk\0pässwörd €');
    line.send(`<success xmlns="${NS_SASL}"/>`);
    await line.open(BIND);
    await line.bind('desk@example.org/1');
    await connected;
    await safe.session.close();

    const { url } = server;
    const unsafe = new Probe(environment, {
      service: 'ws://example.org/xmpp-websocket',
      credentials,
      // As if the name of another machine led here.
      WebSocket: class extends NodeWebSocket {
        constructor(_url: string, protocols: string[]) {
          super(url, protocols);
        }
      } as unknown as WebSocketConstructor,
    });
    const rejected = assert.rejects(unsafe.session.connect(), code('insecure'));
    const second = await server.accept();
    await second.open(mechanisms('PLAIN'));
    await rejected;
    assert.ok(!second.pending.some((frame) => frame.is('auth')));
  });

  const raw =
    (...frames: string[]) =>
    async (line: ServerConnection): Promise<void> => {
      await line.until('open');
      line.send(...frames);
    };
  const REFUSALS: Record<string, { code: string; script: (line: ServerConnection) => Promise<void> | void }> = {
    'no mechanism in common': { code: 'auth-failed', script: (line) => line.open(mechanisms('GSSAPI')) },
    'no authentication at all': { code: 'auth-failed', script: (line) => line.open(BIND) },
    'binding skipped': {
      code: 'incompatible',
      script: (line) => line.authenticate('<ver xmlns="urn:xmpp:features:rosterver"/>'),
    },
    'mechanisms again after success': {
      code: 'incompatible',
      script: (line) => line.authenticate(mechanisms('ANONYMOUS')),
    },
    'binding refused': {
      code: 'incompatible',
      script: async (line) => {
        await line.authenticate(BIND);
        line.error(await line.until('iq'), 'not-allowed');
      },
    },
    'binding without a JID': {
      code: 'incompatible',
      script: async (line) => {
        await line.authenticate(BIND);
        line.result(await line.until('iq'));
      },
    },
    'binding to another domain': {
      code: 'incompatible',
      script: async (line) => {
        await line.authenticate(BIND);
        await line.bind('a1@example.net/call.1');
      },
    },
    'binding to a bare JID': {
      code: 'incompatible',
      script: async (line) => {
        await line.authenticate(BIND);
        await line.bind('a1@example.org');
      },
    },
    'binding to no JID': {
      code: 'incompatible',
      script: async (line) => {
        await line.authenticate(BIND);
        await line.bind('@@/');
      },
    },
    'temporary failure': {
      code: 'signaling-unreachable',
      script: async (line) => {
        await line.open(mechanisms('ANONYMOUS'));
        await line.until('auth');
        line.send(`<failure xmlns="${NS_SASL}"><temporary-auth-failure/></failure>`);
      },
    },
    'failure without a condition': {
      code: 'auth-failed',
      script: async (line) => {
        await line.open(mechanisms('ANONYMOUS'));
        await line.until('auth');
        line.send(`<failure xmlns="${NS_SASL}"/>`);
      },
    },
    'unknown host': {
      code: 'invalid-address',
      script: raw(
        '<stream:error xmlns:stream="http://etherx.jabber.org/streams"><host-unknown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error>',
      ),
    },
    'stream error without a condition': {
      code: 'signaling-unreachable',
      script: raw('<stream:error xmlns:stream="http://etherx.jabber.org/streams"/>'),
    },
    'see-other-host is not followed': {
      code: 'signaling-unreachable',
      script: raw(
        '<stream:error xmlns:stream="http://etherx.jabber.org/streams"><see-other-host xmlns="urn:ietf:params:xml:ns:xmpp-streams">evil.example</see-other-host></stream:error>',
      ),
    },
    'stream closed at once': {
      code: 'signaling-unreachable',
      script: raw('<close xmlns="urn:ietf:params:xml:ns:xmpp-framing" see-other-uri="wss://evil.example/"/>'),
    },
    'not XML': { code: 'signaling-unreachable', script: raw('hello <<>>') },
    'closing tag first': { code: 'signaling-unreachable', script: raw('</open>') },
    'unknown entity': { code: 'signaling-unreachable', script: raw('<a>&evil;</a>') },
    'half an element': { code: 'signaling-unreachable', script: raw('<a><b>') },
    'elements without end': { code: 'signaling-unreachable', script: raw('<a>'.repeat(100_000)) },
    'a frame too long': { code: 'signaling-unreachable', script: raw(`<a>${'x'.repeat(1024 * 1024)}</a>`) },
    'binary frame': {
      code: 'incompatible',
      script: async (line) => {
        await line.until('open');
        line.socket.send(Buffer.from('<a/>'));
      },
    },
    'line cut': { code: 'signaling-unreachable', script: (line) => line.kill() },
  };
  for (const [what, refusal] of Object.entries(REFUSALS)) {
    test(`connect rejects: ${what}`, async () => {
      const probe = new Probe(environment, { service: server.url });
      const rejected = assert.rejects(probe.session.connect(), code(refusal.code));
      const line = await server.accept();
      await refusal.script(line);
      await rejected;
      await line.closed;
      assert.equal(probe.session.state, 'offline');
      await quiet(environment);
    });
  }

  test('connect rejects: binding to another account than the one of the password', async () => {
    const credentials = { kind: 'password', username: 'Desk', password: 'x' } as const;
    for (const [jid, isRefused] of [
      ['boss@example.org/call.1', true],
      ['example.org/call.1', true],
      ['desk@EXAMPLE.org/other', false],
    ] as const) {
      const probe = new Probe(environment, { service: server.url, credentials });
      const connected = probe.session.connect();
      const outcome = isRefused ? assert.rejects(connected, code('incompatible')) : connected;
      const line = await server.accept();
      await line.open(mechanisms('PLAIN'));
      await line.until('auth');
      line.send(`<success xmlns="${NS_SASL}"/>`);
      await line.open(BIND);
      await line.bind(jid);
      await outcome;
      await probe.session.close();
    }
  });

  test('connect rejects when nobody listens, and when the server says nothing', async () => {
    const closed = await ScriptedServer.start();
    const { url } = closed;
    await closed.stop();
    await assert.rejects(new Probe(environment, { service: url }).session.connect(), code('signaling-unreachable'));

    const probe = new Probe(environment, { service: server.url });
    const rejected = assert.rejects(probe.session.connect(), code('signaling-unreachable'));
    const line = await server.accept();
    await line.until('open');
    environment.advance(NEGOTIATION_TIMEOUT_MS);
    await rejected;
    await line.closed;
    await quiet(environment);
  });

  const SILENCE: Record<string, (line: ServerConnection) => Promise<unknown>> = {
    'before the features': (line) => line.until('open'),
    'after the login data': async (line) => {
      await line.open(mechanisms('ANONYMOUS'));
      await line.until('auth');
    },
    'after the login': async (line) => {
      await line.open(mechanisms('ANONYMOUS'));
      await line.until('auth');
      line.send(`<success xmlns="${NS_SASL}"/>`);
      await line.until('open');
    },
    'when asked for an address': async (line) => {
      await line.authenticate();
      await line.until('iq');
    },
    'when asked for stream management': async (line) => {
      await line.authenticate();
      await line.bind('a1@example.org/1');
      await line.until('enable');
    },
  };
  for (const [when, script] of Object.entries(SILENCE)) {
    test(`connect rejects when the server says nothing ${when}`, async () => {
      const probe = new Probe(environment, { service: server.url });
      const rejected = assert.rejects(probe.session.connect(), code('signaling-unreachable'));
      const line = await server.accept();
      await script(line);
      // Chatter is no answer.
      line.send('<message xmlns="jabber:client"/>');
      environment.advance(NEGOTIATION_TIMEOUT_MS);
      await rejected;
      await line.closed;
      await quiet(environment);
    });
  }

  test('connect rejects when the service is never found, and when the socket never opens', async () => {
    const never = new Promise<never>(() => undefined);
    const lookup = new Probe(environment, { service: () => never });
    const rejected = assert.rejects(lookup.session.connect(), code('signaling-unreachable'));
    environment.advance(DISCOVERY_TIMEOUT_MS);
    await rejected;
    const closed = new Probe(environment, { service: () => never });
    const ended = assert.rejects(closed.session.connect(), code('closed'));
    await closed.session.close();
    await ended;

    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const opening = new Probe(environment, { service: `ws://127.0.0.1:${port}/` });
    const timedOut = assert.rejects(opening.session.connect(), code('signaling-unreachable'));
    const [socket] = (await once(silent, 'connection')) as [Socket];
    environment.advance(NEGOTIATION_TIMEOUT_MS);
    await timedOut;
    socket.destroy();
    silent.close();
    await quiet(environment);
  });
});
