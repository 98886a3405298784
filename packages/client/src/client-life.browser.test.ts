/** A client from its options to its end, with workers that do not do what they should. */
import { expect } from '@esm-bundle/chai';
import { CallState, ConnectionState, MediaKind, SdpType } from '@xmpp-call/wire';
import type { CallClientOptions } from './api.js';
import { WorkerCallClient, createCallClient } from './call-client.js';
import type { XmppCallError } from './errors.js';
import { FakeClock } from './fake-clock.testing.js';
import { DONE, FakeWorker } from './fake-worker.testing.js';
import type { CommandHandler } from './fake-worker.testing.js';
import { client, incoming, reaches, rejection, until } from './scenario.testing.js';
import { launchWorker } from './worker-launcher.js';

const CONNECTED: ReturnType<CommandHandler> = { case: 'connected', value: { jid: 'me@example.org/1' } };
const ICE_SERVERS: ReturnType<CommandHandler> = { case: 'iceServers', value: { servers: [] } };

const AUDIO_VIDEO = { contents: [{ kind: MediaKind.AUDIO }, { kind: MediaKind.VIDEO }] };

/** A worker that does its work until `name` comes, and then says nothing any more. */
function silentFrom(name: string): CommandHandler {
  return ({ case: command }) => {
    if (command === name) return undefined;
    if (command === 'connect') return CONNECTED;
    return command === 'fetchIceServers' ? ICE_SERVERS : DONE;
  };
}

/** A client that is online and rings. */
async function ringing(worker = new FakeWorker(silentFrom('nothing')), clock?: FakeClock) {
  const callee = client(worker, {}, clock);
  await callee.connect();
  const rung = incoming(callee);
  worker.emit({ case: 'incomingCall', value: { callId: 'c', from: 'a@b', media: AUDIO_VIDEO } });
  return { worker, callee, call: await rung };
}

/** What was opened of this page, by kind. */
function watchOpenings() {
  const opened: string[] = [];
  const Connection = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      opened.push('connection');
    }
  };
  const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const tracks: MediaStreamTrack[] = [];
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    opened.push('devices');
    const stream = await getUserMedia(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
  return {
    opened,
    live: () => tracks.filter(({ readyState }) => readyState === 'live'),
    restore: () => {
      globalThis.RTCPeerConnection = Connection;
      navigator.mediaDevices.getUserMedia = getUserMedia;
    },
  };
}

describe('A worker that does not answer', () => {
  for (const name of ['hello', 'connect', 'startCall', 'fetchIceServers', 'propose', 'localDescription']) {
    it(`ends the call and closes the microphone, also at ${name}`, async () => {
      const clock = new FakeClock();
      const worker = new FakeWorker(silentFrom(name));
      const watch = watchOpenings();
      const caller = client(worker, {}, clock);
      const call = caller.call('callee@example.org');
      await worker.received(name as 'hello');
      clock.pass(60_000);
      await reaches(call, 'ended');
      const unreachable = name === 'connect' || name === 'fetchIceServers';
      expect(call.error?.code).to.equal(unreachable ? 'signaling-unreachable' : 'worker-failed');
      await caller.dispose();
      expect(watch.live()).to.deep.equal([]);
      expect(clock.pending).to.equal(0);
      watch.restore();
    });
  }

  it('is ended by dispose() after 2 s', async () => {
    const clock = new FakeClock();
    const worker = new FakeWorker(silentFrom('disconnect'));
    const caller = client(worker, {}, clock);
    await caller.connect();
    const disposed = caller.dispose();
    await worker.received('disconnect');
    clock.pass(2000);
    await disposed;
    expect(worker.terminated).to.equal(true);
    expect(clock.pending).to.equal(0);
  });

  it('does not hold dispose() up while it has not even said hello', async () => {
    const clock = new FakeClock();
    const worker = new FakeWorker(() => undefined);
    const caller = client(worker, {}, clock);
    const connecting = rejection(caller.connect());
    await worker.received('hello');
    const disposed = caller.dispose();
    await worker.received('disconnect');
    clock.pass(2000);
    await disposed;
    expect((await connecting)?.code).to.equal('invalid-state');
    expect(worker.terminated).to.equal(true);
    expect(caller.connectionError).to.equal(undefined);
  });

  it('can be replaced: connect() starts another one', async () => {
    const clock = new FakeClock();
    const workers = [new FakeWorker(() => undefined), new FakeWorker(silentFrom('nothing'))];
    const [first] = workers;
    const caller = client(workers, {}, clock);
    const failed = rejection(caller.connect());
    await first?.received('hello');
    clock.pass(30_000);
    expect((await failed)?.code).to.equal('worker-failed');
    await caller.connect();
    expect(caller.connection).to.equal('online');
    await caller.dispose();
  });
});

describe('A worker that cannot be run', () => {
  const started = (script: string) => {
    const launch = (url: URL) => {
      const worker = launchWorker(url);
      // Else the page's own handler is told as well, which is that of the tests.
      worker.addEventListener('error', (event) => {
        event.preventDefault();
      });
      return worker;
    };
    const workerUrl = new URL(script, import.meta.url);
    const caller = new WorkerCallClient({ domain: 'example.org', log: () => undefined, workerUrl }, launch);
    return rejection(caller.connect()).finally(() => caller.dispose());
  };

  it('is an error where its script is missing', async () => {
    expect((await started('./no-such.worker.js'))?.code).to.equal('worker-failed');
  });

  it('is an error where its script is none of ours', async () => {
    // A module that posts nothing and throws, since a worker has no document.
    expect((await started('./client-life.browser.test.ts'))?.code).to.equal('worker-failed');
  });

  it('is an error where the Content Security Policy forbids it', async () => {
    const frame = document.createElement('iframe');
    frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="worker-src 'none'">`;
    const loaded = new Promise((resolve) => {
      frame.addEventListener('load', resolve, { once: true });
    });
    document.body.append(frame);
    await loaded;
    const { Worker } = globalThis;
    globalThis.Worker = (frame.contentWindow as unknown as typeof globalThis).Worker;
    const error = await started('./client-life.browser.test.ts');
    globalThis.Worker = Worker;
    frame.remove();
    expect(error?.code).to.equal('worker-failed');
  });
});

describe('A worker that says too much', () => {
  it('does not add a call twice, nor more calls than can ring', async () => {
    const { worker, callee, call } = await ringing();
    let rung = 0;
    callee.addEventListener('incoming-call', () => rung++);
    const ring = (callId: string) => worker.emit({ case: 'incomingCall', value: { callId, from: 'a@b' } });
    ring('c');
    for (let i = 0; i < 1000; i++) ring(String(i));
    worker.emit({ case: 'connectionChanged', value: { state: ConnectionState.RECONNECTING, jid: 'me@example.org/1' } });
    await until(callee, 'connection-change', () => callee.connection === 'reconnecting');
    expect(callee.calls).to.have.length(16);
    expect(rung).to.equal(15);
    expect(callee.calls[0]).to.equal(call);
    await callee.dispose();
  });

  it('is not heard about calls that are not there', async () => {
    const { worker, callee } = await ringing();
    worker.emit({ case: 'remoteDescription', value: { callId: 'x', type: SdpType.OFFER, sdp: 'v=0' } });
    worker.emit({ case: 'callChanged', value: { callId: 'x', state: CallState.ACTIVE } });
    worker.reply(4711, DONE);
    await callee.availability('a@b');
    expect(callee.connection).to.equal('online');
    await callee.dispose();
  });
});

describe('A call that rings here', () => {
  it('opens no connection and no device before it is accepted, whatever comes', async () => {
    const watch = watchOpenings();
    const { worker, callee, call } = await ringing();
    const value = { callId: 'c' };
    for (let i = 0; i < 200; i++) {
      worker.emit({ case: 'remoteDescription', value: { ...value, type: SdpType.OFFER, sdp: 'v=0' } });
      worker.emit({
        case: 'remoteCandidate',
        value: { ...value, candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host' },
      });
      worker.emit({ case: 'offerWanted', value: { ...value, iceRestart: true } });
      worker.emit({ case: 'offerVoid', value });
      worker.emit({ case: 'callChanged', value: { ...value, state: CallState.CONNECTING } });
      worker.emit({ case: 'callChanged', value: { ...value, state: CallState.INCOMING } });
    }
    call.setMuted(true);
    expect((await rejection(call.setCamera(true)))?.code).to.equal('invalid-state');
    worker.emit({ case: 'remoteInfo', value: { ...value, held: true } });
    await until(call, 'remote-change', () => call.remote.held);
    expect(watch.opened).to.deep.equal([]);
    expect(worker.names).not.to.include.members(['fetchIceServers', 'localDescription']);
    call.reject();
    await callee.dispose();
    expect(watch.opened).to.deep.equal([]);
    watch.restore();
  });

  it('is left to other devices by a page that goes away and by dispose()', async () => {
    const goneBy = async (leave: (callee: Awaited<ReturnType<typeof ringing>>['callee']) => unknown) => {
      const { worker, callee, call } = await ringing();
      await leave(callee);
      expect(call.state).to.equal('ended');
      await callee.dispose();
      return worker.commands.flatMap(({ body }) => (body.case === 'hangUp' ? [body.value.gone] : []));
    };
    expect(await goneBy(() => dispatchEvent(new PageTransitionEvent('pagehide')))).to.deep.equal([true]);
    expect(await goneBy((callee) => callee.dispose())).to.deep.equal([true]);
  });

  it('is declined by who hangs up', async () => {
    const { worker, callee, call } = await ringing();
    call.hangUp();
    await worker.received('hangUp', (body) => body.case === 'hangUp' && !body.value.gone);
    await callee.dispose();
  });
});

describe('The network', () => {
  it('is told to the worker when it changes, once for several events', async () => {
    const clock = new FakeClock();
    const { worker, callee } = await ringing(undefined, clock);
    const told = () => worker.names.filter((name) => name === 'networkChanged').length;
    dispatchEvent(new Event('online'));
    dispatchEvent(new Event('online'));
    expect(told()).to.equal(1);
    // The worker has answered by then.
    await callee.availability('a@b');
    clock.pass(10_000);
    const { connection } = navigator as Navigator & { connection?: EventTarget };
    (connection ?? window).dispatchEvent(new Event(connection ? 'change' : 'online'));
    expect(told()).to.equal(2);
    await callee.dispose();
    clock.pass(2000);
    dispatchEvent(new Event('online'));
    expect(told()).to.equal(2);
  });
});

describe('A browser in which calls are impossible', () => {
  it('does not log in without WebRTC', async () => {
    const Connection = RTCPeerConnection;
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
    const worker = new FakeWorker(silentFrom('nothing'));
    const agent = client(worker);
    const error = await rejection(agent.connect());
    const call = agent.call('callee@example.org');
    await reaches(call, 'ended');
    globalThis.RTCPeerConnection = Connection;
    expect([error?.code, call.error?.code]).to.deep.equal(['browser-unsupported', 'browser-unsupported']);
    expect(worker.names).to.deep.equal([]);
    await agent.dispose();
  });

  it('does not log in from an insecure page', async () => {
    const secure = Object.getOwnPropertyDescriptor(globalThis, 'isSecureContext') ?? {};
    Object.defineProperty(globalThis, 'isSecureContext', { configurable: true, value: false });
    const worker = new FakeWorker(silentFrom('nothing'));
    const agent = client(worker);
    const error = await rejection(agent.connect());
    Object.defineProperty(globalThis, 'isSecureContext', secure);
    expect(error?.code).to.equal('insecure-context');
    expect(worker.names).to.deep.equal([]);
    await agent.dispose();
  });
});

describe('dispose()', () => {
  it('leaves nothing that can be done', async () => {
    const { callee, call } = await ringing();
    await callee.dispose();
    await callee.dispose();
    expect(() => callee.call('a@b'))
      .to.throw()
      .with.property('code', 'invalid-state');
    const errors = await Promise.all(
      [callee.connect(), callee.availability('a@b'), call.accept(), call.setCamera(true), call.getStatistics()].map(
        rejection,
      ),
    );
    expect(errors.map((error) => error?.code)).to.deep.equal(errors.map(() => 'invalid-state'));
    call.hangUp();
    call.reject();
    call.setMuted(true);
    expect([call.muted, call.endReason, callee.calls.length]).to.deep.equal([false, 'local-hang-up', 0]);
  });
});

describe('Options', () => {
  const refused = (options: unknown): XmppCallError | undefined => {
    try {
      createCallClient(options as CallClientOptions);
      return undefined;
    } catch (error) {
      return error as XmppCallError;
    }
  };
  const domain = 'example.org';

  it('take the worker by http(s) from the origin of the page only', () => {
    const blob = URL.createObjectURL(new Blob(['']));
    const urls = [
      'data:text/javascript,',
      'javascript:0',
      blob,
      'https://elsewhere.example/x.js',
      'file:///x.js',
      'http://',
    ];
    for (const workerUrl of urls) {
      const error = refused({ domain, workerUrl });
      expect(error?.code, workerUrl).to.equal('invalid-address');
      expect(error?.message, workerUrl).to.include('worker');
    }
    URL.revokeObjectURL(blob);
    expect(refused({ domain, workerUrl: '/signaling.worker.js' })).to.equal(undefined);
    expect(refused({ domain, workerUrl: new URL('x.js', location.href) })).to.equal(undefined);
  });

  it('are refused at once where they are not usable, with what is wrong', () => {
    const wrong: readonly (readonly [string, unknown])[] = [
      ['domain', undefined],
      ['domain', ' '],
      ['domain', 5],
      ['service', 5],
      ['ringTimeoutMs', NaN],
      ['ringTimeoutMs', -1],
      ['ringTimeoutMs', '45'],
      ['credentials', null],
      ['credentials', { kind: 'token' }],
      ['credentials', { kind: 'password', username: '', password: '' }],
      ['credentials', { kind: 'password', username: 'a' }],
      ['iceTransportPolicy', 'none'],
      ['iceServers', {}],
      ['iceServers', [{}]],
      ['iceServers', [{ urls: 'https://example.org' }]],
      ['playSound', 'yes'],
      ['refusePlain', 1],
      ['log', 'console'],
    ];
    for (const [name, value] of wrong) {
      const error = refused({ domain, [name]: value });
      expect(error?.code, name).to.equal('invalid-address');
      expect(error?.message).to.include(name);
    }
    expect(refused({ domain })).to.equal(undefined);
  });

  it('reach the worker: a ring time that timers can count, and whether PLAIN is refused', async () => {
    const connectWith = async (options: Partial<CallClientOptions>) => {
      const worker = new FakeWorker(silentFrom('nothing'));
      const caller = client(worker, options);
      await caller.connect();
      await caller.dispose();
      const connect = worker.commands.find(({ body }) => body.case === 'connect')?.body;
      return connect?.case === 'connect' ? connect.value : undefined;
    };
    expect((await connectWith({ ringTimeoutMs: Infinity }))?.ringTimeoutMs).to.equal(2 ** 31 - 1);
    expect((await connectWith({ ringTimeoutMs: 2 ** 40, refusePlain: true }))?.ringTimeoutMs).to.equal(2 ** 31 - 1);
    expect((await connectWith({ ringTimeoutMs: 1.5 }))?.ringTimeoutMs).to.equal(2);
    expect((await connectWith({ refusePlain: true }))?.refusePlain).to.equal(true);
    expect((await connectWith({}))?.refusePlain).to.equal(false);
  });

  it('include the address that is called', async () => {
    const caller = client(new FakeWorker(silentFrom('nothing')));
    expect(() => caller.call(5 as unknown as string))
      .to.throw()
      .with.property('code', 'invalid-address');
    await caller.dispose();
  });
});
