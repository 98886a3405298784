import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { childOf, el, NS, ourFeatures, type Element } from '@xmpp-call/jingle';
import { WebSocket as NodeWebSocket } from 'ws';
import { IqError, type IncomingMessage } from '../stanza-stream.js';
import type { WebSocketConstructor } from './connection.js';
import { StreamError } from './errors.js';
import { createStream, type StreamOptions, type XmppStream } from './stream.js';
import {
  BIND,
  mechanisms,
  NS_SASL,
  ScriptedServer,
  SM,
  VirtualEnvironment,
  type ServerConnection,
} from './stream.testing.js';

const GUEST = 'a1@example.org/call.1';
const DESK = 'desk@example.org/call.1';
const DISCO = '<query xmlns="http://jabber.org/protocol/disco#info"';

describe('stream', () => {
  let server: ScriptedServer;
  let environment: VirtualEnvironment;
  let stream: XmppStream;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    environment = new VirtualEnvironment();
  });

  afterEach(async () => {
    await stream.close();
    assert.equal(environment.timerCount, 0, 'no timer outlives the stream');
    assert.equal(stream.state, 'offline');
    await server.stop();
  });

  const create = (options: Partial<StreamOptions> = {}): XmppStream => {
    stream = createStream(
      {
        service: server.url,
        domain: 'example.org',
        credentials: { kind: 'anonymous' },
        identity: { category: 'client', type: 'web', name: '' },
        features: ourFeatures,
        WebSocket: NodeWebSocket as unknown as WebSocketConstructor,
        ...options,
      },
      environment,
    );
    return stream;
  };

  const guest = async (): Promise<ServerConnection> => {
    const connected = create().connect();
    const line = await server.accept();
    await line.establish(GUEST);
    await connected;
    return line;
  };

  const agent = async (): Promise<ServerConnection> => {
    const connected = create({ credentials: { kind: 'password', username: 'desk', password: 'secret' } }).connect();
    const line = await server.accept();
    await line.open(mechanisms('PLAIN'));
    await line.until('auth');
    line.send(`<success xmlns="${NS_SASL}"/>`);
    await line.open(`${BIND}${SM}`);
    await line.bind(DESK);
    await line.until('enable');
    line.send('<enabled xmlns="urn:xmpp:sm:3" id="s" resume="true"/>');
    await connected;
    return line;
  };

  /** Cuts the line; gives the next one with the client authenticated. */
  const reconnect = async (line: ServerConnection): Promise<ServerConnection> => {
    const lost = stateOf(stream, 'reconnecting');
    line.kill();
    await lost;
    environment.advance(500);
    const next = await server.accept();
    await next.authenticate();
    await next.until('resume');
    return next;
  };

  const FAILED = '<failed xmlns="urn:xmpp:sm:3"/>';
  const rebind = async (line: ServerConnection, jid: string): Promise<void> => {
    line.send(FAILED);
    await line.bind(jid);
    await line.until('enable');
    line.send('<enabled xmlns="urn:xmpp:sm:3" id="s2" resume="true"/>');
  };

  /** Sends an IQ to the client and gives its answer. */
  const ask = async (line: ServerConnection, attributes: string, payload: string): Promise<Element> => {
    line.send(`<iq xmlns="jabber:client" id="q" ${attributes}>${payload}</iq>`);
    return line.until('iq');
  };

  test('a guest sends no presence; an agent turns carbons on and says what it can do', async () => {
    const guestLine = await guest();
    guestLine.send('<r xmlns="urn:xmpp:sm:3"/>');
    assert.equal((await guestLine.next()).name, 'a');
    await stream.close();

    const line = await agent();
    const carbons = await line.next();
    assert.ok(childOf(carbons, 'enable', NS.carbons));
    line.result(carbons);
    const presence = await line.next();
    assert.equal(presence.attrs.to, undefined);
    const caps = childOf(presence, 'c', NS.caps);
    assert.ok(caps);
    assert.equal(caps.attrs.hash, 'sha-1');

    const node = `${caps.attrs.node}#${caps.attrs.ver}`;
    for (const query of [`${DISCO}/>`, `${DISCO} node="${node}"/>`]) {
      const answer = await ask(line, 'type="get" from="x@example.org/1"', query);
      assert.equal(answer.attrs.type, 'result');
      assert.equal(answer.attrs.to, 'x@example.org/1');
      const info = childOf(answer, 'query', NS.discoInfo);
      assert.ok(info);
      const features = info.getChildren('feature').map(({ attrs }) => attrs.var);
      assert.deepEqual(features.sort(), [...ourFeatures].sort());
    }
    const unknown = await ask(line, 'type="get" from="x@example.org/1"', `${DISCO} node="other"/>`);
    assert.ok(unknown.getChild('error')?.getChild('item-not-found'));
  });

  test('every request gets one answer, whatever it is and whatever the handler does', async () => {
    const line = await guest();
    stream.onIq('urn:example:good', ({ payload, from }) => ({
      result: el('done', { xmlns: 'urn:example:good', from, name: payload.name }),
    }));
    stream.onIq('urn:example:bad', () => {
      throw new Error('bug');
    });
    stream.onIq('urn:example:fault', () => ({ error: { condition: 'conflict', jingle: 'tie-break', text: '' } }));
    assert.throws(() => stream.onIq('urn:example:good', () => ({ result: undefined })));

    const ping = await ask(line, 'type="get" from="example.org"', '<ping xmlns="urn:xmpp:ping"/>');
    assert.equal(ping.toString(), '<iq xmlns="jabber:client" type="result" id="q" to="example.org"/>');
    const good = await ask(line, 'type="set"', '<x xmlns="urn:example:good"/>');
    assert.equal(good.getChild('done')?.attrs.from, 'a1@example.org');
    const conditions: [string, string, string][] = [
      ['type="set" from="x@y"', '<x xmlns="urn:example:bad"/>', 'internal-server-error'],
      ['type="set" from="x@y"', '<x xmlns="urn:example:fault"/>', 'conflict'],
      ['type="get" from="x@y"', '<x xmlns="urn:example:none"/>', 'service-unavailable'],
      ['type="get" from="x@y"', '', 'bad-request'],
      ['type="get" from="x@y"', '<ping xmlns="urn:xmpp:ping"/><x/>', 'bad-request'],
      ['type="other" from="x@y"', '<ping xmlns="urn:xmpp:ping"/>', 'bad-request'],
      ['from="x@y"', '<ping xmlns="urn:xmpp:ping"/>', 'bad-request'],
    ];
    for (const [attributes, payload, condition] of conditions) {
      const answer = await ask(line, attributes, payload);
      assert.equal(answer.attrs.type, 'error', condition);
      assert.ok(answer.getChild('error')?.getChild(condition, NS.stanzas), condition);
    }
    // No answer: a result that nobody waits for, no id, senders that are none.
    line.send(
      '<iq xmlns="jabber:client" type="result" id="none" from="x@y"/>',
      '<iq xmlns="jabber:client" type="error" id="none" from="x@y"/>',
      '<iq xmlns="jabber:client" type="get" from="x@y"><ping xmlns="urn:xmpp:ping"/></iq>',
      '<iq xmlns="jabber:client" type="get" id="q" from="@@@"><ping xmlns="urn:xmpp:ping"/></iq>',
      '<r xmlns="urn:xmpp:sm:3"/>',
    );
    assert.equal((await line.next()).name, 'a');
  });

  test('unknown stanzas do not disturb the stream', async () => {
    const line = await guest();
    const deep = `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`;
    for (const strange of [
      '<presence xmlns="jabber:client" from="@@" type="available"/>',
      '<presence xmlns="jabber:client"/>',
      '<presence xmlns="jabber:client" from="x@y/1" type="error"><error/></presence>',
      '<presence xmlns="jabber:client" from="x@y/1"><c xmlns="http://jabber.org/protocol/caps"/></presence>',
      '<message xmlns="jabber:client" from="x@y/1" to=""/>',
      `<message xmlns="jabber:client" from="x@y/1">${deep}</message>`,
      '<message xmlns="jabber:client" __proto__="x" constructor="y" from="x@y/1"/>',
      '<message xmlns="jabber:server" from="x@y/1"/>',
      '<x:message xmlns:x="jabber:client" from="x@y/1"/>',
      '<iq xmlns="jabber:client"/>',
      '<iq xmlns="jabber:client" id="" type="get"><x xmlns="y"/></iq>',
      '<success xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>',
      '<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>',
      '<enabled xmlns="urn:xmpp:sm:3" id="other" resume="true"/>',
      '<resumed xmlns="urn:xmpp:sm:3" h="5"/>',
      '<failed xmlns="urn:xmpp:sm:3"/>',
      '<unknown from="@"/>',
      '<!-- comment -->',
      '',
    ]) {
      line.send(strange, '<r xmlns="urn:xmpp:sm:3"/>');
      assert.ok((await line.until('a')).is('a', 'urn:xmpp:sm:3'), strange);
    }
    assert.equal(stream.state, 'online');
    // What is no stream any more ends the connection, never more than that.
    const lost = stateOf(stream, 'reconnecting');
    line.send('<stream:features xmlns:stream="http://etherx.jabber.org/streams"/>');
    await lost;
  });

  test('a stanza that cannot be read is logged once a second; requests are refused by name', async () => {
    const line = await guest();
    const long = `<x xmlns="urn:x">${'&apos;'.repeat(180_000)}</x>`;
    const messages: IncomingMessage[] = [];
    stream.onMessage((message) => messages.push(message));
    for (let sent = 0; sent < 3; sent++) {
      line.send(`<message xmlns="jabber:client" from="x@y/1">${long}</message>`);
    }
    const refused = await ask(line, 'type="set" from="x@y/1"', long);
    assert.equal(refused.attrs.to, 'x@y/1');
    assert.ok(refused.getChild('error')?.getChild('policy-violation', NS.stanzas));
    assert.deepEqual(messages, []);
    const logged = (): number => environment.logs.filter(({ message }) => message === 'unreadable stanza').length;
    assert.equal(logged(), 1);
    environment.advance(1_000);
    await ask(line, 'type="set" from="x@y/1"', long);
    assert.equal(environment.logs.at(-1)?.context?.omitted, 3);

    const pending = stream.request(el('iq', { type: 'get', to: 'x@y/1' }, [el('q', { xmlns: 'urn:x' })]));
    const rejected = assert.rejects(
      pending,
      (error) => error instanceof IqError && error.condition === 'policy-violation',
    );
    line.result(await line.until('iq'), long);
    await rejected;
  });

  test('what a peer has us send cannot exceed what servers take', async () => {
    const line = await guest();
    const id = 'i'.repeat(200_000);
    line.send(
      `<iq xmlns="jabber:client" type="get" id="${id}" from="x@y/1"><ping xmlns="urn:xmpp:ping"/></iq>`,
      '<iq xmlns="jabber:client" type="get" id="next" from="x@y/1"><ping xmlns="urn:xmpp:ping"/></iq>',
    );
    assert.equal((await line.until('iq')).attrs.id, 'next');
    const large = el('x', { xmlns: 'urn:x' }, ['<'.repeat(100_000)]);
    stream.send(el('message', { to: 'x@y/1', id: 'large' }, [large]));
    await assert.rejects(
      stream.request(el('iq', { type: 'set', to: 'x@y/1' }, [large])),
      (error) => error instanceof IqError && error.condition === 'policy-violation',
    );
    stream.send(el('message', { to: 'x@y/1', id: 'small' }));
    assert.equal((await line.until('message')).attrs.id, 'small');
  });

  test('strangers get so many answers a second; server, account and peers of ours get all', async () => {
    const line = await guest();
    const handled: string[] = [];
    stream.onIq('urn:example:good', ({ from }) => {
      handled.push(from);
      return { result: undefined };
    });
    stream.introduceTo('desk@example.org');
    const release = stream.exempt('caller@example.org/1');
    /** How many of 300 requests are answered. */
    const answered = async (from: string): Promise<number> => {
      for (let sent = 0; sent < 300; sent++) {
        line.send(`<iq xmlns="jabber:client" type="set" id="q" from="${from}"><x xmlns="urn:example:good"/></iq>`);
      }
      line.send('<iq xmlns="jabber:client" type="get" id="last"><ping xmlns="urn:xmpp:ping"/></iq>');
      for (let count = 0; ; count++) if ((await line.until('iq')).attrs.id === 'last') return count;
    };
    assert.equal(await answered('evil@example.org/1'), 50);
    assert.equal(handled.length, 50, 'nor is anything done for the others');
    for (const from of ['example.org', 'a1@example.org', GUEST, 'desk@example.org/2', 'caller@example.org/1']) {
      assert.equal(await answered(from), 300, from);
    }
    release();
    assert.equal(await answered('caller@example.org/1'), 50);
    // What a stranger makes us send, for instance that the line is busy, makes nobody a peer.
    void stream
      .request(el('iq', { type: 'set', to: 'peer@example.org/1' }, [el('x', { xmlns: 'urn:x' })]))
      .catch(() => undefined);
    await line.until('iq');
    assert.equal(await answered('peer@example.org/2'), 50);
    assert.equal(environment.logs.filter(({ message }) => message === 'too many requests of strangers').length, 1);
  });

  test('answers are matched by id and sender', async () => {
    const line = await guest();
    const answer = stream.request(el('iq', { type: 'get', to: 'peer@example.org/1' }, [el('x', { xmlns: 'urn:x' })]));
    const request = await line.until('iq');
    const forge = (from: string): string =>
      `<iq xmlns="jabber:client" type="result" id="${request.attrs.id}"${from}><forged/></iq>`;
    line.send(
      forge(''),
      forge(' from="evil@example.org/1"'),
      forge(' from="peer@example.org"'),
      forge(' from="example.org"'),
    );
    line.result(request, '<genuine/>', 'PEER@example.org/1');
    assert.ok((await answer).getChild('genuine'));

    for (const from of ['', ' from="example.org"', ' from="a1@example.org"', ` from="${GUEST}"`]) {
      const own = stream.request(el('iq', { type: 'get' }, [el('x', { xmlns: 'urn:x' })]));
      const { id } = (await line.until('iq')).attrs;
      line.send(`<iq xmlns="jabber:client" type="result" id="${id}" from="evil@example.org"><forged/></iq>`);
      line.send(`<iq xmlns="jabber:client" type="result" id="${id}"${from}><genuine/></iq>`);
      assert.ok((await own).getChild('genuine'), from);
    }
  });

  test('requests fail by name: error, timeout, no stream', async () => {
    const line = await guest();
    const iq = (): Element => el('iq', { type: 'set', to: 'peer@example.org/1' }, [el('x', { xmlns: 'urn:x' })]);
    const refused = stream.request(iq());
    const request = await line.until('iq');
    line.send(
      `<iq xmlns="jabber:client" type="error" id="${request.attrs.id}" from="peer@example.org/1"><x xmlns="urn:x"/><error type="cancel">` +
        '<tie-break xmlns="urn:xmpp:jingle:errors:1"/><text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">no</text>' +
        '<conflict xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>',
    );
    await assert.rejects(
      refused,
      (error) => error instanceof IqError && error.condition === 'conflict' && error.application === 'tie-break',
    );

    const bare = stream.request(iq());
    line.send(
      `<iq xmlns="jabber:client" type="error" id="${(await line.until('iq')).attrs.id}" from="peer@example.org/1"/>`,
    );
    await assert.rejects(bare, (error) => error instanceof IqError && error.condition === 'undefined-condition');

    const late = stream.request(iq(), { timeoutMs: 3_000 });
    await line.until('iq');
    environment.advance(3_000);
    await assert.rejects(late, (error) => error instanceof IqError && error.condition === 'timeout');

    const cut = stream.request(iq());
    await line.until('iq');
    await Promise.all([
      stream.close(),
      assert.rejects(cut, (error) => error instanceof IqError && error.condition === 'disconnected'),
    ]);
    await assert.rejects(
      stream.request(iq()),
      (error) => error instanceof IqError && error.condition === 'disconnected',
    );
  });

  test('a request outlives a resumption, its time stands still meanwhile', async () => {
    const line = await guest();
    const before = stream.request(
      el('iq', { type: 'get', to: 'peer@example.org/1' }, [el('before', { xmlns: 'urn:x' })]),
      { timeoutMs: 15_000 },
    );
    await line.until('iq');
    const lost = stateOf(stream, 'reconnecting');
    line.kill();
    await lost;
    const during = stream.request(
      el('iq', { type: 'get', to: 'peer@example.org/1' }, [el('during', { xmlns: 'urn:x' })]),
    );
    let rebinds = 0;
    stream.onRebind(() => rebinds++);
    environment.advance(20_000);
    const next = await server.accept();
    await next.authenticate();
    await next.until('resume');
    next.send('<resumed xmlns="urn:xmpp:sm:3" h="0" previd="session-1"/>');
    for (const name of ['before', 'during']) {
      const request = await next.until('iq');
      assert.ok(request.getChild(name));
      next.result(request, `<${name}/>`);
    }
    assert.ok((await before).getChild('before'));
    assert.ok((await during).getChild('during'));
    assert.equal(rebinds, 0);
  });

  test('a request that is to be repeated goes on in the new session; closing the stream ends it', async () => {
    const line = await guest();
    const iq = (name: string): Element =>
      el('iq', { type: 'set', to: 'peer@example.org/1' }, [el(name, { xmlns: 'urn:x' })]);
    const terminate = stream.request(iq('terminate'), { timeoutMs: 15_000, repeat: true });
    const { id } = (await line.until('iq')).attrs;
    const next = await reconnect(line);
    const during = stream.request(iq('during'), { repeat: true });
    environment.advance(15_000);
    await rebind(next, 'a2@example.org/call.1');
    const again = await next.until('iq');
    assert.equal(again.attrs.id, id);
    assert.ok(again.getChild('terminate'));
    next.result(again, '<done/>');
    assert.ok((await terminate).getChild('done'));
    assert.ok((await next.until('iq')).getChild('during'));
    await Promise.all([
      stream.close(),
      assert.rejects(during, (error) => error instanceof IqError && error.condition === 'disconnected'),
    ]);
  });

  test('a new session: requests reject, the introduction is repeated, onRebind comes when it is online', async () => {
    const line = await guest();
    stream.introduceTo('Desk@example.org');
    stream.introduceTo('desk@example.org/phone');
    const presence = await line.until('presence');
    assert.equal(presence.attrs.to, 'desk@example.org');
    assert.ok(childOf(presence, 'c', NS.caps));
    assert.equal(line.pending.length, 0);

    const pending = stream.request(el('iq', { type: 'get', to: 'peer@example.org/1' }, [el('x', { xmlns: 'urn:x' })]));
    const rejected = assert.rejects(pending, (error) => error instanceof IqError && error.condition === 'disconnected');
    const rebound = new Promise<string>((resolve) => {
      stream.onRebind(() => resolve(stream.state));
    });
    const next = await reconnect(line);
    await rebind(next, 'a2@example.org/call.1');
    assert.equal(await rebound, 'online');
    await rejected;
    assert.equal((await next.until('presence')).attrs.to, 'desk@example.org');
    assert.equal(stream.jid, 'a2@example.org/call.1');
  });

  test('the time is the one of the server, as soon as it has told it', async () => {
    const connected = create().connect();
    const line = await server.accept();
    const hour = 3_600_000;
    const utc = (ms: number): string => new Date(environment.now() + ms).toISOString();
    const asked = new Promise<Element>((resolve) => {
      line.onTimeQuestion = resolve;
    });
    await line.establish(GUEST);
    await connected;
    assert.equal(stream.serverNow(), environment.now(), 'our own until then');
    const question = await asked;
    assert.equal(question.attrs.to, 'example.org');
    assert.equal(question.attrs.type, 'get');
    environment.advance(200);
    line.result(question, `<time xmlns="urn:xmpp:time"><tzo>+01:00</tzo><utc>${utc(hour)}</utc></time>`);
    await ask(line, 'type="get" from="example.org"', '<ping xmlns="urn:xmpp:ping"/>');
    assert.equal(stream.serverNow() - environment.now(), hour + 100, 'written half way through the question');
    environment.advance(1_000);
    assert.equal(stream.serverNow() - environment.now(), hour + 100);

    // A new session asks again; what says nothing changes nothing.
    for (const answer of ['', '<time xmlns="urn:xmpp:time"/>', '<time xmlns="urn:xmpp:time"><utc>soon</utc></time>']) {
      await stream.close();
      const again = stream.connect();
      const next = await server.accept();
      const question = new Promise<Element>((resolve) => {
        next.onTimeQuestion = resolve;
      });
      await next.establish(GUEST);
      await again;
      next.result(await question, answer);
      await ask(next, 'type="get" from="example.org"', '<ping xmlns="urn:xmpp:ping"/>');
      assert.equal(stream.serverNow() - environment.now(), hour + 100, answer);
    }
  });

  test('messages: addresses, delay, carbons; forged ones are dropped', async () => {
    const line = await agent();
    const messages: IncomingMessage[] = [];
    stream.onMessage(() => {
      throw new Error('a listener with a bug does not keep the others from hearing');
    });
    const last = new Promise<void>((resolve) => {
      stream.onMessage((message) => {
        messages.push(message);
        if (message.stanza.attrs.id === 'last') resolve();
      });
    });
    const carbon = (from: string, kind: string, inner: string): string =>
      `<message xmlns="jabber:client"${from}><${kind} xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0">${inner}</forwarded></${kind}></message>`;
    const inner = (id: string, from: string, to: string): string =>
      `<message xmlns="jabber:client" id="${id}" from="${from}" to="${to}" type="chat"/>`;
    line.send(
      '<message xmlns="jabber:client" id="plain" from="x@y/1" to="desk@example.org"><delay xmlns="urn:xmpp:delay" stamp="2026-01-01T00:00:00Z"/></message>',
      '<message xmlns="jabber:client" id="error" from="x@y" type="error"/>',
      '<message xmlns="jabber:client" id="nobody" from="@@"/>',
      '<message xmlns="jabber:client" id="server"/>',
      carbon(' from="desk@example.org"', 'sent', inner('sent', 'desk@example.org/phone', 'x@y/1')),
      carbon(' from="desk@example.org"', 'received', inner('received', 'x@y/1', 'desk@example.org/phone')),
      carbon(' from="evil@y"', 'sent', inner('forged1', 'desk@example.org/phone', 'x@y/1')),
      carbon(' from="desk@example.org/phone"', 'sent', inner('forged2', 'desk@example.org/phone', 'x@y/1')),
      carbon(' from="desk@example.org"', 'sent', inner('forged3', 'x@y/1', 'desk@example.org')),
      carbon(' from="desk@example.org"', 'received', ''),
      '<message xmlns="jabber:client" id="last" from="x@y/1"/>',
    );
    await last;
    assert.deepEqual(
      messages.map(({ stanza, from, to, carbon: kind, isError }) => [stanza.attrs.id, from, to, kind, isError]),
      [
        ['plain', 'x@y/1', 'desk@example.org', 'none', false],
        ['error', 'x@y', DESK, 'none', true],
        ['server', DESK, DESK, 'none', false],
        ['sent', 'desk@example.org/phone', 'x@y/1', 'sent', false],
        ['received', 'x@y/1', 'desk@example.org/phone', 'received', false],
        ['last', 'x@y/1', DESK, 'none', false],
      ],
    );
    assert.equal(messages[0]?.delayedSince, Date.UTC(2026, 0, 1));
    assert.ok(!('delayedSince' in (messages[1] ?? {})));
  });

  test('presences of strangers do not make us forget what our own devices announced', async () => {
    const line = await agent();
    line.result(await line.until('iq'));
    await line.until('presence');
    const caps = (ver: string): string =>
      `<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="http://example.org" ver="${ver}"/>`;
    line.send(`<presence xmlns="jabber:client" from="desk@example.org/phone">${caps('own')}</presence>`);
    for (let count = 0; count < 1_500; count++) {
      line.send(`<presence xmlns="jabber:client" from="evil@example.net/${count}">${caps('other')}</presence>`);
    }
    line.send('<r xmlns="urn:xmpp:sm:3"/>');
    await line.until('a');
    void stream.discoInfo('desk@example.org/phone').catch(() => undefined);
    assert.equal((await line.until('iq')).getChild('query')?.attrs.node, 'http://example.org#own');
  });

  test('presence: what a device can do, asked once per hash', async () => {
    const line = await agent();
    line.result(await line.until('iq'));
    await line.until('presence');
    const heard = (from: string): Promise<void> =>
      new Promise((resolve) => {
        const off = stream.onPresence((presence) => {
          if (presence.attrs.from !== from) return;
          off();
          resolve();
        });
      });
    // The example of XEP-0115 §5.2.
    const caps =
      '<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="http://code.google.com/p/exodus" ver="QgayPKawpkPSDYmwT/WM94uAlu0="/>';
    const info =
      '<identity category="client" name="Exodus 0.9.1" type="pc"/><feature var="http://jabber.org/protocol/caps"/>' +
      '<feature var="http://jabber.org/protocol/disco#info"/><feature var="http://jabber.org/protocol/disco#items"/><feature var="http://jabber.org/protocol/muc"/>';
    for (const resource of ['1', '2']) {
      const there = heard(`x@example.net/${resource}`);
      line.send(`<presence xmlns="jabber:client" from="x@example.net/${resource}">${caps}</presence>`);
      await there;
    }

    const first = stream.discoInfo('x@example.net/1');
    const same = stream.discoInfo('x@example.net/1');
    const request = await line.until('iq');
    assert.equal(request.getChild('query')?.attrs.node, 'http://code.google.com/p/exodus#QgayPKawpkPSDYmwT/WM94uAlu0=');
    line.result(request, `${DISCO}>${info}</query>`);
    assert.equal((await first).features.length, 4);
    assert.deepEqual(await same, await first);
    assert.deepEqual(await stream.discoInfo('x@example.net/2'), await first);
    assert.equal(line.pending.length, 0, 'one question for all');

    // Another's answer under the same hash must not have been taken for it: a wrong hash is used once and not kept.
    const liar = heard('liar@example.net/1');
    line.send(`<presence xmlns="jabber:client" from="liar@example.net/1">${caps.replace('Qgay', 'AAAA')}</presence>`);
    await liar;
    for (let time = 0; time < 2; time++) {
      const lie = stream.discoInfo('liar@example.net/1');
      line.result(await line.until('iq'), `${DISCO}>${info}</query>`);
      assert.equal((await lie).features.length, 4);
    }

    // Without caps: a plain question. A node that its owner does not know: a plain question, too.
    const plain = stream.discoInfo('y@example.net/1');
    const question = await line.until('iq');
    assert.equal(question.getChild('query')?.attrs.node, undefined);
    line.error(question, 'service-unavailable');
    await assert.rejects(plain, (error) => error instanceof IqError && error.condition === 'service-unavailable');
    const shy = stream.discoInfo('liar@example.net/1');
    line.error(await line.until('iq'), 'item-not-found');
    line.result(await line.until('iq'), `${DISCO}/>`);
    assert.equal((await shy).features.length, 0);
    await assert.rejects(stream.discoInfo('@@'), IqError);

    // Whoever left may come back as something else.
    const gone = heard('x@example.net/1');
    line.send('<presence xmlns="jabber:client" from="x@example.net/1" type="unavailable"/>');
    await gone;
    const anew = stream.discoInfo('x@example.net/1');
    line.result(await line.until('iq'), `${DISCO}/>`);
    assert.equal((await anew).features.length, 0);
  });

  describe('external services', () => {
    const services = (version: number, ...list: string[]): string =>
      `<services xmlns="urn:xmpp:extdisco:${version}">${list.join('')}</services>`;
    const at = (ms: number): string => new Date(environment.now() + ms).toISOString();

    test('are asked for once, refreshed at half their life, and again when too little of it is left', async () => {
      const line = await guest();
      const turn = (password: string): string =>
        services(
          2,
          `<service type="turn" host="t" port="1" transport="udp" username="u" password="${password}" restricted="1" expires="${at(600_000)}"/>`,
        );
      const first = stream.externalServices();
      const joined = stream.externalServices();
      const request = await line.until('iq');
      assert.equal(request.attrs.to, 'example.org');
      line.result(request, turn('1'));
      assert.equal((await first)[0]?.password, '1');
      assert.equal(await joined, await first);
      assert.equal((await stream.externalServices())[0]?.password, '1');

      environment.advance(1);
      const early = stream.externalServices({ minValidityMs: 600_000 });
      line.result(await line.until('iq'), turn('2'));
      assert.equal((await early)[0]?.password, '2');

      for (let passed = 0; passed < 300_000; passed += 7_500) {
        environment.advance(7_500);
        await beat(line);
      }
      line.result(await line.until('iq'), turn('3'));
      await beat(line);
      assert.equal((await stream.externalServices())[0]?.password, '3');
    });

    /** One exchange with the client, so that all it was sent has been handled. */
    const beat = async (line: ServerConnection): Promise<void> => {
      line.send('<r xmlns="urn:xmpp:sm:3"/>');
      const requests: Element[] = [];
      for (let frame = await line.next(); frame.name !== 'a'; frame = await line.next()) {
        if (frame.name === 'iq') requests.push(frame);
      }
      line.unread(requests);
      await new Promise((resolve) => setImmediate(resolve));
    };

    test('version 1 where there is no version 2; nothing where there is neither', async () => {
      const line = await guest();
      const found = stream.externalServices();
      line.error(await line.until('iq'), 'service-unavailable');
      const request = await line.until('iq');
      assert.ok(childOf(request, 'services', NS.extdisco1));
      line.result(request, services(1, '<service type="stun" host="s" port="3478"/>'));
      assert.equal((await found)[0]?.host, 's');
      await stream.close();

      const second = await guest();
      const none = stream.externalServices();
      second.error(await second.until('iq'), 'service-unavailable');
      second.error(await second.until('iq'), 'feature-not-implemented');
      assert.deepEqual(await none, []);
      const malformed = stream.externalServices();
      second.result(await second.until('iq'), '<other/>');
      second.result(await second.until('iq'), '');
      assert.deepEqual(await malformed, []);
      const silent = stream.externalServices();
      await second.until('iq');
      environment.advance(5_000);
      assert.deepEqual(await silent, []);
    });

    test('restricted ones get their credentials, or stay as they are', async () => {
      const line = await guest();
      const found = stream.externalServices();
      line.result(
        await line.until('iq'),
        services(
          2,
          '<service type="turns" host="t" port="5349" restricted="1"/>',
          '<service type="turn" host="r" restricted="true"/>',
          '<service type="stun" host="s"/>',
        ),
      );
      for (let asked = 0; asked < 2; asked++) {
        const request = await line.until('iq');
        const service = childOf(request, 'credentials', NS.extdisco2)?.getChild('service');
        if (service?.attrs.host === 't') {
          const credentials = `<service type="turns" host="t" port="5349" username="u" password="p" expires="${at(3_600_000)}"/>`;
          line.result(request, `<credentials xmlns="urn:xmpp:extdisco:2">${credentials}</credentials>`);
        } else {
          line.error(request, 'forbidden');
        }
      }
      const list = await found;
      assert.deepEqual(
        list.map(({ type, host, username, password }) => [type, host, username, password]),
        [
          ['turns', 't', 'u', 'p'],
          ['turn', 'r', undefined, undefined],
          ['stun', 's', undefined, undefined],
        ],
      );
    });

    test('a server whose clock is behind does not make its services useless', async () => {
      const line = await guest();
      const found = stream.externalServices();
      line.result(
        await line.until('iq'),
        services(2, `<service type="turn" host="t" username="u" password="p" expires="${at(-86_400_000)}"/>`),
      );
      assert.equal((await found)[0]?.expires, undefined);
    });

    test('a date of expiry in the far future is no reason to ask in a loop', async () => {
      const line = await guest();
      const found = stream.externalServices();
      line.result(
        await line.until('iq'),
        services(2, '<service type="turn" host="t" username="u" password="p" expires="9999-12-31T23:59:59Z"/>'),
      );
      assert.equal((await found).length, 1);
      // setTimeout fires at once for whatever is above 2^31 - 1 ms.
      assert.equal(environment.longestTimerIn() < 2 ** 31, true);
    });

    test('pushes count from our own server only', async () => {
      const line = await guest();
      const found = stream.externalServices();
      line.result(await line.until('iq'), services(2, '<service type="stun" host="s"/>'));
      await found;
      const push = services(
        2,
        '<service type="stun" host="new" action="add"/><service type="stun" host="s" action="delete"/>'.replace(
          '><',
          '>\n<',
        ),
      );
      const forged = await ask(line, 'type="set" from="evil@example.org/1"', push);
      assert.equal(forged.attrs.type, 'error');
      assert.deepEqual(
        (await stream.externalServices()).map(({ host }) => host),
        ['s'],
      );
      assert.equal((await ask(line, 'type="set" from="example.org"', push)).attrs.type, 'result');
      assert.deepEqual(
        (await stream.externalServices()).map(({ host }) => host),
        ['new'],
      );
      assert.equal(
        (await ask(line, 'type="set"', services(2, '<service type="stun" host="s" action="add"/>'))).attrs.type,
        'result',
      );
      assert.equal((await stream.externalServices()).length, 2);
    });
  });

  test('addresses that are none are refused before anything is sent', async () => {
    const refused = async (options: Partial<StreamOptions>, expected: string): Promise<void> => {
      await assert.rejects(
        create(options).connect(),
        (error) => error instanceof StreamError && error.code === expected,
      );
      assert.equal(stream.state, 'offline');
    };
    for (const domain of ['', 'a@b', 'a/b', 'a b', 'example.org?x']) await refused({ domain }, 'invalid-address');
    for (const username of ['', 'desk@example.org', 'a b', 'a/b']) {
      await refused({ credentials: { kind: 'password', username, password: 'x' } }, 'invalid-address');
    }
    await refused({ service: 'https://example.org' }, 'invalid-address');
    await refused({ service: 'ws://example.org/ws' }, 'insecure');
    assert.equal(server.openCount, 0);
  });

  test('closing before the connection began keeps it from beginning', async () => {
    const connected = create().connect();
    await Promise.all([
      stream.close(),
      assert.rejects(connected, (error) => error instanceof StreamError && error.code === 'closed'),
    ]);
    assert.equal(server.openCount, 0);
  });

  test('a closed stream can be connected again, as a new one', async () => {
    await guest();
    await stream.close();
    const connected = stream.connect();
    const line = await server.accept();
    await line.establish('a2@example.org/call.1');
    assert.equal(await connected, 'a2@example.org/call.1');
  });

  test('the password is in no log and no error', async () => {
    await agent();
    assert.ok(!JSON.stringify(environment.logs).includes('secret'));
  });
});

function stateOf(stream: XmppStream, state: string): Promise<void> {
  return new Promise((resolve) => {
    const off = stream.onState((now) => {
      if (now !== state) return;
      off();
      resolve();
    });
  });
}
