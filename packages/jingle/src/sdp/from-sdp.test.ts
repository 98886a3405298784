import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RtpDescription } from '../model.js';
import { buildDescription } from '../xep-0167-rtp.js';
import { valueOf } from '../xml.testing.js';
import { conservative } from './conservative.js';
import { CHROMIUM_OFFER, FIREFOX_OFFER } from './fixtures.testing.js';
import { parseFormatParameters, parseSdp, type SdpSection } from './from-sdp.js';
import { Negotiation } from './negotiation.js';
import { audio, sdpOf, video } from './sdp.testing.js';
import { writeParameters } from './to-sdp.js';

function sectionsOf(sdp: string): readonly SdpSection[] {
  return valueOf(parseSdp(sdp, 'initiator')).sections;
}
function described(section: string, session = ''): RtpDescription {
  const description = sectionsOf(sdpOf([section], session))[0]?.description;
  assert.ok(description);
  return description;
}
/** What goes to the peer of the first content of an offer. */
function sent(sdp: string) {
  const content = valueOf(new Negotiation({ role: 'initiator' }).localOffer(sdp)).contents[0];
  assert.ok(content);
  return content;
}

describe('SDP to Jingle', () => {
  it('case 1: values of sources are trimmed, and an msid is never half', () => {
    const { sources } = described(
      audio('0', 'a=ssrc:1 cname:c\na=ssrc:1 msid:{a} {b} \na=ssrc:2 msid:{a} \na=ssrc:2 cname:d'),
    );
    assert.deepEqual(sources[0]?.parameters[1], { name: 'msid', value: '{a} {b}' });
    assert.deepEqual(sources[1]?.parameters, [{ name: 'cname', value: 'd' }]);
  });

  it('cases 2, 3, 4: format parameters both ways', () => {
    const both = (text: string) => writeParameters(parseFormatParameters(text));
    for (const text of ['0-15', '111/111', 'minptime=10;useinbandfec=1', 'a=Z0IA,aM4=;packetization-mode=1'])
      assert.equal(both(text), text);
    assert.equal(both('a=1; b=2 ;c'), 'a=1;b=2;c');
    assert.equal(both(''), '');
    assert.equal(both(' ; '), '');
    assert.equal(both('=0-15'), '');
    assert.deepEqual(parseFormatParameters('sprop=Z0IA,aM4='), [{ name: 'sprop', value: 'Z0IA,aM4=' }]);
  });

  it('case 3: an empty fmtp gives no parameter', () => {
    for (const line of ['a=fmtp:111', 'a=fmtp:111 '])
      assert.deepEqual(described(audio('0', line)).payloadTypes[0]?.parameters, []);
  });

  it('case 5: wildcard feedback stands in the description', () => {
    const { feedback, trrInt, payloadTypes } = described(
      video('1', 'a=rtcp-fb:* nack\na=rtcp-fb:96 ccm fir\na=rtcp-fb:* trr-int 100'),
    );
    assert.deepEqual([feedback, trrInt], [[{ type: 'nack' }], 100]);
    assert.deepEqual(payloadTypes[0]?.feedback, [{ type: 'ccm', subtype: 'fir' }]);
  });

  it('case 6: the stream of a section goes to its sources, unless it is none', () => {
    const msid = (line: string) =>
      described(audio('0', `${line}\na=ssrc:1 cname:c`)).sources[0]?.parameters.find((one) => one.name === 'msid')
        ?.value;
    assert.equal(msid('a=msid:{s} {t}'), '{s} {t}');
    assert.equal(msid('a=msid:s t'), 's t');
    assert.equal(msid('a=msid:- t'), undefined);
    assert.equal(msid('a=msid:s'), undefined);
  });

  it('cases 7, 15: msid-semantic in any spacing, and groups without their rejected or all members', () => {
    for (const line of ['a=msid-semantic: WMS *', 'a=msid-semantic:WMS stream', 'a=msid-semantic: WMS']) {
      assert.equal(sectionsOf(sdpOf([audio('0')], `${line}\n`)).length, 1);
    }
    const rejected = video('1').replace(' 9 ', ' 0 ');
    const groups = (line: string) => valueOf(parseSdp(sdpOf([audio('0'), rejected], `${line}\n`), 'initiator')).groups;
    assert.deepEqual(groups('a=group:BUNDLE 0 1 7'), [{ semantics: 'BUNDLE', mids: ['0'] }]);
    assert.deepEqual(groups('a=group:BUNDLE 1'), []);
    assert.deepEqual(groups('a=group:BUNDLE'), []);
    assert.deepEqual(groups('a=group:BUNDLE '), []);
  });

  it('cases 8, 9: keeps all source groups in order, and a retransmission source without msid gets it', () => {
    const { sources, sourceGroups } = described(
      video(
        '1',
        'a=msid:s t\na=ssrc-group:SIM 1 2\na=ssrc-group:FID 1 3\na=ssrc-group:FID 2 4\na=ssrc:1 msid:s t\na=ssrc:3 cname:c',
      ),
    );
    assert.deepEqual(
      sourceGroups.map(({ semantics, ssrcs }) => [semantics, ...ssrcs]),
      [
        ['SIM', 1, 2],
        ['FID', 1, 3],
        ['FID', 2, 4],
      ],
    );
    assert.deepEqual(
      sources[1]?.parameters.map((one) => one.value),
      ['c', 's t'],
    );
  });

  it('case 10: peers get no source parameter without value, no label and no mslabel', () => {
    const content = sent(
      sdpOf([audio('0', 'a=ssrc:1 cname:c\na=ssrc:1 foo\na=ssrc:1 mslabel:s\na=ssrc:1 label:t\na=ssrc:1 msid:s t')]),
    );
    assert.deepEqual(content.description.sources[0]?.parameters, [
      { name: 'cname', value: 'c' },
      { name: 'msid', value: 's t' },
    ]);
  });

  it('case 11: a section that only receives has no sources', () => {
    assert.deepEqual(described(audio('0', 'a=recvonly\na=ssrc:1 cname:c')).sources, []);
  });

  it('cases 12, 14: port 0 is a rejection unless it is bundle-only; port 9 is none', () => {
    const zero = audio('0').replace(' 9 ', ' 0 ');
    assert.equal(sectionsOf(sdpOf([zero]))[0]?.rejected, true);
    assert.equal(sectionsOf(sdpOf([`${zero}\na=bundle-only`]))[0]?.rejected, false);
    assert.equal(sectionsOf(sdpOf([audio('0')]))[0]?.rejected, false);
  });

  it('case 19: directions of header extensions turn into senders by role', () => {
    const sdp = sdpOf([
      audio('0', 'a=extmap:3/sendonly urn:x attributes\na=extmap:4/recvonly urn:y\na=extmap:5 urn:z'),
    ]);
    const senders = (role: 'initiator' | 'responder') =>
      valueOf(parseSdp(sdp, role)).sections[0]?.description?.headerExtensions.map((one) => one.senders);
    assert.deepEqual(senders('initiator'), ['initiator', 'responder', 'both']);
    assert.deepEqual(senders('responder'), ['responder', 'initiator', 'both']);
  });

  it('cases 21, 45, 85: unknown, simulcast and RTCP lines are harmless', () => {
    const section = video(
      '1',
      'a=rtcp:9 IN IP4 0.0.0.0\na=rtcp-rsize\na=rtcp-mux-only\na=rtcp-xr:rcvr-rtt=all\na=rid:hi send\na=simulcast:send hi;lo\na=x-odd\na=:\na=',
    );
    const content = sent(sdpOf([section]));
    assert.equal(content.description.rtcpMux, true);
    assert.doesNotMatch(buildDescription(content.description).toString(), /simulcast|rid|odd/);
  });

  it('cases 30, 34: credentials, fingerprint and setup of the session count for its sections', () => {
    const plain = 'm=audio 9 UDP/TLS/RTP/SAVPF 0\na=mid:0';
    const session = `a=ice-ufrag:UUUU\na=ice-pwd:PPPP\na=setup:actpass\na=fingerprint:SHA-256 ${'ab:'.repeat(31)}ab\n`;
    const transport = sectionsOf(sdpOf([plain], session))[0]?.transport;
    assert.deepEqual([transport?.ufrag, transport?.pwd], ['UUUU', 'PPPP']);
    assert.deepEqual(transport?.fingerprints, [{ hash: 'sha-256', value: `${'AB:'.repeat(31)}AB`, setup: 'actpass' }]);
    const own = sectionsOf(sdpOf([audio('0')], session))[0]?.transport;
    assert.equal(own?.ufrag, 'AAAA');
  });

  it('case 30: credentials that look like numbers stay text', () => {
    const transport = sectionsOf(
      sdpOf(['m=audio 9 UDP/TLS/RTP/SAVPF 0\na=mid:0\na=ice-ufrag:1234\na=ice-pwd:0123456789012345678901']),
    )[0]?.transport;
    assert.deepEqual([transport?.ufrag, transport?.pwd], ['1234', '0123456789012345678901']);
  });

  it('case 36: reads ice-lite and ice-options', () => {
    const transport = sectionsOf(sdpOf([audio('0', 'a=ice-options:trickle')], 'a=ice-lite\n'))[0]?.transport;
    assert.deepEqual([transport?.iceLite, transport?.iceOptions], [true, ['trickle']]);
  });

  it('case 37: direction of the session, by default both', () => {
    const direction = (lines: string, session: string) => sectionsOf(sdpOf([audio('0', lines)], session))[0]?.direction;
    assert.equal(direction('', ''), 'sendrecv');
    assert.equal(direction('', 'a=recvonly\n'), 'recvonly');
    assert.equal(direction('a=inactive', 'a=recvonly\n'), 'inactive');
  });

  it('case 38: bandwidth of any type, zero included', () => {
    assert.deepEqual(described(audio('0').replace('a=mid', 'b=AS:0\nb=TIAS:64000\na=mid')).bandwidth, [
      { type: 'AS', value: 0 },
      { type: 'TIAS', value: 64000 },
    ]);
  });

  it('case 39: static payload types need no rtpmap', () => {
    const { payloadTypes } = described('m=audio 9 UDP/TLS/RTP/SAVPF 0 9 8 100 101\na=rtpmap:101 telephone-event');
    assert.deepEqual(
      payloadTypes.map(({ name, clockrate, channels }) => `${name}/${clockrate}/${channels}`),
      ['PCMU/8000/1', 'G722/8000/1', 'PCMA/8000/1', 'telephone-event/8000/1'],
    );
  });

  it('case 44: opus and VP8 lead, helpers come last, retransmission follows its codec', () => {
    const content = sent(
      sdpOf([
        `m=audio 9 UDP/TLS/RTP/SAVPF 63 126 0 9 111\n${audio('0').split('\n').slice(1).join('\n')}\na=rtpmap:63 red/48000/2\na=fmtp:63 111/111\na=rtpmap:126 telephone-event/8000\na=fmtp:126 0-15`,
      ]),
    );
    assert.deepEqual(
      content.description.payloadTypes.map((type) => type.name),
      ['opus', 'G722', 'PCMU', 'telephone-event'],
    );
    assert.deepEqual(content.description.payloadTypes[3]?.parameters, []);
  });

  it('cases 2, 43, 44: what a browser offers reaches peers in the conservative order', () => {
    const [chromium] = valueOf(new Negotiation({ role: 'initiator' }).localOffer(CHROMIUM_OFFER)).contents.slice(1);
    const names = chromium?.description.payloadTypes.map((type) => type.name);
    assert.deepEqual(names, [
      'VP8',
      'rtx',
      'H264',
      'rtx',
      'VP9',
      'VP9',
      'rtx',
      'rtx',
      'AV1',
      'rtx',
      'red',
      'ulpfec',
      'rtx',
    ]);
    const h264 = chromium?.description.payloadTypes[2];
    assert.deepEqual(h264?.parameters.find((one) => one.name === 'profile-level-id')?.value, '42e01f');
    const firefox = sent(FIREFOX_OFFER);
    assert.equal(firefox.description.payloadTypes[0]?.name, 'opus');
    assert.doesNotMatch(buildDescription(firefox.description).toString(), /0-15|name=""|value=""/);
  });

  it('keeps every H.264 profile where the usual one is missing', () => {
    const types = described(
      'm=video 9 UDP/TLS/RTP/SAVPF 96 97\na=rtpmap:96 H264/90000\na=fmtp:96 profile-level-id=640c1f\na=rtpmap:97 H264/90000',
    );
    const content = { name: 'v', creator: 'initiator', senders: 'both', disposition: 'session' } as const;
    const transport = { fingerprints: [], candidates: [], iceOptions: [], iceLite: false, gatheringComplete: false };
    assert.equal(conservative({ ...content, description: types, transport }).description.payloadTypes.length, 2);
  });
});
