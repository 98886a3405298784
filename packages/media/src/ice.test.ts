import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { haveRelay, restartsIce } from './ice.js';

const sdp = (...ufrags: string[]) => ufrags.map((ufrag) => `m=audio 9 X 0\r\na=ice-ufrag:${ufrag}\r\n`).join('');
const description = (...ufrags: string[]) => ({ type: 'answer', sdp: sdp(...ufrags) }) as RTCSessionDescription;

describe('ICE', () => {
  it('is restarted by an offer with new credentials', () => {
    assert.equal(restartsIce(description('one', 'two'), sdp('three', 'four')), true);
  });

  it('is not restarted by an additional transport, nor by the first offer', () => {
    assert.equal(restartsIce(description('one'), sdp('one', 'two')), false);
    assert.equal(restartsIce(null, sdp('one')), false);
  });

  it('has a relay if there is a TURN server, whatever its transport', () => {
    assert.equal(haveRelay([{ urls: 'stun:example.org' }]), false);
    assert.equal(haveRelay([{ urls: ['stun:example.org', 'turns:example.org'] }]), true);
  });
});
