import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ourFeatures, type Element } from '@xmpp-call/jingle';
import fc from 'fast-check';
import type { WebSocketConstructor } from './connection.js';
import { FrameParser } from './frame-parser.js';
import { parseXml } from './parse-xml.js';
import { createStream, type XmppStream } from './stream.js';
import { BIND, mechanisms, NS_SASL, SM, VirtualEnvironment } from './stream.testing.js';

/** The same inputs in each run. */
const SEED = 17;
const GUEST = 'a1@example.org/call.1';

/** A server within the process that logs everybody in, and then says what the test says. */
class Server {
  /** Stanzas and counts of the client since login. */
  readonly received: Element[] = [];
  socket: MemorySocket | undefined;
  sockets = 0;
  readonly WebSocket: WebSocketConstructor;

  constructor() {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class below has a `this` of its own
    const server = this;
    this.WebSocket = class extends MemorySocket {
      constructor() {
        super((frame) => server.#answer(frame));
        server.socket = this;
        server.sockets++;
      }
    } as unknown as WebSocketConstructor;
  }

  say(...frames: unknown[]): void {
    for (const frame of frames) this.socket?.deliver(frame);
  }

  #opened = 0;

  #answer(text: string): void {
    const frame = parseXml(text);
    const id = frame.attrs.id ?? '';
    if (frame.name === 'open') {
      this.#opened++;
      this.say(
        '<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" version="1.0" id="1" from="example.org"/>',
        `<stream:features xmlns:stream="http://etherx.jabber.org/streams">${this.#opened % 2 === 1 ? mechanisms('ANONYMOUS') : `${BIND}${SM}`}</stream:features>`,
      );
    } else if (frame.name === 'auth') {
      this.say(`<success xmlns="${NS_SASL}"/>`);
    } else if (frame.getChild('bind')) {
      this.say(
        `<iq xmlns="jabber:client" type="result" id="${id}"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>${GUEST}</jid></bind></iq>`,
      );
    } else if (frame.name === 'enable') {
      this.say('<enabled xmlns="urn:xmpp:sm:3" id="s" resume="true"/>');
    } else if (frame.name === 'resume') {
      this.say('<failed xmlns="urn:xmpp:sm:3"/>');
    } else {
      this.received.push(frame);
    }
  }
}

class MemorySocket extends EventTarget {
  readonly CLOSED = 3;
  readyState = 1;

  constructor(private readonly onFrame: (frame: string) => void) {
    super();
    queueMicrotask(() => this.dispatchEvent(new Event('open')));
  }

  send(frame: string): void {
    queueMicrotask(() => {
      if (this.readyState === 1) this.onFrame(frame);
    });
  }

  deliver(data: unknown): void {
    if (this.readyState === 1) this.dispatchEvent(new MessageEvent('message', { data }));
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { wasClean: true }));
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const online = async (
  environment: VirtualEnvironment,
): Promise<{ readonly stream: XmppStream; readonly server: Server }> => {
  const server = new Server();
  const stream = createStream(
    {
      service: 'wss://example.org/ws',
      domain: 'example.org',
      credentials: { kind: 'anonymous' },
      identity: { category: 'client', type: 'web', name: '' },
      features: ourFeatures,
      WebSocket: server.WebSocket,
    },
    environment,
  );
  stream.onIq('urn:example:throws', () => {
    throw new Error('bug');
  });
  assert.equal(await stream.connect(), GUEST);
  return { stream, server };
};

/** Names, namespaces, values that somebody may stumble over. */
const word = fc.constantFrom(
  ...['x', 'constructor', '__proto__', 'toString', 'body', 'error', 'query', 'received', 'forwarded', 'c', 'delay'],
  ...['ping', 'services', 'jingle', 'message', 'iq', 'stream:error', 'x:y', 'features', 'é'],
);
const namespace = fc.constantFrom(
  ...['jabber:client', 'jabber:server', 'urn:xmpp:carbons:2', 'urn:xmpp:forward:0', 'urn:xmpp:ping', 'urn:xmpp:sm:3'],
  ...[
    'http://jabber.org/protocol/disco#info',
    'http://jabber.org/protocol/caps',
    'urn:xmpp:extdisco:2',
    'urn:xmpp:time',
  ],
  ...['urn:ietf:params:xml:ns:xmpp-stanzas', 'http://etherx.jabber.org/streams', 'urn:example:throws', '', '__proto__'],
);
const address = fc.constantFrom(
  ...[
    'x@example.net/1',
    'example.org',
    GUEST,
    'a1@example.org',
    '@@',
    '',
    '/',
    'a@b/c/d',
    '__proto__',
    'x'.repeat(4_000),
  ],
);
const value = fc.oneof(
  fc.constantFrom('', 'get', 'set', 'result', 'error', '0', '-1', '4294967296', '&apos;'.repeat(3_000), '__proto__'),
  fc.string({ unit: fc.constantFrom('a', '1', ' ', '&amp;', '&lt;', '&#10;', '&#x1F600;', '/', '>', '=', '\n', 'é') }),
);
const attributes = fc
  .dictionary(
    fc.constantFrom('id', 'type', 'from', 'to', 'node', 'ver', 'hash', 'h', 'stamp', 'xml:lang', '__proto__'),
    value,
  )
  .map((all) =>
    Object.entries(all)
      .map(([name, text]) => ` ${name}="${text}"`)
      .join(''),
  );
const text = fc.oneof(value, fc.constant(']]&gt;'), fc.constant('<![CDATA[<&]]>'), fc.constant('<!-- - -->'));

/** Well-formed XML inside of a stanza. */
const content = fc.letrec<{ node: string; children: string }>((tie) => ({
  children: fc
    .array(fc.oneof({ weight: 2, arbitrary: text }, tie('node')), { maxLength: 3 })
    .map((all) => all.join('')),
  node: fc.oneof(
    { depthSize: 'small' },
    text,
    fc
      .tuple(word, namespace, attributes, tie('children'))
      .map(
        ([name, xmlns, rest, children]) =>
          `<${name} xmlns="${xmlns}" xmlns:x="${xmlns}" xmlns:stream="${xmlns}"${rest}>${children}</${name}>`,
      ),
    fc.integer({ min: 100, max: 3_000 }).map((depth) => '<d>'.repeat(depth) + '</d>'.repeat(depth)),
    fc.constant('&apos;'.repeat(200_000)),
  ),
})).children;

const stanzaParts = fc.record({
  name: fc.constantFrom('iq', 'message', 'presence'),
  id: fc.option(fc.constantFrom('q', '__proto__', 'i'.repeat(2_000)), { nil: undefined }),
  type: fc.constantFrom('get', 'set', 'result', 'error', 'chat', 'unavailable', '__proto__'),
  from: fc.option(address, { nil: undefined }),
});
const head = stanzaParts.map(
  ({ name, id, type, from }) =>
    `<${name} xmlns="jabber:client" type="${type}"${id === undefined ? '' : ` id="${id}"`}${from === undefined ? '' : ` from="${from}"`}>`,
);
const nameOf = (start: string): string => /\w+/.exec(start)?.[0] ?? '';
const wellFormed = fc.tuple(head, content).map(([start, inside]) => `${start}${inside}</${nameOf(start)}>`);
/** A stanza that breaks off, or goes on where it should not. */
const broken = fc
  .tuple(wellFormed, head, fc.nat({ max: 1_000 }), fc.constantFrom('&evil;', '</x>', '<', '&#0;', ']]>', '<x', '"'))
  .map(([frame, start, at, spoiler]) => `${start}${frame.slice(0, at)}${spoiler}${frame.slice(at)}`);
const relayed = fc.oneof({ weight: 3, arbitrary: wellFormed }, broken);
const garbage = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('<', '>', '/', '"', '=', 'a', ' ', '&', ';', '!', '?', '-', '[', ']') }),
  content,
  fc.tuple(wellFormed, fc.nat({ max: 500 })).map(([frame, at]) => frame.slice(at)),
  fc.constantFrom(
    '<?xml version="1.0"?>',
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '<a>'.repeat(10_000),
    '\0',
    '</stream:stream>',
  ),
  fc.constantFrom(
    '<r xmlns="urn:xmpp:sm:3"/>',
    '<resumed xmlns="urn:xmpp:sm:3" h="9"/>',
    '<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>',
  ),
);

test('the parser gives one stanza for each stanza that is relayed, and never throws', () => {
  fc.assert(
    fc.property(relayed, (frame) => {
      const events = eventsOf(frame);
      assert.deepEqual(events.map(([event, element]) => [event, (element as Element).name]).slice(0, 1), [
        ['element', nameOf(frame)],
      ]);
      assert.ok(!events.some(([event]) => event === 'error'));
    }),
    { seed: SEED, numRuns: 500 },
  );
  fc.assert(
    fc.property(garbage, (frame) => {
      const events = eventsOf(frame);
      assert.ok(!events.slice(0, -1).some(([event]) => event === 'error'), 'an error is the only event of its frame');
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

function eventsOf(frame: string): readonly (readonly [string, unknown])[] {
  const parser = new FrameParser();
  const events: (readonly [string, unknown])[] = [];
  for (const event of ['start', 'element', 'end', 'error']) parser.on(event, (thing) => events.push([event, thing]));
  parser.write(frame);
  return events;
}

test('whatever is relayed, the stream stays online and counts it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(relayed, { minLength: 1, maxLength: 20 }), async (frames) => {
      const environment = new VirtualEnvironment();
      const { stream, server } = await online(environment);
      server.say(...frames, '<r xmlns="urn:xmpp:sm:3"/>');
      await settled();
      const answers = server.received.filter(({ name }) => name === 'a');
      assert.deepEqual(
        answers.map(({ attrs }) => attrs.h),
        [String(frames.length)],
      );
      assert.equal(stream.state, 'online');
      assert.equal(server.sockets, 1);
      assert.ok(environment.logs.length < 10);
      await stream.close();
      assert.equal(environment.timerCount, 0);
    }),
    { seed: SEED, numRuns: 100 },
  );
});

test('whatever the server itself says, the stream comes back, and is of use again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(garbage, relayed), { minLength: 1, maxLength: 10 }), async (frames) => {
      const environment = new VirtualEnvironment();
      const { stream, server } = await online(environment);
      server.say(...frames, new ArrayBuffer(8));
      await settled();
      assert.notEqual(stream.state, 'offline', stream.offlineReason?.message);
      while (stream.state !== 'online') {
        environment.advance(1_000);
        await settled();
      }
      server.received.length = 0;
      server.say('<iq xmlns="jabber:client" type="get" id="alive"><ping xmlns="urn:xmpp:ping"/></iq>');
      await settled();
      assert.ok(server.received.some(({ attrs }) => attrs.id === 'alive' && attrs.type === 'result'));
      await stream.close();
    }),
    { seed: SEED, numRuns: 200 },
  );
});
