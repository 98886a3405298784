import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { descriptionThroughRelay, throughRelay } from './candidates.js';

describe('throughRelay', () => {
  it('replaces the port', () => {
    assert.equal(
      throughRelay('candidate:1 1 UDP 2122252543 192.0.2.2 51234 typ host generation 0', 4000),
      'candidate:1 1 UDP 2122252543 192.0.2.2 4000 typ host generation 0',
    );
  });

  it('leaves out what would not go through the relay', () => {
    for (const candidate of [
      'candidate:1 1 tcp 1518280447 192.0.2.2 9 typ host tcptype active',
      'candidate:1 1 udp 2122252543 2001:db8::2 51234 typ host',
      'candidate:1 1 udp 1686052607 198.51.100.1 51234 typ srflx raddr 192.0.2.2 rport 51234',
      'candidate:1 1 udp 2122252543 0b2a6f2e-aaaa-4bbb-8ccc-1234567890ab.local 51234 typ host',
    ])
      assert.equal(throughRelay(candidate, 4000), undefined);
  });

  it('changes a description', () => {
    const sdp = [
      'm=audio 51234 UDP/TLS/RTP/SAVPF 111',
      'a=candidate:1 1 udp 2122252543 192.0.2.2 51234 typ host',
      'a=candidate:2 1 tcp 1518280447 192.0.2.2 9 typ host tcptype active',
      'a=mid:0',
      '',
    ];
    assert.equal(
      descriptionThroughRelay(sdp.join('\r\n'), 4000),
      [sdp[0], 'a=candidate:1 1 udp 2122252543 192.0.2.2 4000 typ host', 'a=mid:0', ''].join('\r\n'),
    );
  });
});
