import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Candidate, Content, ContentGroup, PayloadType, RtpContent, RtpDescription } from '../model.js';
import type { Result } from '../result.js';
import { valueOf } from '../xml.testing.js';
import { CHROMIUM_OFFER, FIREFOX_OFFER } from './fixtures.testing.js';
import { Negotiation } from './negotiation.js';
import {
  oddSession,
  offeredContents,
  PLAIN_CONTENTS,
  withOddities,
  type Oddities,
  type OddSession,
} from './odd-contents.testing.js';
import { sanitized } from './sanitize.js';
import { audio, sdpOf, sectionOf, video } from './sdp.testing.js';

const BUNDLE: ContentGroup = { semantics: 'BUNDLE', contents: ['0', '1'] };

function offered(contents: readonly Content[], groups: readonly ContentGroup[] = [BUNDLE]): Result<string> {
  return new Negotiation({ role: 'responder' }).remoteOffer(contents, groups);
}
function answered(contents: readonly Content[]): Result<string> {
  const negotiation = new Negotiation({ role: 'initiator' });
  valueOf(negotiation.localOffer(sdpOf([audio('0'), video('1')], 'a=group:BUNDLE 0 1\n')));
  return negotiation.remoteAnswer(contents, [BUNDLE]);
}
/** What a browser gets of an offer. */
function sdpWith(odd: OddSession): string {
  const { contents, groups } = offeredContents(odd);
  return valueOf(offered(contents, groups));
}
/** The lines of the video, those that begin so. */
function videoLines(odd: Oddities, start: string): string[] {
  return sectionOf(sdpWith({ video: odd }), '1').filter((line) => line.startsWith(start));
}
function audioLines(odd: Oddities, start: string): string[] {
  return sectionOf(sdpWith({ audio: odd }), '0').filter((line) => line.startsWith(start));
}
function type(id: number, name: string, more: Partial<PayloadType> = {}): PayloadType {
  return { id, name, clockrate: 90000, channels: 1, parameters: [], feedback: [], ...more };
}
const apt = (value: string) => ({ parameters: [{ name: 'apt', value }] });
const source = (ssrc: number, ...parameters: (readonly [string, string])[]) => ({
  ssrc,
  parameters: parameters.map(([name, value]) => ({ name, value })),
});
const digest = (bytes: number): string => Array.from({ length: bytes }, () => 'AB').join(':');
/** The contents with another transport or description. */
function changed(change: (content: RtpContent) => Partial<RtpContent>): RtpContent[] {
  return PLAIN_CONTENTS.map((content) => ({ ...content, ...change(content) }));
}
function withTransport(more: Partial<RtpContent['transport']>): RtpContent[] {
  return changed(({ transport }) => ({ transport: { ...transport, ...more } }));
}
function withDescription(more: Partial<RtpDescription>): RtpContent[] {
  return changed(({ description }) => ({ description: { ...description, ...more } }));
}
function reasonOf(result: Result<unknown>): string | undefined {
  assert.equal(result.ok, false);
  return result.error.reason;
}

describe('valid contents', () => {
  it('are not changed', () => {
    for (const content of PLAIN_CONTENTS) assert.deepEqual(sanitized(content), content);
    for (const sdp of [CHROMIUM_OFFER, FIREFOX_OFFER]) {
      for (const content of valueOf(new Negotiation({ role: 'initiator' }).localOffer(sdp)).contents)
        assert.deepEqual(sanitized(content), content);
    }
  });

  it('are the result for any other contents', () => {
    fc.assert(
      fc.property(oddSession, (session) => {
        for (const content of withOddities(PLAIN_CONTENTS, session)) {
          const once = sanitized(content);
          assert.deepEqual(sanitized(once), once);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('payload types', () => {
  const formats = (...payloadTypes: PayloadType[]) =>
    videoLines({ payloadTypes }, 'm=')[0]?.split(' ').slice(3).join(' ');

  it('leave the numbers of RTCP, reserved and foreign ones alone', () => {
    assert.equal(formats(type(64, 'VP9'), type(95, 'VP9'), type(1, 'VP9'), type(128, 'VP9'), type(-1, 'VP9')), '96 97');
    assert.equal(formats(type(63, 'VP9'), type(35, 'H264')), '96 97 63 35');
    const pcmu = { clockrate: 8000 };
    assert.deepEqual(audioLines({ payloadTypes: [type(0, 'telephone-event', pcmu), type(9, 'G722', pcmu)] }, 'm='), [
      'm=audio 9 UDP/TLS/RTP/SAVPF 111 8 9',
    ]);
  });

  it('mean one thing each, a codec where there is one', () => {
    assert.equal(formats(type(96, 'H264')), '96 97');
    assert.deepEqual(videoLines({ leads: true, payloadTypes: [type(96, 'red')] }, 'a=rtpmap:96'), [
      'a=rtpmap:96 VP8/90000',
    ]);
  });

  it('have names and clock rates that SDP can express and that the codec has', () => {
    assert.equal(formats(type(98, 'a b'), type(99, 'x\r\na=evil'), type(100, ''), type(101, 'ü')), '96 97');
    assert.equal(formats(type(98, 'VP9', { clockrate: 2 ** 31 }), type(99, 'VP9', { clockrate: 8000 })), '96 97');
    assert.equal(formats(type(98, 'opus', { clockrate: 48000 })), '96 97');
    assert.deepEqual(videoLines({ payloadTypes: [type(98, 'VP9', { channels: 2 })] }, 'a=rtpmap:98'), [
      'a=rtpmap:98 VP9/90000',
    ]);
  });

  it('are repeated by retransmissions of what is there only', () => {
    assert.equal(formats(type(98, 'rtx'), type(99, 'rtx', apt('42')), type(100, 'rtx', apt('x'))), '96 97');
    assert.equal(formats(type(98, 'rtx', apt('98')), type(99, 'rtx', apt('98')), type(100, 'rtx', apt('97'))), '96 97');
    // Foreign to the offer, so that its retransmission is of nothing.
    const h264 = [type(98, 'H264'), type(99, 'rtx', apt('98'))];
    assert.match(
      valueOf(answered(withOddities(PLAIN_CONTENTS, { video: { payloadTypes: h264 } }))),
      /^m=video .* 96\r$/m,
    );
  });

  it('keep parameters that read as one', () => {
    const parameters = [
      ...[
        { name: 'a', value: '1;b=2' },
        { name: 'c=d', value: '3' },
        { name: 'e', value: '4\r\na=evil' },
      ],
      ...[
        { name: 'f', value: '5' },
        { name: 'f', value: '6' },
        { name: '', value: '0-15' },
        { name: 'g', value: 'ü' },
      ],
      ...[
        { name: 'h', value: 'x'.repeat(2000) },
        { name: '', value: ' ' },
        { name: 'i', value: 'Z0IA,aM4=' },
      ],
    ];
    assert.deepEqual(videoLines({ parameters }, 'a=fmtp:96'), ['a=fmtp:96 f=5;0-15;i=Z0IA,aM4=']);
  });

  it('keep feedback of tokens, and intervals and packet times that are numbers', () => {
    const feedback = [
      ...[{ type: 'nack' }, { type: 'nack', subtype: 'pli' }, { type: 'a b' }, { type: 'ccm', subtype: 'a\r\nb' }],
      ...[{ type: 'trr-int' }, { type: '' }, { type: 'ack', subtype: 'ü' }, { type: 'ack', subtype: 'rpsi' }],
    ];
    const kept = ['a=rtcp-fb:96 nack', 'a=rtcp-fb:96 nack pli', 'a=rtcp-fb:96 ack rpsi'];
    assert.deepEqual(videoLines({ feedback, times: { trrInt: 2 ** 31 } }, 'a=rtcp-fb:96'), kept);
    assert.deepEqual(videoLines({ wildcards: feedback }, 'a=rtcp-fb:*').length, 3);
    assert.deepEqual(audioLines({ times: { ptime: 0, maxptime: 0.5 } }, 'a=ptime'), []);
    assert.deepEqual(audioLines({ times: { ptime: 20 } }, 'a=ptime'), ['a=ptime:20']);
  });
});

describe('sources', () => {
  const fid = (...ssrcs: number[]) => ({ semantics: 'FID', ssrcs });
  const ssrcLines = (odd: Oddities) => videoLines(odd, 'a=ssrc');

  it('without parameters take those of the source that their group repairs', () => {
    const lines = ssrcLines({ sources: [source(1001, ['cname', 'x'])], sourceGroups: [fid(1001, 1002)] });
    assert.deepEqual(lines, ['a=ssrc-group:FID 1001 1002', 'a=ssrc:1001 cname:x', 'a=ssrc:1002 cname:x']);
  });

  it('are of one track: the first, with its retransmission', () => {
    assert.deepEqual(audioLines({ sources: [source(11, ['cname', 'x']), source(12, ['cname', 'x'])] }, 'a=ssrc'), [
      'a=ssrc:11 cname:x',
    ]);
    const two = [source(1, ['cname', 'x']), source(2, ['cname', 'x']), source(3, ['cname', 'x'])];
    assert.deepEqual(ssrcLines({ sources: two, sourceGroups: [fid(1, 3)] }), [
      'a=ssrc-group:FID 1 3',
      'a=ssrc:1 cname:x',
      'a=ssrc:3 cname:x',
    ]);
  });

  it('keep groups of two different members only', () => {
    const sources = [source(1, ['cname', 'x'])];
    for (const group of [fid(1), fid(1, 1), fid(1, 2, 3), fid(), { semantics: 'X Y', ssrcs: [1, 2] }, fid(1, 2 ** 32)])
      assert.deepEqual(ssrcLines({ sources, sourceGroups: [group] }), ['a=ssrc:1 cname:x']);
  });

  it('have a cname and whole streams, or get them', () => {
    assert.deepEqual(ssrcLines({ sources: [source(11, ['cname', ''])] }), ['a=ssrc:11 cname:s11']);
    assert.deepEqual(ssrcLines({ sources: [source(11)] }), ['a=ssrc:11 cname:s11']);
    assert.deepEqual(
      ssrcLines({ sources: [source(11, ['cname', 'a b'], ['msid', 's'], ['label', 'x'], ['msid', 's t'])] }),
      ['a=ssrc:11 cname:s11', 'a=ssrc:11 msid:s t'],
    );
    assert.deepEqual(ssrcLines({ sources: [source(0, ['cname', 'x']), source(2 ** 32, ['cname', 'x'])] }), []);
  });

  it('belong to one section of the session', () => {
    const odd = { sources: [source(7, ['cname', 'x'])] };
    const sdp = sdpWith({ audio: odd, video: { ...odd, sourceGroups: [fid(7, 8)] } });
    assert.deepEqual(
      sdp.match(/a=ssrc.*/g)?.map((line) => line.trim()),
      ['a=ssrc:7 cname:x', 'a=ssrc:8 cname:x'],
    );
  });
});

describe('header extensions', () => {
  it('have one id and one meaning, both of which a browser knows', () => {
    const extension = (id: number, uri: string) => ({ id, uri, senders: 'both' as const });
    const headerExtensions = [
      ...[extension(0, 'urn:a'), extension(15, 'urn:b'), extension(16, 'urn:c'), extension(256, 'urn:d')],
      ...[
        extension(1, 'urn:e'),
        extension(1, 'urn:f'),
        extension(2, 'urn:e'),
        extension(3, 'a b'),
        extension(5, '%s%n'),
      ],
    ];
    assert.deepEqual(videoLines({ headerExtensions, extmapAllowMixed: true }, 'a=extmap:'), [
      'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
      'a=extmap:1 urn:e',
    ]);
  });
});

describe('bandwidths', () => {
  it('are limited to the range of browsers, and to 6 kbit/s at least', () => {
    const bandwidth = [
      { type: 'AS', value: 1e12 },
      { type: 'X-odd', value: 1 },
      { type: 'TIAS', value: 64000 },
    ];
    assert.deepEqual(videoLines({ bandwidth }, 'b='), ['b=TIAS:64000']);
    assert.deepEqual(audioLines({ bandwidth: [{ type: 'AS', value: 3 }] }, 'b='), ['b=AS:6']);
    assert.deepEqual(
      audioLines({ leads: true, payloadTypes: [type(0, 'PCMU', { clockrate: 8000 })], bandwidth }, 'b='),
      [],
    );
  });
});

describe('transports', () => {
  const HOST: Candidate = {
    ...{ component: 1, foundation: '1', generation: 0, id: 'c', ip: '192.0.2.1', network: 0, port: 5000, priority: 1 },
    ...{ protocol: 'udp', type: 'host' },
  };
  const candidates = (...changes: Partial<Candidate>[]) =>
    audioLines({ candidates: changes.map((change) => ({ ...HOST, ...change })) }, 'a=candidate').length;

  it('lose the candidates of which a browser makes nothing', () => {
    for (const ip of [
      '1.2.3.999',
      '1.2.3',
      ':::',
      '1:2:3:4:5:6:7:8:9',
      'example.org',
      '',
      'x y',
      '0.0.0.0',
      '::',
      'fe80::1',
    ])
      assert.equal(candidates({ ip }), 0, ip);
    for (const ip of ['192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1', '1:2:3:4:5:6:7:8', 'a-b.local'])
      assert.equal(candidates({ ip }), 1, ip);
    assert.equal(
      candidates({ port: 0 }, { port: 65536 }, { priority: 2 ** 32 }, { priority: -1 }, { component: 2 }),
      0,
    );
    assert.equal(candidates({ foundation: 'a b' }, { foundation: '' }, { foundation: 'x'.repeat(33) }), 0);
  });

  it('have no tcptype for UDP and no related address that is invalid', () => {
    const odd = { ...HOST, tcptype: 'active', type: 'srflx', relAddr: '1.2.3', relPort: 9 } as const;
    assert.deepEqual(audioLines({ candidates: [odd] }, 'a=candidate'), [
      'a=candidate:1 1 udp 1 192.0.2.1 5000 typ srflx raddr 0.0.0.0 rport 9 generation 0 ufrag ufrag0',
    ]);
  });

  it('have one fingerprint of a hash that browsers know, SHA-256 first', () => {
    const fingerprints = [
      ...[
        { hash: 'md5', value: digest(16) },
        { hash: 'sha-1', value: digest(20) },
        { hash: 'sha-512', value: digest(32) },
      ],
      ...[{ hash: 'sha-256', value: digest(31) }],
    ];
    assert.deepEqual(audioLines({ leads: true, fingerprints }, 'a=fingerprint'), [
      `a=fingerprint:sha-256 ${digest(32)}`,
    ]);
  });

  it('without any usable fingerprint are a security error', () => {
    for (const fingerprints of [
      [{ hash: 'md5', value: digest(16) }],
      [{ hash: 'sha-256', value: digest(31) }],
      [{ hash: 'constructor', value: digest(32) }],
    ]) {
      assert.equal(reasonOf(offered(withTransport({ fingerprints }))), 'security-error');
      assert.equal(reasonOf(answered(withTransport({ fingerprints }))), 'security-error');
    }
  });

  it('with credentials that are too short, or of other characters, fail by name', () => {
    for (const odd of [
      { pwd: 'x'.repeat(21) },
      { ufrag: 'abc' },
      { pwd: `${'x'.repeat(30)}!` },
      { pwd: 'x'.repeat(257) },
    ]) {
      assert.equal(reasonOf(offered(withTransport(odd))), 'failed-transport');
      assert.equal(reasonOf(answered(withTransport(odd))), 'failed-transport');
    }
  });

  it('with an unusable password take that of their bundle', () => {
    const contents = changed(({ name, transport }) => ({
      transport: name === '0' ? transport : { ...transport, pwd: 'short' },
    }));
    assert.match(sectionOf(valueOf(offered(contents)), '1').join('\n'), /a=ice-ufrag:ufrag0/);
  });
});

describe('groups', () => {
  it('are BUNDLE and LS of sections that are there, each in one bundle', () => {
    const groups = [
      ...[
        { semantics: 'FID', contents: ['0', '1'] },
        { semantics: 'a b', contents: ['0'] },
      ],
      ...[
        { semantics: 'BUNDLE', contents: ['1', 'nobody'] },
        { semantics: 'LS', contents: ['0', '1', '1', 'nobody'] },
      ],
    ];
    assert.deepEqual(
      sdpWith({ groups })
        .match(/a=group.*/g)
        ?.map((line) => line.trim()),
      ['a=group:BUNDLE 0 1', 'a=group:LS 0 1'],
    );
  });
});

describe('descriptions', () => {
  it('that lose their last codec are refused by name', () => {
    for (const payloadTypes of [
      [type(72, 'VP8')],
      [type(96, 'VP8', { clockrate: 1 })],
      [type(97, 'rtx', apt('97'))],
      [],
    ]) {
      assert.equal(reasonOf(offered(withDescription({ payloadTypes }))), 'failed-application');
      assert.equal(reasonOf(answered(withDescription({ payloadTypes }))), 'failed-application');
    }
  });

  it('are lines of ASCII whatever is odd in them', () => {
    fc.assert(
      fc.property(oddSession, (session) => {
        const sdp = sdpWith(session);
        assert.match(sdp, /^([ -~]+\r\n)+$/);
        assert.doesNotMatch(sdp, /^a=evil/m);
        assert.equal(sdp.match(/^m=(audio|video) 9 /gm)?.length, offeredContents(session).contents.length);
      }),
      { numRuns: 500 },
    );
  });
});
