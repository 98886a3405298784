import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  markDescription,
  randomToken,
  sameToken,
  unmarkDescription,
  withoutLipSync,
  withShortPackets,
} from './core-marker.js';

const TOKEN = Uint8Array.of(0, 1, 2, 0x7f, 0x80, 0xfd, 0xfe, 0xff);
const MARK = 'xmpp-call-core=1.0001027f80fdfeff';

function description(...formats: string[]): string {
  return [
    'v=0',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 0',
    'a=rtpmap:111 opus/48000/2',
    ...formats,
    'a=rtpmap:0 PCMU/8000',
    '',
  ].join('\r\n');
}

describe('the marker of the media core in a description', () => {
  it('is added to the format parameters of Opus', () => {
    const marked = markDescription(description('a=fmtp:111 minptime=10;useinbandfec=1'), TOKEN);
    assert.equal(marked, description(`a=fmtp:111 minptime=10;useinbandfec=1;${MARK}`));
  });

  it('gets a new line if Opus has no format parameters', () => {
    assert.equal(markDescription(description(), TOKEN), description(`a=fmtp:111 ${MARK}`));
  });

  it('does not change a description without Opus', () => {
    const sdp = 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0 PCMU/8000\r\n';
    assert.equal(markDescription(sdp, TOKEN), sdp);
  });

  it('comes with removal of the video orientation in both directions, because our frames are upright', () => {
    const sdp = description('a=extmap:13 urn:3gpp:video-orientation', 'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid');
    const without = description('a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid');
    assert.equal(unmarkDescription(sdp).sdp, without);
    assert.equal(unmarkDescription(markDescription(sdp, TOKEN)).sdp, without);
    assert.ok(!markDescription(sdp, TOKEN).includes('orientation'));
  });

  it('is removed by the receiver, which learns the token', () => {
    for (const sdp of [description(), description('a=fmtp:111 minptime=10;useinbandfec=1')]) {
      assert.deepEqual(unmarkDescription(markDescription(sdp, TOKEN)), { sdp, token: TOKEN });
    }
  });

  it('is removed at any position among the parameters', () => {
    const sdp = description(`a=fmtp:111 ${MARK}; minptime=10`);
    assert.deepEqual(unmarkDescription(sdp), { sdp: description('a=fmtp:111 minptime=10'), token: TOKEN });
  });

  it('is removed without a token if its version or length is another one', () => {
    for (const value of ['2.0001027f80fdfeff', '1.0001', '1.0001027f80fdfeff00', '', '1.0001027F80FDFEFG']) {
      const sdp = description(`a=fmtp:111 minptime=10;xmpp-call-core=${value}`);
      assert.deepEqual(unmarkDescription(sdp), { sdp: description('a=fmtp:111 minptime=10'), token: undefined });
    }
  });

  it('is not found in a description without it', () => {
    const sdp = description('a=fmtp:111 minptime=10');
    assert.deepEqual(unmarkDescription(sdp), { sdp, token: undefined });
  });

  it('has a different token in each call', () => {
    assert.ok(!sameToken(randomToken(), randomToken()));
    assert.ok(sameToken(TOKEN, Uint8Array.from(TOKEN)));
    assert.ok(!sameToken(TOKEN, undefined));
    assert.ok(sameToken(undefined, undefined));
  });
});

describe('packets of 10 ms', () => {
  it('are requested for Opus in the peer’s description unless it requests another duration', () => {
    const sdp = description('a=fmtp:111 minptime=10');
    const short = withShortPackets(sdp);
    assert.equal(short.replace('a=ptime:10\r\n', ''), sdp);
    assert.match(short, /m=audio(.*\r\n(?!m=))*a=ptime:10\r\n/);
    assert.equal(withShortPackets(short), short);
    const slow = description('a=ptime:60');
    assert.equal(withShortPackets(slow), slow);
    assert.equal(withShortPackets('m=video 9 UDP/TLS/RTP/SAVPF 96\r\n'), 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\n');
  });
});

describe('withoutLipSync', () => {
  const AUDIO = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=msid:stream audio\r\n';
  const VIDEO = 'm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=msid:stream video\r\n';

  it('puts audio into a stream of its own', () => {
    assert.equal(withoutLipSync(AUDIO + VIDEO), AUDIO.replace('stream', 'stream-sound') + VIDEO);
    assert.equal(withoutLipSync(VIDEO + AUDIO), VIDEO + AUDIO.replace('stream', 'stream-sound'));
  });

  it('does not change audio without a stream', () => {
    for (const sdp of [AUDIO.replace('stream', '-'), AUDIO.replace(/a=msid.*\r\n/, '')]) {
      assert.equal(withoutLipSync(sdp + VIDEO), sdp + VIDEO);
    }
  });
});
