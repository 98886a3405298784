/** The exchange with the cryptography of Chromium and Firefox, over the descriptions of a real connection. */
import { expect } from '@esm-bundle/chai';
import { codeOf } from './derivation.js';
import { receiveSafetyMessage, startSafetyCode } from './exchange.js';
import { fingerprintsOf } from './fingerprints.js';

describe('safety code', () => {
  it('is the same in all browsers', async () => {
    const context = { sid: 'a73sjjvkla37jfea', initiator: 'sha-256 AA:01', responder: 'sha-256 BB:02' };
    const { words } = await codeOf(context, new Uint8Array(32).fill(1), new Uint8Array(32).fill(2));
    expect(words.join(' ')).to.equal('cobra polar poem bucket');
  });

  it('is agreed on over the fingerprints of a connection', async () => {
    const [caller, callee] = [new RTCPeerConnection(), new RTCPeerConnection()];
    try {
      caller.addTransceiver('audio');
      await caller.setLocalDescription();
      await callee.setRemoteDescription({ type: 'offer', sdp: caller.localDescription?.sdp ?? '' });
      await callee.setLocalDescription();
      await caller.setRemoteDescription({ type: 'answer', sdp: callee.localDescription?.sdp ?? '' });
      const contextOf = (initiator: RTCSessionDescription | null, responder: RTCSessionDescription | null) => ({
        sid: '1',
        initiator: fingerprintsOf(initiator?.sdp ?? ''),
        responder: fingerprintsOf(responder?.sdp ?? ''),
      });
      const [one, other] = await Promise.all([
        startSafetyCode({ role: 'initiator', context: contextOf(caller.localDescription, caller.remoteDescription) }),
        startSafetyCode({ role: 'responder', context: contextOf(callee.remoteDescription, callee.localDescription) }),
      ]);
      const [first, second] = await Promise.all([
        receiveSafetyMessage(one.state, other.send),
        receiveSafetyMessage(other.state, one.send),
      ]);
      const last = await Promise.all([
        receiveSafetyMessage(first.state, second.send),
        receiveSafetyMessage(second.state, first.send),
      ]);
      expect(last[0].state.phase).to.equal('comparing');
      expect(last[0].state).to.deep.equal(last[1].state);
    } finally {
      caller.close();
      callee.close();
    }
  });
});
