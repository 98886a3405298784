/** Microphone and camera through a call: what is refused, withdrawn, wanted and not wanted any more. */
import { expect } from '@esm-bundle/chai';
import type { Call } from './api.js';
import type { FakeWorker } from './fake-worker.testing.js';
import { Loopback } from './loopback.testing.js';
import { VIDEO, callError, client, establish, incoming, reaches, rejection, until } from './scenario.testing.js';

const AUDIO = { audio: true, video: false } as const;
type GetUserMedia = MediaDevices['getUserMedia'];

/** Tracks that were opened and not stopped. */
const live = (tracks: readonly MediaStreamTrack[]) => tracks.filter(({ readyState }) => readyState === 'live');

/** What listens to a track: Firefox fires none of a test's own events at it. */
const targets = new WeakMap<MediaStreamTrack, EventTarget>();

function relayEvents(track: MediaStreamTrack): void {
  const target = new EventTarget();
  targets.set(track, target);
  track.addEventListener = target.addEventListener.bind(target);
}

const microphoneOf = (call: Call) => call.localStream?.getAudioTracks()[0];

/** The system does something to the microphone. */
function fire(call: Call, type: 'ended' | 'mute' | 'unmute'): void {
  const track = microphoneOf(call);
  if (track) targets.get(track)?.dispatchEvent(new Event(type));
}

/** The microphone is unplugged, or its permission withdrawn. */
function lose(call: Call): void {
  microphoneOf(call)?.stop();
  fire(call, 'ended');
}

/** What the peer was told last of our sound. */
const toldMuted = (worker: FakeWorker) =>
  worker.commands.flatMap(({ body }) => (body.case === 'setMuted' ? [body.value.contents[0]?.muted] : [])).at(-1);

describe('Devices of a call', () => {
  let opened: MediaStreamTrack[];
  let getUserMedia: GetUserMedia;
  let query: Permissions['query'];

  beforeEach(() => {
    opened = [];
    getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    query = navigator.permissions.query.bind(navigator.permissions);
    devices(getUserMedia);
  });

  afterEach(() => {
    navigator.mediaDevices.getUserMedia = getUserMedia;
    navigator.permissions.query = query;
    for (const name of ['featurePolicy', 'permissionsPolicy']) Reflect.deleteProperty(document, name);
  });

  function devices(open: GetUserMedia): void {
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await open(constraints);
      opened.push(...stream.getTracks());
      stream.getTracks().forEach(relayEvents);
      return stream;
    };
  }

  /** Devices open when the test says so. */
  function heldBack(which: (constraints: MediaStreamConstraints) => boolean = () => true): () => void {
    let give: () => void = () => undefined;
    const given = new Promise<void>((resolve) => {
      give = resolve;
    });
    devices(async (constraints = {}) => {
      if (which(constraints)) await given;
      return getUserMedia(constraints);
    });
    return give;
  }

  function refuse(name: string, when: (constraints: MediaStreamConstraints) => boolean = () => true): void {
    devices((constraints = {}) =>
      when(constraints) ? Promise.reject(new DOMException('refused', name)) : getUserMedia(constraints),
    );
  }

  function setPolicy(allowed: (feature: string) => boolean): void {
    Object.defineProperty(document, 'permissionsPolicy', { configurable: true, value: { allowsFeature: allowed } });
  }

  it('says that the camera was refused, and goes on with sound', async () => {
    refuse('NotAllowedError', ({ video }) => Boolean(video));
    const loopback = new Loopback();
    const caller = client(loopback.caller);
    const call = caller.call('callee@example.org', VIDEO);
    expect(await callError(call)).to.include({ code: 'permission-denied', device: 'camera' });
    await loopback.caller.received('propose');
    expect(call.state).to.equal('calling');
    await caller.dispose();
    expect(live(opened)).to.deep.equal([]);
  });

  it('says that the microphone was refused, with or without a camera', async () => {
    for (const media of [AUDIO, VIDEO]) {
      refuse('NotAllowedError', ({ audio }) => Boolean(audio));
      navigator.permissions.query = () => Promise.reject(new TypeError('not supported'));
      const caller = client(new Loopback().caller);
      const call = caller.call('callee@example.org', media);
      await reaches(call, 'ended');
      expect(call.error).to.include({ code: 'permission-denied', device: 'microphone' });
      await caller.dispose();
      expect(live(opened)).to.deep.equal([]);
    }
  });

  it('tells what the page forbids from what the user refuses', async () => {
    refuse('NotAllowedError');
    setPolicy((feature) => feature !== 'microphone');
    navigator.permissions.query = () => Promise.reject(new TypeError('not supported'));
    const caller = client(new Loopback().caller);
    const call = caller.call('callee@example.org');
    await reaches(call, 'ended');
    expect(call.error).to.include({ code: 'forbidden-by-page', device: 'microphone', retry: false });
    await caller.dispose();
  });

  it('says that the page forbids the camera, and goes on with sound', async () => {
    refuse('NotAllowedError', ({ video }) => Boolean(video));
    setPolicy((feature) => feature !== 'camera');
    const caller = client(new Loopback().caller);
    const call = caller.call('callee@example.org', VIDEO);
    expect(await callError(call)).to.include({ code: 'forbidden-by-page', device: 'camera' });
    await caller.dispose();
  });

  it('opens another microphone at once when the first one is gone', async () => {
    const { outgoing, dispose } = await establish({}, { media: AUDIO });
    const before = microphoneOf(outgoing);
    lose(outgoing);
    await until(outgoing, 'streams-change', () => microphoneOf(outgoing) !== before);
    expect(outgoing.localStream?.getAudioTracks().map(({ readyState }) => readyState)).to.deep.equal(['live']);
    await dispose();
    expect(live(opened)).to.deep.equal([]);
  });

  it('keeps another microphone mute where the user had muted', async () => {
    const { outgoing, dispose } = await establish({}, { media: AUDIO });
    const before = microphoneOf(outgoing);
    outgoing.setMuted(true);
    lose(outgoing);
    await until(outgoing, 'streams-change', () => microphoneOf(outgoing) !== before);
    expect(microphoneOf(outgoing)?.enabled).to.equal(false);
    await dispose();
  });

  it('says that the microphone is gone and that nothing is heard, until the devices change', async () => {
    const { loopback, outgoing, answered, dispose } = await establish({}, { media: AUDIO });
    refuse('NotFoundError');
    const failed = callError(outgoing);
    lose(outgoing);
    expect(await failed).to.include({ code: 'device-not-found', device: 'microphone' });
    await until(answered, 'remote-change', () => answered.remote.audioMuted);
    expect(outgoing.muted).to.equal(false);
    expect(outgoing.state).to.equal('active');

    devices(getUserMedia);
    navigator.permissions.query = () => Promise.resolve({ state: 'granted' } as PermissionStatus);
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    await until(answered, 'remote-change', () => !answered.remote.audioMuted);
    expect(toldMuted(loopback.caller)).to.equal(false);
    await dispose();
    expect(live(opened)).to.deep.equal([]);
  });

  it('tries again to get a microphone when the user unmutes', async () => {
    const { outgoing, answered, dispose } = await establish({}, { media: AUDIO });
    refuse('NotAllowedError');
    const failed = callError(outgoing);
    lose(outgoing);
    expect(await failed).to.include({ code: 'permission-denied', device: 'microphone' });
    devices(getUserMedia);
    outgoing.setMuted(true);
    outgoing.setMuted(false);
    await until(answered, 'remote-change', () => !answered.remote.audioMuted);
    expect(microphoneOf(outgoing)?.readyState).to.equal('live');
    await dispose();
    expect(live(opened)).to.deep.equal([]);
  });

  it('tells the peer of a microphone that the system silences', async () => {
    const { loopback, outgoing, dispose } = await establish({}, { media: AUDIO });
    let silenced = true;
    Object.defineProperty(microphoneOf(outgoing), 'muted', { get: () => silenced });
    fire(outgoing, 'mute');
    expect(toldMuted(loopback.caller)).to.equal(true);
    silenced = false;
    fire(outgoing, 'unmute');
    expect(toldMuted(loopback.caller)).to.equal(false);
    await dispose();
  });

  it('leaves a camera off that opens after it was turned off', async () => {
    const { outgoing, dispose } = await establish({}, { media: AUDIO });
    const give = heldBack();
    const on = outgoing.setCamera(true);
    const off = outgoing.setCamera(false);
    give();
    await Promise.all([on, off]);
    expect(outgoing.cameraOn).to.equal(false);
    expect(live(opened).filter(({ kind }) => kind === 'video')).to.deep.equal([]);
    await dispose();
  });

  it('follows the last of several wishes', async () => {
    const { outgoing, dispose } = await establish();
    await Promise.all([false, true, false, true, true, false].map((on) => outgoing.setCamera(on)));
    expect(outgoing.cameraOn).to.equal(false);
    await Promise.all([true, false, true].map((on) => outgoing.setCamera(on)));
    expect(outgoing.cameraOn).to.equal(true);
    expect(live(opened).filter(({ kind }) => kind === 'video')).to.have.length(2);
    await dispose();
    expect(live(opened)).to.deep.equal([]);
  });

  it('leaves the camera off that was turned off before the devices opened', async () => {
    const give = heldBack();
    const loopback = new Loopback();
    const caller = client(loopback.caller);
    const call = caller.call('callee@example.org', VIDEO);
    await call.setCamera(false);
    give();
    await until(call, 'media-change', () => call.localStream?.getAudioTracks().length === 1);
    expect(call.cameraOn).to.equal(false);
    expect(live(opened).map(({ kind }) => kind)).to.deep.equal(['audio']);
    await caller.dispose();
  });

  it('brings a picture that was turned on while it rang', async () => {
    const loopback = new Loopback();
    const [caller, callee] = [client(loopback.caller), client(loopback.callee)];
    await callee.connect();
    const rung = incoming(callee);
    const outgoing = caller.call('callee@example.org', AUDIO);
    const answered = await rung;
    await outgoing.setCamera(true);
    expect(outgoing.cameraOn).to.equal(true);
    await answered.accept(AUDIO);
    await until(answered, 'streams-change', () => answered.remoteStream.getVideoTracks().length === 1);
    await Promise.all([caller.dispose(), callee.dispose()]);
    expect(live(opened)).to.deep.equal([]);
  });

  it('puts a camera away that opens after the end of the call', async () => {
    const { outgoing, dispose } = await establish({}, { media: AUDIO });
    const give = heldBack();
    const on = rejection(outgoing.setCamera(true));
    outgoing.hangUp();
    give();
    expect((await on)?.code).to.equal('invalid-state');
    await dispose();
    expect(live(opened)).to.deep.equal([]);
  });

  /** `deviceId` of what was asked for, in order. */
  function recordIds(refused: readonly string[] = []): string[] {
    const ids: string[] = [];
    devices(({ audio, video } = {}) => {
      const asked = [audio, video].flatMap((one) => (typeof one === 'object' ? [one.deviceId] : []));
      const names = asked.map((id) => JSON.stringify(id ?? 'default'));
      ids.push(names.join());
      if (refused.some((id) => names.join().includes(id)))
        return Promise.reject(new DOMException('refused', 'NotReadableError'));
      return getUserMedia({ audio: Boolean(audio), video: Boolean(video) });
    });
    return ids;
  }

  it('are those that were chosen before the call, and others after a choice in it', async () => {
    const ids = recordIds();
    const { outgoing, caller, dispose } = await establish({}, { media: AUDIO });
    const before = microphoneOf(outgoing);
    await caller.chooseDevices({ microphone: 'headset' });
    expect(ids.at(-1)).to.equal('{"exact":"headset"}');
    expect(microphoneOf(outgoing)).not.to.equal(before);
    expect(before?.readyState).to.equal('ended');
    expect(outgoing.localStream?.getAudioTracks()).to.have.length(1);
    expect(caller.devices).to.deep.equal({ microphone: 'headset' });
    await caller.chooseDevices({ camera: 'document' });
    await outgoing.setCamera(true);
    expect(ids.at(-1)).to.equal('{"ideal":"document"}');
    lose(outgoing);
    await until(outgoing, 'streams-change', () => microphoneOf(outgoing)?.readyState === 'live');
    expect(ids.at(-1)).to.equal('{"ideal":"headset"}');
    await dispose();
    expect(live(opened)).to.deep.equal([]);
  });

  it('stay as they are when another one cannot be had', async () => {
    recordIds(['broken']);
    const { outgoing, caller, dispose } = await establish({}, { media: AUDIO });
    const before = microphoneOf(outgoing);
    expect((await rejection(caller.chooseDevices({ microphone: 'broken' })))?.code).to.equal('device-in-use');
    expect(microphoneOf(outgoing)).to.equal(before);
    expect(before?.readyState).to.equal('live');
    expect(caller.devices).to.deep.equal({});
    await dispose();
  });

  it('are others where the first one is in use by another program', async () => {
    const device = (deviceId: string) => ({ deviceId, kind: 'audioinput' }) as MediaDeviceInfo;
    navigator.mediaDevices.enumerateDevices = () => Promise.resolve(['default', 'busy', 'free'].map(device));
    try {
      const ids = recordIds(['default', 'busy']);
      const { outgoing, dispose } = await establish({}, { media: AUDIO });
      expect(outgoing.state).to.equal('active');
      expect(ids.slice(0, 3)).to.include('{"exact":"free"}');
      await dispose();
    } finally {
      Reflect.deleteProperty(navigator.mediaDevices, 'enumerateDevices');
    }
  });

  it('give way to a screen, and are as before when that ends', async () => {
    let screen: MediaStreamTrack | undefined;
    navigator.mediaDevices.getDisplayMedia = async () => {
      const stream = await getUserMedia({ video: true });
      [screen] = stream.getVideoTracks();
      opened.push(...stream.getTracks());
      return stream;
    };
    try {
      const { outgoing, dispose } = await establish({}, { media: VIDEO });
      await outgoing.shareScreen();
      expect([outgoing.sharing, outgoing.cameraOn]).to.deep.equal([true, false]);
      expect(outgoing.localStream?.getVideoTracks()).to.deep.equal([screen]);
      expect(live(opened).filter(({ kind }) => kind === 'video')).to.include(screen);
      await outgoing.stopSharing();
      expect([outgoing.sharing, outgoing.cameraOn]).to.deep.equal([false, true]);
      expect(screen?.readyState).to.equal('ended');
      await outgoing.setCamera(false);
      await outgoing.shareScreen();
      navigator.mediaDevices.getDisplayMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
      expect((await rejection(outgoing.shareScreen()))?.code).to.equal('permission-denied');
      expect(outgoing.sharing, 'the screen of before goes on').to.equal(true);
      await outgoing.setCamera(true);
      expect([outgoing.sharing, outgoing.cameraOn]).to.deep.equal([false, true]);
      await dispose();
      expect(live(opened)).to.deep.equal([]);
    } finally {
      Reflect.deleteProperty(navigator.mediaDevices, 'getDisplayMedia');
    }
  });

  it('let go of the microphone while it is muted, where that is wanted', async () => {
    const { outgoing, dispose } = await establish({ releaseMicrophone: true }, { media: AUDIO });
    const ours = () => live(opened).length;
    const both = ours();
    outgoing.setMuted(true);
    await until(outgoing, 'streams-change', () => ours() === both - 1);
    expect(outgoing.muted).to.equal(true);
    outgoing.setMuted(false);
    await until(outgoing, 'streams-change', () => ours() === both);
    expect(microphoneOf(outgoing)?.enabled).to.equal(true);
    outgoing.setMuted(true);
    outgoing.setMuted(false);
    outgoing.setMuted(true);
    await until(outgoing, 'streams-change', () => ours() === both - 1);
    await dispose();
    // One that was being opened meanwhile is stopped once it is there.
    while (ours() > 0) await new Promise((resolve) => setTimeout(resolve));
  });
});
