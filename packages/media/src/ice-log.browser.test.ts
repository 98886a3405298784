/** What Chromium and Firefox tell of a connection. */
import { PeerSession } from './peer-session.js';

function assert(holds: boolean, text: string): asserts holds {
  if (!holds) throw new Error(text);
}

describe('the ICE log of a session', () => {
  it('has servers, candidates of both sides, states and, where the browser tells, the selected pair', async () => {
    const peer = new RTCPeerConnection();
    const { promise: connected, resolve } = withResolvers();
    const session = new PeerSession({
      iceServers: [{ urls: 'turn:127.0.0.1:40009', username: 'SECRET-NAME', credential: 'SECRET-WORD' }],
      observer: {
        onCandidate: (candidate, sdpMid) => void peer.addIceCandidate({ candidate, sdpMid }),
        onConnectivity: (state) => {
          if (state === 'connected') resolve();
        },
        onStreams: () => undefined,
      },
      remoteStream: new MediaStream(),
    });
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.candidate)
        void session.addCandidate({ candidate: candidate.candidate, mid: candidate.sdpMid ?? '', mLineIndex: 0 });
    });
    try {
      peer.addTransceiver('audio');
      await peer.setLocalDescription();
      const answer = await session.answer(peer.localDescription?.sdp ?? '');
      await peer.setRemoteDescription({ type: 'answer', sdp: answer });
      await connected;
    } finally {
      session.close();
      peer.close();
    }
    const events = session.iceLog.entries.map(({ event }) => event);
    const kinds = new Set(events.map(({ kind }) => kind));
    for (const kind of ['servers', 'local-candidate', 'remote-candidate', 'ice-state', 'connection-state'] as const)
      assert(kinds.has(kind), kind);
    const text = JSON.stringify(session.iceLog.entries);
    assert(!text.includes('SECRET') && !text.includes('ufrag'), text);
    const tellsPairs =
      typeof RTCIceTransport !== 'undefined' && 'getSelectedCandidatePair' in RTCIceTransport.prototype;
    assert(kinds.has('selected-pair') === tellsPairs, `selected-pair: ${String(tellsPairs)}`);
  });
});

function withResolvers() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
