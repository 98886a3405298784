import { expect } from '@esm-bundle/chai';
import { CallState, EndReason, ErrorCode } from '@xmpp-call/wire';
import type { Call } from './api.js';
import type { XmppCallError } from './errors.js';
import { DONE, FakeWorker } from './fake-worker.testing.js';
import type { CommandHandler } from './fake-worker.testing.js';
import { Loopback } from './loopback.testing.js';
import { VIDEO, client, establish, incoming, reaches, showsPicture, until } from './scenario.testing.js';

/** `audio.send` and so on: whose codec was used in the last second, as far as this is known. */
async function codecPaths(call: Call): Promise<Record<string, string | undefined>> {
  const { core } = await call.getStatistics();
  return Object.fromEntries(
    (['audio', 'video'] as const).flatMap((kind) =>
      (['send', 'receive'] as const).map((flow) => [`${kind}.${flow}`, core?.sample?.[kind][flow].path]),
    ),
  );
}

/** Waits for statistics, of which no event tells. */
async function takesPaths(call: Call, wanted: Readonly<Record<string, string>>): Promise<void> {
  for (;;) {
    const paths = await codecPaths(call);
    if (Object.entries(wanted).every(([way, path]) => paths[way] === path)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function failsAt(failing: string, code: ErrorCode): CommandHandler {
  return ({ case: name }) => (name === failing ? { case: 'failure', value: { code, detail: 'because' } } : DONE);
}

describe('WorkerCallClient', () => {
  let devices: MediaDevices['getUserMedia'];
  beforeEach(() => {
    devices = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  });
  afterEach(() => {
    navigator.mediaDevices.getUserMedia = devices;
  });

  function refuseDevices(name: string, when: (constraints: MediaStreamConstraints) => boolean = () => true): void {
    navigator.mediaDevices.getUserMedia = (constraints = {}) =>
      when(constraints) ? Promise.reject(new DOMException('refused', name)) : devices(constraints);
  }

  it('brings picture and sound both ways, then turns everything off', async () => {
    const { caller, callee, outgoing, answered } = await establish();
    await Promise.all([showsPicture(outgoing.remoteStream), showsPicture(answered.remoteStream)]);
    expect(outgoing.remoteStream.getAudioTracks()).to.have.length(1);
    expect(outgoing.activeSince).to.be.a('number');
    expect(caller.calls).to.have.length(1);

    const tracks = outgoing.localStream?.getTracks() ?? [];
    expect(tracks.map((track) => track.kind).sort()).to.deep.equal(['audio', 'video']);
    outgoing.hangUp();
    await reaches(answered, 'ended');
    expect(outgoing.endReason).to.equal('local-hang-up');
    expect(answered.endReason).to.equal('remote-hang-up');
    expect(tracks.every((track) => track.readyState === 'ended')).to.equal(true);
    expect([...caller.calls, ...callee.calls]).to.deep.equal([]);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('mutes without negotiation and tells the peer', async () => {
    const { caller, callee, outgoing, answered } = await establish();
    outgoing.setMuted(true);
    await until(answered, 'remote-change', () => answered.remote.audioMuted);
    expect(outgoing.localStream?.getAudioTracks()[0]?.enabled).to.equal(false);
    outgoing.setMuted(false);
    await until(answered, 'remote-change', () => !answered.remote.audioMuted);
    expect(outgoing.localStream?.getAudioTracks()[0]?.enabled).to.equal(true);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('turns the camera off for real, and on again', async () => {
    const { caller, callee, outgoing, answered } = await establish();
    const [track] = outgoing.localStream?.getVideoTracks() ?? [];
    await outgoing.setCamera(false);
    expect(track?.readyState).to.equal('ended');
    expect(outgoing.cameraOn).to.equal(false);
    await until(answered, 'remote-change', () => answered.remote.videoMuted);
    await outgoing.setCamera(true);
    expect(outgoing.cameraOn).to.equal(true);
    await showsPicture(answered.remoteStream);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('adds video to an audio call', async () => {
    const loopback = new Loopback();
    const [caller, callee] = [client(loopback.caller), client(loopback.callee)];
    await callee.connect();
    const rung = incoming(callee);
    const outgoing = caller.call('callee@example.org');
    const answered = await rung;
    await answered.accept({ audio: true, video: false });
    await reaches(outgoing, 'active');
    expect(outgoing.localStream?.getVideoTracks()).to.deep.equal([]);
    await outgoing.setCamera(true);
    await until(answered, 'streams-change', () => answered.remoteStream.getVideoTracks().length === 1);
    await showsPicture(answered.remoteStream);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('gives statistics with codec and candidate types', async () => {
    const { caller, callee, outgoing } = await establish();
    await showsPicture(outgoing.remoteStream);
    const { audio, video, localCandidateType } = await outgoing.getStatistics();
    expect(audio.sent?.codec).to.equal('audio/opus');
    expect(video.received?.codec).to.equal('video/VP8');
    expect(video.received?.frames).to.be.greaterThan(0);
    expect(localCandidateType).to.be.oneOf(['host', 'prflx']);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('takes our codecs where they are asked for, and gives them up when told to', async function () {
    this.timeout(20_000);
    const files = { workerUrl: '/packages/element/dist/cdn/signaling.worker.js' };
    const { caller, callee, outgoing, answered } = await establish({ mediaCore: 'wasm', ...files });
    // Where the browser's own pictures are whole, they go as long as no queue stands on the way.
    const sent = 'MediaStreamTrackGenerator' in globalThis ? 'wasm' : 'native';
    const own = { 'audio.send': 'wasm', 'audio.receive': 'wasm', 'video.send': sent };
    await Promise.all([takesPaths(outgoing, own), takesPaths(answered, own)]);
    await Promise.all([showsPicture(outgoing.remoteStream), showsPicture(answered.remoteStream)]);
    expect(outgoing.setMediaCore('native')).to.equal(true);
    await takesPaths(outgoing, { 'audio.send': 'native', 'audio.receive': 'native', 'video.send': 'native' });
    await showsPicture(answered.remoteStream);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('encrypts frames under the key of a call, and tells when it is the wrong one', async function () {
    this.timeout(20_000);
    const files = { workerUrl: '/packages/element/dist/cdn/signaling.worker.js' };
    const { caller, callee, outgoing, answered } = await establish({ mediaCore: 'wasm', ...files });
    const received = { audio: 'working', video: 'working' };
    answered.addEventListener('frame-encryption', ({ detail: { kind, flow, state } }) => {
      if (flow === 'receive') received[kind] = state;
    });
    const secret = (byte: number) => new Uint8Array(32).fill(byte);
    await takesPaths(answered, { 'audio.receive': 'wasm' });
    outgoing.setFrameKey(1, secret(1));
    // Without a key; then with another one.
    await until(answered, 'frame-encryption', () => received.audio === 'failing' && received.video === 'failing');
    answered.setFrameKey(1, secret(1));
    await until(answered, 'frame-encryption', () => received.audio === 'working' && received.video === 'working');
    answered.setFrameKey(1, secret(2));
    await until(answered, 'frame-encryption', () => received.audio === 'failing' && received.video === 'failing');
    answered.setFrameKey(1, secret(1));
    await until(answered, 'frame-encryption', () => received.audio === 'working' && received.video === 'working');
    await takesPaths(answered, { 'audio.receive': 'wasm' });
    await showsPicture(answered.remoteStream);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('begins with the codecs that a call is asked for before it has media', async function () {
    this.timeout(20_000);
    const files = { workerUrl: '/packages/element/dist/cdn/signaling.worker.js' };
    const { caller, callee, answered } = await establish(files, { core: 'wasm' });
    await takesPaths(answered, { 'audio.send': 'wasm' });
    await Promise.all([caller.dispose(), callee.dispose()]);
    const native = await establish({ ...files, mediaCore: 'wasm' }, { core: 'native' });
    expect((await native.answered.getStatistics()).core).to.equal(undefined);
    await Promise.all([native.caller.dispose(), native.callee.dispose()]);
  });

  it('keeps to the codecs of the browser otherwise, also for a value that is none', async () => {
    const log: string[] = [];
    const { caller, callee, outgoing, answered } = await establish({
      mediaCore: 'opus' as 'wasm',
      log: (_, message) => log.push(message),
    });
    expect((await outgoing.getStatistics()).core).to.equal(undefined);
    expect(answered.setMediaCore('wasm')).to.equal(false);
    expect(log.filter((message) => message.startsWith('mediaCore is none of native, auto, wasm'))).to.have.length(2);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('says why devices cannot be had, before anything rings', async () => {
    for (const [name, code] of [
      ['NotAllowedError', 'permission-denied'],
      ['NotFoundError', 'device-not-found'],
      ['NotReadableError', 'device-in-use'],
    ] as const) {
      refuseDevices(name);
      navigator.permissions.query = () => Promise.reject(new TypeError('not supported'));
      const loopback = new Loopback();
      const caller = client(loopback.caller);
      const call = caller.call('callee@example.org');
      await reaches(call, 'ended');
      expect(call.error?.code).to.equal(code);
      expect(loopback.caller.names).not.to.include('propose');
      await caller.dispose();
    }
  });

  it('calls without picture when only the camera is missing', async () => {
    refuseDevices('NotFoundError', ({ video }) => Boolean(video));
    const loopback = new Loopback();
    const caller = client(loopback.caller);
    const call = caller.call('callee@example.org', VIDEO);
    const error = await new Promise<XmppCallError>((resolve) => {
      call.addEventListener('call-error', (event) => {
        resolve(event.error);
      });
    });
    expect(error.code).to.equal('device-not-found');
    await until(call, 'media-change', () => loopback.caller.names.includes('localDescription'));
    expect(call.state).to.equal('calling');
    expect(call.cameraOn).to.equal(false);
    await caller.dispose();
  });

  it('ends calls with the error of the connection', async () => {
    const caller = client(new FakeWorker(failsAt('connect', ErrorCode.SIGNALING_UNREACHABLE)));
    const call = caller.call('callee@example.org');
    await reaches(call, 'ended');
    expect(call.error?.code).to.equal('signaling-unreachable');
    expect(caller.connection).to.equal('offline');
    expect(caller.connectionError?.code).to.equal('signaling-unreachable');
    await caller.dispose();
  });

  it('takes a call back that was given up while the worker was told of it', async () => {
    const told: string[] = [];
    let confirm: () => void = () => undefined;
    const worker = new FakeWorker(({ case: name }, self) => {
      told.push(name);
      if (name === 'connect') return { case: 'connected', value: { jid: 'a@b/c' } };
      if (name === 'fetchIceServers') return { case: 'iceServers', value: { servers: [] } };
      if (name !== 'startCall') return DONE;
      const id = self.commands.at(-1)?.id ?? 0;
      confirm = () => {
        self.reply(id, DONE);
      };
      self.dispatchEvent(new Event('asked'));
      return undefined;
    });
    const caller = client(worker);
    const asked = until(worker, 'asked', () => told.includes('startCall'));
    const call = caller.call('callee@example.org');
    await asked;
    call.hangUp();
    const hungUp = new Promise<void>((resolve) => {
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (data) => {
        post(data);
        if (told.includes('hangUp')) resolve();
      };
    });
    confirm();
    await hungUp;
    expect(told).not.to.include('propose');
    await caller.dispose();
  });

  it('says clearly that page and worker do not match', async () => {
    const caller = client(new FakeWorker(failsAt('hello', ErrorCode.VERSION_MISMATCH)));
    const error = await caller.connect().then(
      () => undefined,
      (cause: unknown) => cause as XmppCallError,
    );
    expect(error?.code).to.equal('version-mismatch');
    await caller.dispose();
  });

  it('passes on why the worker ended a call', async () => {
    const worker = new FakeWorker(({ case: name }) => {
      if (name === 'connect') return { case: 'connected', value: { jid: 'a@b/c' } };
      if (name === 'fetchIceServers') return { case: 'iceServers', value: { servers: [] } };
      return DONE;
    });
    const caller = client(worker);
    const call = caller.call('callee@example.org');
    await caller.connect();
    worker.emit({
      case: 'callChanged',
      value: {
        callId: call.id,
        state: CallState.ENDED,
        endReason: EndReason.ERROR,
        failure: { code: ErrorCode.NO_ANSWER },
      },
    });
    await reaches(call, 'ended');
    expect(call.error?.code).to.equal('no-answer');
    await caller.dispose();
  });

  it('ends calls when the worker crashes', async () => {
    const { loopback, caller, callee, outgoing } = await establish();
    loopback.caller.crash();
    await reaches(outgoing, 'ended');
    expect(outgoing.error?.code).to.equal('worker-failed');
    expect(caller.connection).to.equal('offline');
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('hangs up as gone when the page goes away', async () => {
    const { loopback, caller, callee, answered } = await establish();
    dispatchEvent(new Event('pagehide'));
    await reaches(answered, 'ended');
    const gone = loopback.caller.commands.filter(({ body }) => body.case === 'hangUp' && body.value.gone);
    expect(gone).to.have.length(1);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('stops its worker and refuses further use when disposed', async () => {
    const loopback = new Loopback();
    const caller = client(loopback.caller);
    await caller.connect();
    await caller.dispose();
    expect(loopback.caller.names).to.include('disconnect');
    expect(loopback.caller.terminated).to.equal(true);
    const error = await caller.connect().then(
      () => undefined,
      (cause: unknown) => cause as XmppCallError,
    );
    expect(error?.code).to.equal('invalid-state');
  });
});
