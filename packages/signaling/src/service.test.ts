import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  AvailabilityState,
  CallState,
  ConnectionState,
  ErrorCode,
  MediaKind,
  WIRE_VERSION,
  decodeFromWorker,
  encodeCommand,
} from '@xmpp-call/wire';
import type { Event, Reply } from '@xmpp-call/wire';
import { FakeStream, NO_DISCO } from './calls/fake-stream.testing.js';
import { SignalingService } from './service.js';
import { StreamError } from './stream/index.js';
import type { StreamOptions, XmppStream } from './stream/index.js';
import { VirtualEnvironment } from './stream/stream.testing.js';

type Body = Parameters<typeof encodeCommand>[1];

class FakeXmppStream extends FakeStream implements XmppStream {
  offlineReason: StreamError | undefined;
  closed = false;
  connecting: () => Promise<string> = () => {
    this.jid = 'desk@example.org/widget';
    this.changeState('online');
    return Promise.resolve(this.jid);
  };

  constructor(readonly options: StreamOptions) {
    super('');
    this.jid = undefined;
    this.state = 'offline';
  }

  connect(): Promise<string> {
    this.changeState('connecting');
    return this.connecting();
  }

  close(): Promise<void> {
    this.closed = true;
    if (this.state !== 'offline') this.changeState('offline');
    return Promise.resolve();
  }

  presenceOf(): 'unknown' {
    return 'unknown';
  }
}

class Port {
  readonly environment = new VirtualEnvironment();
  readonly streams: FakeXmppStream[] = [];
  readonly replies: Reply[] = [];
  readonly events: Event[] = [];
  prepare: (stream: FakeXmppStream) => void = () => undefined;
  readonly service = new SignalingService(
    (message) => {
      const { body } = decodeFromWorker(message);
      if (body.case === 'reply') this.replies.push(body.value);
      else if (body.case === 'event') this.events.push(body.value);
    },
    this.environment,
    (options) => {
      const stream = new FakeXmppStream(options);
      this.prepare(stream);
      this.streams.push(stream);
      return stream;
    },
  );
  #ids = 0;

  get stream(): FakeXmppStream {
    return this.streams.at(-1) ?? assert.fail('no stream was made');
  }

  /** Sends a command and gives its one reply. */
  async ask(body: Body): Promise<Reply['result']> {
    const id = ++this.#ids;
    await this.service.receive(encodeCommand(id, body));
    const [reply, ...others] = this.replies.filter((one) => one.id === id);
    assert.equal(others.length, 0);
    return reply?.result ?? assert.fail('no reply');
  }

  async failureOf(body: Body): Promise<ErrorCode | undefined> {
    const result = await this.ask(body);
    return result.case === 'failure' ? result.value.code : undefined;
  }

  async online(): Promise<void> {
    await this.ask({ case: 'hello', value: { version: WIRE_VERSION } });
    const result = await this.ask({ case: 'connect', value: { domain: 'example.org' } });
    assert.equal(result.case, 'connected');
  }

  connectionStates(): string[] {
    return this.events.flatMap(({ body }) =>
      body.case === 'connectionChanged' ? [ConnectionState[body.value.state].toLowerCase()] : [],
    );
  }
}

const connect: Body = { case: 'connect', value: { domain: 'example.org' } };

describe('SignalingService', () => {
  it('answers hello of its own version, and refuses all commands of a page of another version', async () => {
    const port = new Port();
    assert.equal(await port.failureOf(connect), ErrorCode.VERSION_MISMATCH);
    const refused = await port.ask({ case: 'hello', value: { version: 2 } });
    assert.ok(refused.case === 'failure');
    assert.equal(refused.value.code, ErrorCode.VERSION_MISMATCH);
    assert.equal(refused.value.detail, `the page speaks version 2 of the contract, the worker ${String(WIRE_VERSION)}`);
    assert.equal(await port.failureOf(connect), ErrorCode.VERSION_MISMATCH);
    const welcome = await port.ask({ case: 'hello', value: { version: WIRE_VERSION } });
    assert.equal(welcome.case, 'welcome');
    assert.equal(port.streams.length, 0);
  });

  it('connects with what the page gives', async () => {
    const port = new Port();
    await port.ask({ case: 'hello', value: { version: WIRE_VERSION } });
    const result = await port.ask({
      case: 'connect',
      value: {
        service: 'wss://example.org/ws',
        domain: 'example.org',
        credentials: { case: 'password', value: { username: 'desk', password: 'secret' } },
        refusePlain: true,
        mediaCore: true,
      },
    });
    assert.ok(result.case === 'connected' && result.value.jid === 'desk@example.org/widget');
    const { service, domain, credentials, features } = port.stream.options;
    assert.deepEqual(
      { service, domain, credentials },
      {
        service: 'wss://example.org/ws',
        domain: 'example.org',
        credentials: { kind: 'password', username: 'desk', password: 'secret' },
      },
    );
    assert.ok(features.includes('urn:xmpp:jingle-message:0'));
    assert.ok(features.includes('urn:x-xmpp-call:media-core:0'));
    assert.equal(port.stream.options.plain?.isRefused, true);
    assert.deepEqual(port.connectionStates(), ['connecting', 'online']);
    assert.equal(await port.failureOf(connect), ErrorCode.INVALID_STATE);
  });

  it('remembers logins with SCRAM over all connections, so that none is made with PLAIN later', async () => {
    const port = new Port();
    await port.online();
    const first = port.stream.options.plain;
    assert.equal(first?.isRefused, false);
    first.scramAccounts.add('desk@example.org');
    await port.ask({ case: 'disconnect', value: {} });
    await port.online();
    assert.ok(port.stream.options.plain?.scramAccounts.has('desk@example.org'));
  });

  it('says why it could not connect, and may be asked again', async () => {
    for (const [code, expected] of [
      ['signaling-unreachable', ErrorCode.SIGNALING_UNREACHABLE],
      ['auth-failed', ErrorCode.AUTH_FAILED],
      ['invalid-address', ErrorCode.INVALID_ADDRESS],
      ['insecure', ErrorCode.INVALID_ADDRESS],
    ] as const) {
      const port = new Port();
      await port.ask({ case: 'hello', value: { version: WIRE_VERSION } });
      port.prepare = (stream) => {
        stream.connecting = () => Promise.reject(new StreamError(code, 'test'));
      };
      assert.equal(await port.failureOf(connect), expected);
      assert.equal(port.stream.closed, true);
      assert.equal(port.stream.listeners, 1, 'only the service’s own listener is left on a dead stream');
      port.prepare = () => undefined;
      assert.equal((await port.ask(connect)).case, 'connected');
    }
  });

  it('tells of a stream that is lost and comes back, and of one that does not', async () => {
    const port = new Port();
    await port.online();
    port.stream.changeState('reconnecting');
    port.stream.changeState('online');
    port.stream.offlineReason = new StreamError('replaced', 'conflict');
    port.stream.changeState('offline');
    assert.deepEqual(port.connectionStates(), ['connecting', 'online', 'reconnecting', 'online', 'offline']);
    const last = port.events.at(-1)?.body;
    assert.ok(last?.case === 'connectionChanged');
    assert.equal(last.value.failure?.code, ErrorCode.SIGNALING_LOST);
    assert.equal((await port.ask(connect)).case, 'connected');
  });

  it('has the stream probed when the page says that the network has changed', async () => {
    const port = new Port();
    await port.online();
    assert.equal((await port.ask({ case: 'networkChanged', value: {} })).case, 'done');
    assert.equal(port.stream.hints, 1);
  });

  it('numbers events from 1 without gaps', async () => {
    const port = new Port();
    await port.online();
    port.service.hintOnline();
    assert.equal(port.stream.hints, 1);
    port.stream.changeState('reconnecting');
    assert.deepEqual(
      port.events.map(({ seq }) => seq),
      port.events.map((_, index) => index + 1),
    );
  });

  it('limits log entries: a few of each kind at once, then one a second', async () => {
    const port = new Port();
    for (let count = 0; count < 100; count++) await port.service.receive('nonsense');
    port.environment.advance(1_000);
    await port.service.receive('nonsense');
    const logs = port.events.flatMap(({ body }) => (body.case === 'log' ? [body.value] : []));
    assert.equal(logs.length, 6);
    assert.equal(logs.at(-1)?.context.omitted, '95');
  });

  it('carries a call from StartCall to HangUp, and hangs up on Disconnect', async () => {
    const port = new Port();
    await port.online();
    const callId = 'call-1';
    const media = { contents: [{ kind: MediaKind.AUDIO }] };
    assert.equal((await port.ask({ case: 'startCall', value: { callId, to: 'bob@example.net', media } })).case, 'done');
    assert.equal((await port.ask({ case: 'propose', value: { callId } })).case, 'done');
    assert.equal(port.stream.sent.length, 1);
    assert.equal((await port.ask({ case: 'disconnect', value: {} })).case, 'done');
    assert.match(String(port.stream.sent.at(-1)), /<retract/);
    const changed = port.events.flatMap(({ body }) => (body.case === 'callChanged' ? [body.value.state] : []));
    assert.deepEqual(changed, [CallState.ENDED]);
    assert.equal(port.stream.closed, true);
    assert.equal(port.environment.timerCount, 0);
  });

  it('refuses commands for calls while there is no stream, and for calls that are not', async () => {
    const port = new Port();
    await port.ask({ case: 'hello', value: { version: WIRE_VERSION } });
    assert.equal(await port.failureOf({ case: 'propose', value: { callId: 'x' } }), ErrorCode.INVALID_STATE);
    assert.equal(await port.failureOf({ case: 'fetchIceServers', value: {} }), ErrorCode.INVALID_STATE);
    await port.ask(connect);
    assert.equal(await port.failureOf({ case: 'propose', value: { callId: 'x' } }), ErrorCode.INVALID_STATE);
    assert.equal(
      await port.failureOf({
        case: 'startCall',
        value: { callId: 'x', to: '', media: { contents: [{ kind: MediaKind.AUDIO }] } },
      }),
      ErrorCode.INVALID_ADDRESS,
    );
  });

  it('gives ICE servers that a browser takes', async () => {
    const port = new Port();
    await port.online();
    port.stream.services = [
      { type: 'stun', host: 'example.org', port: 3478, transport: 'udp', restricted: false, action: 'add' },
      { type: 'turns', host: 'example.org', port: 5349, restricted: true, action: 'add' },
      { type: 'turn', host: 'example.org', port: 3478, username: 'u', password: 'p', restricted: true, action: 'add' },
    ];
    const result = await port.ask({ case: 'fetchIceServers', value: {} });
    assert.ok(result.case === 'iceServers');
    assert.deepEqual(
      result.value.servers.map(({ url, username, credential }) => ({ url, username, credential })),
      [
        { url: 'turn:example.org:3478?transport=udp', username: 'u', credential: 'p' },
        { url: 'stun:example.org:3478', username: '', credential: '' },
      ],
    );
  });

  it('tells the page what servers say about a callee', async () => {
    const port = new Port();
    await port.online();
    const ask = async (jid: string) => {
      const result = await port.ask({ case: 'queryAvailability', value: { jid } });
      return result.case === 'availability' ? result.value.state : undefined;
    };
    const { AVAILABLE, UNAVAILABLE, UNKNOWN } = AvailabilityState;
    assert.equal(await ask('bob@example.net'), UNKNOWN);
    assert.equal(await ask('bob@example.net/phone'), UNAVAILABLE);
    port.stream.disco.set('bob@example.net/phone', NO_DISCO);
    assert.equal(await ask('bob@example.net/phone'), AVAILABLE);
    assert.equal(await port.failureOf({ case: 'queryAvailability', value: { jid: '@' } }), ErrorCode.INVALID_ADDRESS);
  });

  it('takes anything on the port without throwing', async () => {
    const port = new Port();
    for (const data of [undefined, null, 'text', 42, {}, new Uint8Array([255, 255]), new ArrayBuffer(3)]) {
      await port.service.receive(data);
    }
    assert.equal(port.replies.length, 0);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
        await port.service.receive(bytes);
      }),
    );
  });

  it('replies to a command that this version does not know', async () => {
    const port = new Port();
    // id 7, and a body in field 900.
    await port.service.receive(new Uint8Array([0x08, 7, 0xa2, 0x38, 0]));
    const [reply] = port.replies;
    assert.equal(reply?.id, 7);
    assert.ok(reply.result.case === 'failure');
    assert.equal(reply.result.value.code, ErrorCode.VERSION_MISMATCH);
  });
});
