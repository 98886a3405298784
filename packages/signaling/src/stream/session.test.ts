import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { el, type Element } from '@xmpp-call/jingle';
import { WebSocket as NodeWebSocket } from 'ws';
import type { StreamState } from '../stanza-stream.js';
import type { WebSocketConstructor } from './connection.js';
import { StreamError } from './errors.js';
import { NEGOTIATION_TIMEOUT_MS } from './negotiation.js';
import type { Credentials, PlainPolicy } from './sasl.js';
import { DISCOVERY_TIMEOUT_MS, Session } from './session.js';
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

const WebSocketClass = NodeWebSocket as unknown as WebSocketConstructor;

/** A session and everything it says, with events to wait for. */
class Probe {
  readonly states: StreamState[] = [];
  readonly stanzas: Element[] = [];
  readonly events: string[] = [];
  readonly session: Session;
  #waiting: { readonly event: string; readonly resolve: () => void } | undefined;

  constructor(
    readonly environment: VirtualEnvironment,
    options: {
      service: string | (() => Promise<string>);
      credentials?: Credentials;
      plain?: PlainPolicy;
      WebSocket?: WebSocketConstructor;
    },
  ) {
    const { service } = options;
    this.session = new Session(
      {
        findService: () => (typeof service === 'string' ? Promise.resolve(service) : service()),
        domain: 'example.org',
        credentials: options.credentials ?? { kind: 'anonymous' },
        plain: options.plain ?? { isRefused: false, scramAccounts: new Set() },
        resource: 'call.1',
        WebSocket: options.WebSocket ?? WebSocketClass,
      },
      {
        onStanza: (stanza) => {
          this.stanzas.push(stanza);
          this.#happened(`stanza ${stanza.name}`);
        },
        onState: (state) => {
          this.states.push(state);
          this.#happened(state);
        },
        onBound: () => this.#happened('bound'),
        onRebound: () => this.#happened('rebound'),
        onResumed: () => this.#happened('resumed'),
        onLost: (resumable) => this.#happened(`lost resumable=${resumable}`),
        onEnded: () => this.#happened('ended'),
      },
      environment,
    );
  }

  /** Resolves when `event` happens next. */
  until(event: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { event, resolve };
    });
  }

  #happened(event: string): void {
    this.events.push(event);
    if (this.#waiting?.event !== event) return;
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve();
  }
}

const chat = (body: string): Element => el('message', { xmlns: 'jabber:client', to: 'desk@example.org', id: body });
/** Resolves when `condition` holds; looked at whenever the event loop has come round. */
const happened = async (condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
};
/** Resolves when no timer is left: closed sockets keep one until their peer has said goodbye. */
const quiet = async (environment: VirtualEnvironment): Promise<void> => {
  await happened(() => environment.timerCount === 0);
};
const code =
  (expected: string) =>
  (error: unknown): boolean =>
    error instanceof StreamError && error.code === expected;

describe('session', () => {
  let server: ScriptedServer;
  let environment: VirtualEnvironment;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    environment = new VirtualEnvironment();
  });

  afterEach(async () => {
    await server.stop();
  });

  const online = async (): Promise<{ probe: Probe; line: ServerConnection }> => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.establish('a1@example.org/call.1');
    assert.equal(await connected, 'a1@example.org/call.1');
    return { probe, line };
  };

  test('logs in anonymously, binds, enables stream management', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    assert.equal(probe.session.connect(), connected, 'a second connect is the same connect');
    const line = await server.accept();

    await line.open(mechanisms('SCRAM-SHA-1', 'ANONYMOUS'));
    const auth = await line.until('auth');
    assert.equal(auth.attrs.mechanism, 'ANONYMOUS');
    line.send(`<success xmlns="${NS_SASL}"/>`);
    await line.open(`${BIND}${SM}`);
    const bind = await line.next();
    assert.equal(bind.getChild('bind')?.getChildText('resource'), 'call.1');
    line.result(bind, '<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>a1@example.org/x</jid></bind>');
    const enable = await line.next();
    assert.ok(enable.is('enable', 'urn:xmpp:sm:3'));
    assert.equal(enable.attrs.resume, 'true');
    // A stanza in the same breath as the end of the negotiation is not lost.
    line.send('<enabled xmlns="urn:xmpp:sm:3" id="s" resume="1"/>', '<message xmlns="jabber:client" id="m"/>');

    assert.equal(await connected, 'a1@example.org/x');
    assert.deepEqual(probe.states, ['connecting', 'online']);
    if (probe.stanzas.length === 0) await probe.until('stanza message');
    line.send('<r xmlns="urn:xmpp:sm:3"/>');
    assert.equal((await line.until('a')).attrs.h, '1');
    await probe.session.close();
  });

  test('stanzas between binding and stream management are heard and not counted', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.authenticate();
    await line.bind('a1@example.org/call.1');
    await line.until('enable');
    line.send(
      '<message xmlns="jabber:client" id="early"/>',
      '<enabled xmlns="urn:xmpp:sm:3" id="s" resume="true"/>',
      '<message xmlns="jabber:client" id="counted"/>',
      '<r xmlns="urn:xmpp:sm:3"/>',
    );
    await connected;
    assert.equal((await line.until('a')).attrs.h, '1');
    assert.deepEqual(
      probe.stanzas.map(({ attrs }) => attrs.id),
      ['early', 'counted'],
    );
    await probe.session.close();
  });

  test('a line that is cut in the same breath as the end of the negotiation is a loss', async () => {
    const probe = new Probe(environment, { service: server.url });
    const lost = probe.until('reconnecting');
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.establish('a1@example.org/call.1');
    line.send('<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>');
    assert.equal(await connected, 'a1@example.org/call.1');
    await lost;
    await probe.session.close();
  });

  test('works without stream management; a loss is then a new session', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.authenticate(BIND);
    await line.bind('a1@example.org/call.1');
    await connected;
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    assert.ok(probe.events.includes('lost resumable=false'));
    assert.equal(probe.session.send(chat('lost')), false);
    environment.advance(500);
    const second = await server.accept();
    const back = probe.until('online');
    await second.authenticate(BIND);
    await second.bind('a2@example.org/call.1');
    await back;
    assert.ok(probe.events.includes('rebound'));
    assert.equal(probe.session.jid, 'a2@example.org/call.1');
    await probe.session.close();
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

  test('noise before binding does not disturb', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.open(mechanisms('ANONYMOUS'));
    await line.until('auth');
    line.send(
      '<message xmlns="jabber:client" from="@@//" to="/"><body>hi</body></message>',
      '<iq xmlns="jabber:client" type="result" id="1"/>',
      '<unknown xmlns="urn:example" from="@"/>',
      '<resumed xmlns="urn:xmpp:sm:3" h="99" previd="x"/>',
      '<a xmlns="urn:xmpp:sm:3" h="7"/>',
      ' ',
      `<success xmlns="${NS_SASL}"/>`,
    );
    await line.open(`${BIND}${SM}`);
    await line.bind('a1@example.org/1');
    await line.until('enable');
    line.send('<enabled xmlns="urn:xmpp:sm:3" id="s" resume="true"/>');
    await connected;
    await probe.session.close();
  });

  test('a lost stream is resumed: what was not acknowledged and what was queued arrives once, in order, unchanged', async () => {
    const { probe, line } = await online();
    probe.session.send(chat('1'));
    probe.session.send(chat('2'));
    await line.until('message');
    await line.until('message');
    line.send('<message xmlns="jabber:client" id="in"/>');
    await probe.until('stanza message');
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    assert.ok(probe.events.includes('lost resumable=true'));
    assert.equal(probe.session.send(chat('3')), true);
    assert.equal(probe.session.send(chat('4')), true);

    environment.advance(20_000);
    const second = await server.accept();
    await second.authenticate();
    const resume = await second.next();
    assert.ok(resume.is('resume', 'urn:xmpp:sm:3'));
    assert.deepEqual({ h: resume.attrs.h, previd: resume.attrs.previd }, { h: '1', previd: 'session-1' });
    const resumed = probe.until('online');
    // A replayed stanza right behind the resumption is counted and handled.
    second.send(
      '<resumed xmlns="urn:xmpp:sm:3" h="1" previd="session-1"/>',
      '<message xmlns="jabber:client" id="replayed"/>',
    );
    await resumed;
    const replay = [await second.next(), await second.next(), await second.next()];
    assert.deepEqual(
      replay.map(({ attrs }) => attrs.id),
      ['2', '3', '4'],
    );
    assert.ok(
      replay.every((message) => message.getChildElements().length === 0),
      'nothing was added',
    );
    assert.equal(probe.session.jid, 'a1@example.org/call.1');
    assert.ok(!probe.events.includes('rebound'));
    second.send('<r xmlns="urn:xmpp:sm:3"/>');
    assert.equal((await second.until('a')).attrs.h, '2');
    assert.equal(probe.stanzas.length, 2);
    await probe.session.close();
  });

  test('a refused resumption becomes a new session without the old stanzas', async () => {
    const { probe, line } = await online();
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    probe.session.send(chat('of the old session'));
    environment.advance(500);
    const second = await server.accept();
    await second.authenticate();
    await second.until('resume');
    const back = probe.until('online');
    second.send('<failed xmlns="urn:xmpp:sm:3"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></failed>');
    await second.bind('a2@example.org/call.1');
    await second.until('enable');
    second.send('<enabled xmlns="urn:xmpp:sm:3" id="session-2" resume="true"/>');
    await back;
    assert.ok(probe.events.includes('rebound'));
    probe.session.send(chat('of the new session'));
    assert.equal((await second.until('message')).attrs.id, 'of the new session');
    await probe.session.close();
  });

  test('after a refused resumption only what is to be repeated and was not acknowledged is sent again', async () => {
    const { probe, line } = await online();
    probe.session.send(chat('acknowledged'), true);
    probe.session.send(chat('covered by failed'), true);
    probe.session.send(chat('not to be repeated'));
    probe.session.send(chat('retract'), true);
    for (let sent = 0; sent < 4; sent++) await line.until('message');
    line.send('<a xmlns="urn:xmpp:sm:3" h="1"/>', '<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    assert.equal(probe.session.send(chat('finish'), true), true);
    environment.advance(500);
    const second = await server.accept();
    await second.authenticate();
    await second.until('resume');
    const back = probe.until('online');
    second.send(
      '<failed xmlns="urn:xmpp:sm:3" h="2"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></failed>',
    );
    await second.bind('a2@example.org/call.1');
    await second.until('enable');
    second.send('<enabled xmlns="urn:xmpp:sm:3" id="session-2" resume="true"/>');
    await back;
    assert.equal((await second.until('message')).attrs.id, 'retract');
    assert.equal((await second.until('message')).attrs.id, 'finish');

    // They are stanzas of the new session now: counted, acknowledged, and repeated again should this one be lost as well.
    second.send('<a xmlns="urn:xmpp:sm:3" h="1"/>', '<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    const lostAgain = probe.until('reconnecting');
    second.kill();
    await lostAgain;
    environment.advance(500);
    const third = await server.accept();
    await third.authenticate();
    await third.until('resume');
    const backAgain = probe.until('online');
    third.send('<failed xmlns="urn:xmpp:sm:3"/>');
    await third.bind('a3@example.org/call.1');
    await third.until('enable');
    third.send('<enabled xmlns="urn:xmpp:sm:3" id="session-3" resume="true"/>');
    await backAgain;
    assert.equal((await third.until('message')).attrs.id, 'finish');
    await probe.session.close();
    assert.equal(probe.session.send(chat('late'), true), false, 'a closed session keeps nothing');
  });

  test('without stream management, what is to be repeated is sent again until a ping behind it is answered', async () => {
    const probe = new Probe(environment, { service: server.url });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.authenticate(BIND);
    await line.bind('a1@example.org/call.1');
    await connected;
    probe.session.send(chat('arrived'), true);
    await line.until('message');
    environment.advance(1_000);
    line.result(await line.until('iq'));
    await probe.until('stanza iq');
    probe.session.send(chat('terminate'), true);
    await line.until('message');
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    assert.equal(probe.session.send(chat('retract'), true), true);
    environment.advance(500);
    const second = await server.accept();
    const back = probe.until('online');
    await second.authenticate(BIND);
    await second.bind('a2@example.org/call.1');
    await back;
    assert.equal((await second.until('message')).attrs.id, 'terminate');
    assert.equal((await second.until('message')).attrs.id, 'retract');
    await probe.session.close();
  });

  test('impossible counts: an acknowledgement is ignored, a resumption refused', async () => {
    const { probe, line } = await online();
    probe.session.send(chat('1'));
    for (const h of ['99', '-1', '4294967296', 'x', '']) line.send(`<a xmlns="urn:xmpp:sm:3" h="${h}"/>`);
    line.send('<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    environment.advance(500);
    const second = await server.accept();
    await second.authenticate();
    await second.until('resume');
    second.send('<resumed xmlns="urn:xmpp:sm:3" h="4000000000" previd="session-1"/>');
    await second.closed;
    environment.advance(1_000);
    const third = await server.accept();
    const back = probe.until('online');
    await third.establish('a3@example.org/call.1');
    await back;
    await probe.session.close();
  });

  const UNREADABLE: Record<string, string> = {
    'a message of more than 1 MiB': `<body>${'&apos;'.repeat(180_000)}</body>`,
    'elements 200 deep': '<a>'.repeat(200) + '</a>'.repeat(200),
    'elements 100,000 deep': '<a>'.repeat(100_000) + '</a>'.repeat(100_000),
    'an entity that is none': '<body>&evil;</body>',
    'a character that XML forbids': '<body>&#x0;</body>',
    'an end tag that does not match': '<body></subject>',
  };
  for (const [what, content] of Object.entries(UNREADABLE)) {
    test(`what the server relays does not end the stream: ${what}`, async () => {
      const { probe, line } = await online();
      const heard = probe.until('stanza presence');
      line.send(
        `<message xmlns="jabber:client" from="x@y/1" type="chat">${content}</message>`,
        '<presence xmlns="jabber:client" from="x@y/1"/>',
      );
      await heard;
      line.send('<r xmlns="urn:xmpp:sm:3"/>');
      assert.equal((await line.until('a')).attrs.h, '2', 'it is counted');
      assert.equal(probe.session.state, 'online');
      assert.deepEqual(probe.states, ['connecting', 'online']);
      await probe.session.close();
    });
  }

  test('a binary frame is let go while the stream is online', async () => {
    const { probe, line } = await online();
    line.socket.send(Buffer.from('<message xmlns="jabber:client"/>'));
    line.send('<r xmlns="urn:xmpp:sm:3"/>');
    assert.equal((await line.until('a')).attrs.h, '0');
    await probe.session.close();
  });

  test('what is no XML at all is a loss, never the end', async () => {
    const { probe, line } = await online();
    const lost = probe.until('reconnecting');
    line.send('hello <<>>');
    await lost;
    await probe.session.close();
  });

  test('any number of stanzas may come right behind a resumption', async () => {
    const { probe, line } = await online();
    const lost = probe.until('reconnecting');
    line.kill();
    await lost;
    environment.advance(500);
    const second = await server.accept();
    await second.authenticate();
    await second.until('resume');
    second.socket.pause();
    second.send(
      '<resumed xmlns="urn:xmpp:sm:3" h="0" previd="session-1"/>',
      ...Array.from({ length: 3_000 }, () => '<message xmlns="jabber:client"/>'),
      '<r xmlns="urn:xmpp:sm:3"/>',
    );
    second.socket.resume();
    assert.equal((await second.until('a')).attrs.h, '3000');
    await probe.session.close();
  });

  test('a dead link is noticed: question after 20 s of silence, loss 10 s later', async () => {
    const { probe, line } = await online();
    environment.advance(19_999);
    assert.equal(line.pending.length, 0);
    environment.advance(1);
    assert.ok((await line.next()).is('r', 'urn:xmpp:sm:3'));
    line.send('<a xmlns="urn:xmpp:sm:3" h="0"/>', '<message xmlns="jabber:client"/>');
    await probe.until('stanza message');
    environment.advance(10_000);
    assert.equal(probe.session.state, 'online');
    environment.advance(10_000);
    assert.ok((await line.next()).is('r', 'urn:xmpp:sm:3'));
    environment.advance(9_999);
    assert.equal(probe.session.state, 'online');
    environment.advance(1);
    assert.equal(probe.session.state, 'reconnecting');
    await line.closed;
    await probe.session.close();
    await quiet(environment);
  });

  test('a stanza that nobody acknowledges finds the dead link within 11 s', async () => {
    const { probe, line } = await online();
    probe.session.send(chat('1'));
    environment.advance(1_000);
    assert.ok((await line.until('r')).is('r', 'urn:xmpp:sm:3'));
    environment.advance(10_000);
    assert.equal(probe.session.state, 'reconnecting');
    await probe.session.close();
  });

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

  const onlineOver = async (network: Network): Promise<{ probe: Probe; line: ServerConnection }> => {
    const probe = new Probe(environment, { service: server.url, WebSocket: network.WebSocket });
    const connected = probe.session.connect();
    const line = await server.accept();
    await line.establish('a1@example.org/call.1');
    await connected;
    return { probe, line };
  };

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

  test('a server that ends each session after login is called with back-off; 60 s online are forgotten', async () => {
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

  test('a hint cuts short the wait for an answer; an answer makes it forgotten', async () => {
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

  test('close says goodbye and leaves nothing behind, in every state', async () => {
    const { probe, line } = await online();
    await probe.session.close();
    const frames = [await line.next(), await line.next()];
    assert.deepEqual(
      frames.map(({ name }) => name),
      ['a', 'close'],
    );
    await quiet(environment);
    assert.equal(probe.session.state, 'offline');
    assert.equal(probe.session.offlineReason, undefined);

    const connecting = new Probe(environment, { service: server.url });
    const rejected = assert.rejects(connecting.session.connect(), code('closed'));
    await connecting.session.close();
    await rejected;

    const negotiating = new Probe(environment, { service: server.url });
    const rejectedToo = assert.rejects(negotiating.session.connect(), code('closed'));
    const second = await server.accept();
    await second.until('open');
    await negotiating.session.close();
    await rejectedToo;
    await second.closed;

    const { probe: waiting, line: third } = await online();
    const lost = waiting.until('reconnecting');
    third.kill();
    await lost;
    await waiting.session.close();
    await quiet(environment);
    assert.equal(server.openCount, 0);
  });
});
