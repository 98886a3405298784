/** Whether anything arrives, told by real packets. */
import { expect } from '@esm-bundle/chai';
import { FakeClock } from './fake-clock.testing.js';
import { establish, showsPicture, until } from './scenario.testing.js';

const AUDIO = { audio: true, video: false } as const;

/** Connections made while `action` runs. */
async function connectionsOf<T>(action: () => Promise<T>): Promise<readonly [T, RTCPeerConnection[]]> {
  const made: RTCPeerConnection[] = [];
  const Original = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      made.push(this);
    }
  };
  try {
    return [await action(), made];
  } finally {
    globalThis.RTCPeerConnection = Original;
  }
}

/** Sends no packets, or some again. */
async function exchangeSound(connection: RTCPeerConnection | undefined, track: MediaStreamTrack | null): Promise<void> {
  await connection?.getSenders()[0]?.replaceTrack(track);
}

describe('Call.receiving', () => {
  it('is false while no packet of the peer arrives, and the worker is to look at the network', async function () {
    this.timeout(30_000);
    const [call, connections] = await connectionsOf(() => establish({}, { media: AUDIO }));
    const { loopback, outgoing, answered, dispose } = call;
    const [sound = null] = answered.localStream?.getAudioTracks() ?? [];
    expect(outgoing.receiving).to.equal(true);
    await Promise.all(connections.map((connection) => exchangeSound(connection, null)));
    await until(outgoing, 'receiving-change', () => !outgoing.receiving);
    expect(outgoing.state).to.equal('active');
    await loopback.caller.received('networkChanged');
    await Promise.all(connections.map((connection) => exchangeSound(connection, sound)));
    await until(outgoing, 'receiving-change', () => outgoing.receiving);
    await dispose();
  });

  it('is true of a peer that says that it is muted', async function () {
    this.timeout(30_000);
    const [call, connections] = await connectionsOf(() => establish({}, { media: AUDIO }));
    const { outgoing, answered, dispose } = call;
    answered.setMuted(true);
    await until(outgoing, 'remote-change', () => outgoing.remote.audioMuted);
    await Promise.all(connections.map((connection) => exchangeSound(connection, null)));
    // The side that hears the other one, which has not said so, tells when the time has passed.
    await until(answered, 'receiving-change', () => !answered.receiving);
    expect(outgoing.receiving).to.equal(true);
    await dispose();
  });

  it('looks no more once the call has ended', async () => {
    const clock = new FakeClock();
    const { outgoing, answered, dispose } = await establish({}, { media: AUDIO, clock });
    outgoing.hangUp();
    await until(answered, 'state-change', () => answered.state === 'ended');
    await dispose();
    expect(clock.pending).to.equal(0);
  });
});

describe('RemoteStatus.videoSeen', () => {
  it('tells a camera that was turned off from one that was never on', async () => {
    const { outgoing, answered, dispose } = await establish();
    await showsPicture(outgoing.remoteStream);
    await until(outgoing, 'remote-change', () => outgoing.remote.videoSeen);
    await answered.setCamera(false);
    await until(outgoing, 'remote-change', () => outgoing.remote.videoMuted);
    await dispose();

    const dark = await establish({}, { answerWith: AUDIO });
    await until(dark.outgoing, 'remote-change', () => dark.outgoing.remote.videoMuted);
    expect(dark.outgoing.remote).to.include({ videoMuted: true, videoSeen: false });
    await dark.dispose();
  });
});
