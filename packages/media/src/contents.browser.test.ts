import { PeerSession } from './peer-session.js';

function assert(holds: boolean, text: string): asserts holds {
  if (!holds) throw new Error(text);
}

const ignore = () => undefined;

describe('the contents of a session', () => {
  it('keep a second video of the peer separate from the first, and send the camera only in the first', async () => {
    const remoteStream = new MediaStream();
    const session = new PeerSession({
      iceServers: [],
      observer: { onCandidate: ignore, onConnectivity: ignore, onStreams: ignore },
      remoteStream,
    });
    const peer = new RTCPeerConnection();
    try {
      for (const kind of ['audio', 'video', 'video']) peer.addTransceiver(kind, { direction: 'sendrecv' });
      await peer.setLocalDescription();
      const answer = await session.answer(peer.localDescription?.sdp ?? '');
      await peer.setRemoteDescription({ type: 'answer', sdp: answer });
      const directions = peer.getTransceivers().map(({ currentDirection }) => currentDirection);
      assert(directions.join() === 'sendrecv,sendrecv,sendonly', directions.join());
      const mids = peer.getTransceivers().map(({ mid }) => mid ?? '');
      const tracks = mids.map((mid) => session.remoteTracks.get(mid));
      assert(tracks.map((track) => track?.kind).join() === 'audio,video,video', 'a track of each mid');
      const shown = remoteStream.getTracks();
      assert(shown.length === 2, `${String(shown.length)} tracks are shown`);
      assert(
        shown.every((track) => track === tracks[0] || track === tracks[1]),
        'the first of each kind is shown',
      );
    } finally {
      session.close();
      peer.close();
    }
    assert(remoteStream.getTracks().length === 0, 'nothing is left in the stream');
  });

  it('are paused by the last of many wishes, without a queue of the others', async () => {
    const session = new PeerSession({
      iceServers: [],
      observer: { onCandidate: ignore, onConnectivity: ignore, onStreams: ignore },
      remoteStream: new MediaStream(),
    });
    const original = Object.getOwnPropertyDescriptor(RTCRtpSender.prototype, 'replaceTrack');
    const changes: boolean[] = [];
    RTCRtpSender.prototype.replaceTrack = (track) => {
      changes.push(track === null);
      return Promise.resolve();
    };
    try {
      session.addMedia({ video: false });
      const wishes = Array.from({ length: 1001 }, (_, index) => session.setPaused(index % 2 === 0));
      await Promise.all(wishes);
      await session.setPaused(false);
      assert(changes.join() === 'true,true', changes.join());
    } finally {
      if (original) Object.defineProperty(RTCRtpSender.prototype, 'replaceTrack', original);
      session.close();
    }
  });
});
