import { expect } from '@esm-bundle/chai';
import type { Content, ContentGroup, Jingle, JingleAction } from '../model.js';
import type { Result } from '../result.js';
import { buildJingle, isRtpContent, parseJingle } from '../xep-0166-jingle.js';
import { el, isElement, type Element } from '../xml.js';
import { Negotiation } from './negotiation.js';

/** Two connections of this browser that understand each other through the text of Jingle elements only. */
interface Side {
  readonly connection: RTCPeerConnection;
  readonly negotiation: Negotiation;
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.condition}: ${result.error.text}`);
  return result.value;
}

/** Builds, writes, reads with the parser of the browser, and parses. */
function transmit(action: JingleAction, contents: readonly Content[], groups: readonly ContentGroup[] = []): Jingle {
  const text = buildJingle({ action, sid: 's', contents, groups }).toString();
  const { documentElement } = new DOMParser().parseFromString(text, 'text/xml');
  return valueOf(parseJingle(fromDom(documentElement)));
}

function fromDom(node: globalThis.Element): Element {
  const attrs = Object.fromEntries(Array.from(node.attributes, (one) => [one.name, one.value]));
  const children = Array.from(node.childNodes, (child) =>
    child instanceof globalThis.Element ? fromDom(child) : (child.textContent ?? ''),
  );
  const element = el(node.nodeName, attrs, children);
  for (const child of element.children) if (isElement(child)) child.parent = element;
  return element;
}

/** What Dino would make of an answer: no group, one payload type, nothing that it does not know. */
function asDino(contents: readonly Content[]): Content[] {
  return contents.filter(isRtpContent).map((content) => ({
    ...content,
    description: {
      ...content.description,
      payloadTypes: content.description.payloadTypes.slice(0, 1),
      headerExtensions: [],
      sources: [],
      sourceGroups: [],
      extmapAllowMixed: false,
    },
  }));
}

describe('SDP through Jingle between two connections', () => {
  let streams: MediaStream[] = [];
  let connections: RTCPeerConnection[] = [];
  let contexts: AudioContext[] = [];
  let timers: number[] = [];

  afterEach(async () => {
    timers.forEach((timer) => clearInterval(timer));
    streams.flatMap((stream) => stream.getTracks()).forEach((track) => track.stop());
    connections.forEach((connection) => connection.close());
    await Promise.all(contexts.map((context) => context.close()));
    [streams, connections, contexts, timers] = [[], [], [], []];
  });

  function media(): MediaStream {
    const context = new AudioContext();
    const tone = context.createOscillator();
    const destination = context.createMediaStreamDestination();
    tone.connect(destination);
    tone.start();
    const canvas = document.createElement('canvas');
    const painter = canvas.getContext('2d');
    timers.push(
      window.setInterval(() => {
        if (painter) painter.fillStyle = `hsl(${String(Math.round(performance.now() / 10) % 360)} 100% 50%)`;
        painter?.fillRect(0, 0, canvas.width, canvas.height);
      }, 40),
    );
    const stream = new MediaStream([...destination.stream.getTracks(), ...canvas.captureStream(25).getTracks()]);
    contexts.push(context);
    streams.push(stream);
    return stream;
  }

  function side(role: 'initiator' | 'responder', stream = media()): Side {
    const connection = new RTCPeerConnection({ bundlePolicy: 'balanced', rtcpMuxPolicy: 'require' });
    for (const track of stream.getTracks()) connection.addTrack(track, stream);
    connections.push(connection);
    return { connection, negotiation: new Negotiation({ role }) };
  }

  /** Candidates travel as transport-info; those that our rules keep from peers (mDNS names) go the direct way. */
  function trickle(from: Side, to: Side): void {
    const waiting: RTCIceCandidateInit[] = [];
    const add = (candidate: RTCIceCandidateInit): void => {
      void to.connection.addIceCandidate(candidate).catch((error: unknown) => {
        if (to.connection.signalingState !== 'closed') throw error;
      });
    };
    const flush = (): void => {
      if (to.connection.remoteDescription) waiting.splice(0).forEach(add);
    };
    to.connection.addEventListener('signalingstatechange', flush);
    from.connection.addEventListener('icecandidate', ({ candidate }) => {
      if (!candidate?.candidate) return;
      const { sdpMid: mid, usernameFragment: ufrag } = candidate;
      const content = from.negotiation.localCandidate({ candidate: candidate.candidate, mid, ufrag });
      if (content) {
        for (const one of to.negotiation.remoteCandidates(transmit('transport-info', [content]).contents)) {
          waiting.push({ candidate: one.candidate, sdpMid: one.mid, sdpMLineIndex: one.mLineIndex });
        }
      } else if (candidate.candidate.includes('.local')) waiting.push(candidate.toJSON());
      flush();
    });
  }

  async function offer(from: Side, to: Side, action: JingleAction): Promise<void> {
    await from.connection.setLocalDescription();
    const local = valueOf(from.negotiation.localOffer(from.connection.localDescription?.sdp ?? ''));
    const jingle = transmit(action, local.contents, local.groups);
    const sdp = valueOf(to.negotiation.remoteOffer(jingle.contents, jingle.groups));
    await to.connection.setRemoteDescription({ type: 'offer', sdp });
  }

  async function answer(from: Side, to: Side, action: JingleAction, like: 'browser' | 'dino'): Promise<void> {
    await from.connection.setLocalDescription();
    const local = valueOf(from.negotiation.localAnswer(from.connection.localDescription?.sdp ?? ''));
    expect(local.rejected).to.deep.equal([]);
    const jingle =
      like === 'dino' ? transmit(action, asDino(local.contents)) : transmit(action, local.contents, local.groups);
    const sdp = valueOf(to.negotiation.remoteAnswer(jingle.contents, jingle.groups));
    await to.connection.setRemoteDescription({ type: 'answer', sdp });
  }

  async function connected({ connection }: Side): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (connection.connectionState === 'connected') resolve();
        if (connection.connectionState === 'failed') reject(new Error('connection failed'));
      };
      connection.addEventListener('connectionstatechange', look);
      look();
    });
  }

  /** Waits until the browser has decoded video that came through the connection. */
  async function sees({ connection }: Side): Promise<void> {
    const video = document.createElement('video');
    video.muted = true;
    const tracks = connection.getReceivers().map((receiver) => receiver.track);
    video.srcObject = new MediaStream(tracks.filter((track) => track.kind === 'video'));
    const framed = new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
    await video.play();
    await framed;
    video.srcObject = null;
  }

  it('connects as the browser does by itself, in one bundle', async () => {
    const [caller, callee] = [side('initiator'), side('responder')];
    trickle(caller, callee);
    trickle(callee, caller);
    await offer(caller, callee, 'session-initiate');
    await answer(callee, caller, 'session-accept', 'browser');
    await Promise.all([connected(caller), connected(callee), sees(caller), sees(callee)]);
    expect(new Set(caller.connection.getSenders().map((sender) => sender.transport)).size).to.equal(1);
  });

  it('connects to an answer without group and with one payload type, in one bundle where the credentials are the same', async () => {
    const [caller, callee] = [side('initiator'), side('responder')];
    // Browsers give all contents of a bundle one ufrag, pwd and fingerprint.
    const withoutGroup = (action: JingleAction, contents: readonly Content[]) => transmit(action, contents);
    trickle(caller, callee);
    trickle(callee, caller);
    await caller.connection.setLocalDescription();
    const local = valueOf(caller.negotiation.localOffer(caller.connection.localDescription?.sdp ?? ''));
    const jingle = withoutGroup('session-initiate', local.contents);
    const sdp = valueOf(callee.negotiation.remoteOffer(jingle.contents, jingle.groups));
    await callee.connection.setRemoteDescription({ type: 'offer', sdp });
    await answer(callee, caller, 'session-accept', 'dino');
    await Promise.all([connected(caller), connected(callee), sees(caller), sees(callee)]);
    expect(new Set(caller.connection.getSenders().map((sender) => sender.transport)).size).to.equal(1);
  });

  it('adds video to an audio call', async () => {
    const stream = media();
    const [caller, callee] = [side('initiator', new MediaStream(stream.getAudioTracks())), side('responder')];
    trickle(caller, callee);
    trickle(callee, caller);
    await offer(caller, callee, 'session-initiate');
    await answer(callee, caller, 'session-accept', 'browser');
    await Promise.all([connected(caller), connected(callee)]);
    for (const track of stream.getVideoTracks()) caller.connection.addTrack(track, stream);
    await offer(caller, callee, 'content-add');
    await answer(callee, caller, 'content-accept', 'browser');
    await Promise.all([sees(caller), sees(callee)]);
    expect(caller.negotiation.contentNames()).to.have.length(2);
  });

  it('restarts ICE', async () => {
    const [caller, callee] = [side('initiator'), side('responder')];
    trickle(caller, callee);
    trickle(callee, caller);
    await offer(caller, callee, 'session-initiate');
    await answer(callee, caller, 'session-accept', 'browser');
    await Promise.all([connected(caller), connected(callee)]);

    caller.connection.restartIce();
    await caller.connection.setLocalDescription();
    const local = valueOf(caller.negotiation.localOffer(caller.connection.localDescription?.sdp ?? ''));
    expect(local.restart).to.equal(true);
    const info = transmit('transport-info', local.contents.map(transportOnly));
    expect(callee.negotiation.isRestart(info.contents)).to.equal(true);
    const there = valueOf(callee.negotiation.remoteRestart(info.contents));
    await callee.connection.setRemoteDescription(there);
    await callee.connection.setLocalDescription();
    const back = valueOf(callee.negotiation.localAnswer(callee.connection.localDescription?.sdp ?? ''));
    expect(back.contents).to.deep.equal([]);

    // The first candidate of the callee tells its new credentials.
    const names = callee.negotiation.contentNames();
    const contents = names.map((name) => callee.negotiation.contentOf(name).local).filter((one) => one !== undefined);
    const reply = transmit('transport-info', contents.map(transportOnly));
    expect(caller.negotiation.isRestart(reply.contents)).to.equal(true);
    await caller.connection.setRemoteDescription(valueOf(caller.negotiation.remoteRestart(reply.contents)));
    await Promise.all([connected(caller), connected(callee), sees(caller), sees(callee)]);
  });
});

function transportOnly({ name, creator, senders, disposition, transport }: Content): Content {
  return { name, creator, senders, disposition, ...(transport && { transport }) };
}
