/** A call with more than one content of a kind: the peer is a connection of the browser's. */
import { expect } from '@esm-bundle/chai';
import { ContentSource, MediaKind, SdpType, Senders } from '@xmpp-call/wire';
import { DONE, FakeWorker } from './fake-worker.testing.js';
import { client, establish, incoming, until } from './scenario.testing.js';

const CALL = { callId: 'c' };

/** A picture that changes, as a track. */
function picture(): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  const [track] = canvas.captureStream(20).getVideoTracks();
  if (!track) throw new Error('no picture');
  const timer = setInterval(() => {
    if (track.readyState === 'live') context?.fillRect(0, 0, Math.random() * 300, 100);
    else clearInterval(timer);
  }, 50);
  return track;
}

/** A client that has answered a peer which sends a microphone, a camera and its screen. */
async function callWithTwoVideos() {
  const peer = new RTCPeerConnection();
  const pictures = [picture(), picture()];
  for (const content of ['audio', ...pictures]) peer.addTransceiver(content);
  const worker = new FakeWorker((body) => {
    if (body.case === 'connect') return { case: 'connected', value: { jid: 'me@example.org/1' } };
    if (body.case === 'fetchIceServers') return { case: 'iceServers', value: { servers: [] } };
    if (body.case === 'localDescription') void peer.setRemoteDescription({ type: 'answer', sdp: body.value.sdp });
    return DONE;
  });
  peer.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate) return;
    const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    worker.emit({
      case: 'remoteCandidate',
      value: {
        ...CALL,
        candidate: candidate.candidate,
        mid: sdpMid ?? '',
        mLineIndex: sdpMLineIndex ?? 0,
        ufrag: usernameFragment ?? '',
      },
    });
  });
  await peer.setLocalDescription();
  const callee = client(worker);
  await callee.connect();
  const rung = incoming(callee);
  worker.emit({
    case: 'incomingCall',
    value: { ...CALL, from: 'a@b', sessionId: 'sid', media: { contents: [{ kind: MediaKind.AUDIO }] } },
  });
  const call = await rung;
  const sdp = peer.localDescription?.sdp ?? '';
  worker.emit({ case: 'remoteDescription', value: { ...CALL, type: SdpType.OFFER, sdp } });
  await call.accept();
  await worker.received('mediaConnection');
  const mids = peer.getTransceivers().map(({ mid }) => mid ?? '');
  const dispose = async () => {
    await callee.dispose();
    peer.close();
    for (const track of pictures) track.stop();
  };
  return { worker, call, mids, dispose };
}

/** What the worker says of the contents. @param muted the mids of those that are */
function contentsOf(mids: readonly string[], muted: readonly string[]) {
  const [sound, camera] = mids;
  return mids.map((mid) => ({
    mid,
    kind: mid === sound ? MediaKind.AUDIO : MediaKind.VIDEO,
    source: mid === sound ? ContentSource.MICROPHONE : mid === camera ? ContentSource.CAMERA : ContentSource.SCREEN,
    senders: mid === camera ? Senders.BOTH : Senders.REMOTE,
    muted: muted.includes(mid),
  }));
}

const told = (worker: FakeWorker) =>
  worker.commands.flatMap(({ body }) => (body.case === 'setMuted' ? [body.value.contents] : [])).at(-1) ?? [];

describe('Contents of a call', () => {
  it('are told apart: what is muted, what has arrived, and their tracks', async function () {
    this.timeout(30_000);
    const { worker, call, mids, dispose } = await callWithTwoVideos();
    const [sound = '', camera = '', screen = ''] = mids;
    expect(call.sessionId).to.equal('sid');
    expect(call.remote.contents).to.deep.equal([]);
    const mutedMids = () => call.remote.contents.flatMap(({ mid, muted }) => (muted ? [mid] : []));
    const tell = async (muted: readonly string[]) => {
      worker.emit({ case: 'remoteInfo', value: { ...CALL, contents: contentsOf(mids, muted) } });
      await until(
        call,
        'remote-change',
        () => mutedMids().join() === muted.join() && call.remote.contents.length === 3,
      );
    };
    await tell([screen]);
    expect(call.remote).to.include({ audioMuted: false, videoMuted: false });
    await tell([camera]);
    expect(call.remote).to.include({ audioMuted: false, videoMuted: true });
    await tell([sound, camera, screen]);
    expect(call.remote).to.include({ audioMuted: true, videoMuted: true });
    expect(call.remote.contents.map(({ kind, source }) => `${kind} ${String(source)}`)).to.deep.equal([
      'audio microphone',
      'video camera',
      'video screen',
    ]);
    const seen = (mid: string) => call.remote.contents.find((content) => content.mid === mid)?.seen;
    await until(call, 'remote-change', () => seen(camera) === true && seen(screen) === true);
    expect(call.remote.videoSeen).to.equal(true);
    const kinds = mids.map((mid) => call.remoteTracks.get(mid)?.kind);
    expect(kinds).to.deep.equal(['audio', 'video', 'video']);
    expect(call.remoteStream.getVideoTracks()).to.have.lengthOf(1);
    const { streams } = await call.getStatistics();
    const received = streams.filter(({ direction, kind }) => direction === 'receive' && kind === 'video');
    expect(received.map(({ mid }) => mid)).to.deep.equal([camera, screen]);
    await dispose();
  });

  it('go on being received while one of two videos is muted', async function () {
    this.timeout(30_000);
    const { worker, call, mids, dispose } = await callWithTwoVideos();
    const [, camera = ''] = mids;
    worker.emit({ case: 'remoteInfo', value: { ...CALL, contents: contentsOf(mids, [camera]) } });
    await until(call, 'remote-change', () => call.remote.contents.filter(({ seen }) => seen).length === 2);
    expect(call.remote.videoMuted).to.equal(true);
    expect(call.receiving).to.equal(true);
    await dispose();
  });

  it('are muted by what they are, with the microphone unless something else is said', async () => {
    const { worker, call, mids, dispose } = await callWithTwoVideos();
    const [sound, camera] = mids;
    call.setMuted(true);
    expect([call.muted, call.isMuted('microphone'), call.isMuted('camera')]).to.deep.equal([true, true, false]);
    expect(told(worker).map(({ mid, source, muted }) => ({ mid, source, muted }))).to.deep.equal([
      { mid: sound, source: ContentSource.MICROPHONE, muted: true },
      { mid: camera, source: ContentSource.CAMERA, muted: true },
    ]);
    call.setMuted(false, 'microphone');
    expect(told(worker).map(({ muted }) => muted)).to.deep.equal([false, true]);
    await dispose();
  });

  it('keeps a camera on that is muted: its picture is black, and the peer is told', async () => {
    const { outgoing, answered, dispose } = await establish();
    const track = () => outgoing.localStream?.getVideoTracks()[0];
    outgoing.setMuted(true, 'camera');
    await until(answered, 'remote-change', () => answered.remote.videoMuted);
    expect([outgoing.muted, outgoing.isMuted('camera'), outgoing.cameraOn]).to.deep.equal([false, true, true]);
    expect([track()?.enabled, track()?.readyState]).to.deep.equal([false, 'live']);
    expect(answered.remote.audioMuted).to.equal(false);
    outgoing.setMuted(false, 'camera');
    await until(answered, 'remote-change', () => !answered.remote.videoMuted);
    expect(track()?.enabled).to.equal(true);
    await dispose();
  });
});
