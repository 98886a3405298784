import { expect } from '@esm-bundle/chai';
import fc from 'fast-check';
import type { RtpContent } from '../model.js';
import type { Result } from '../result.js';
import { Negotiation } from './negotiation.js';
import { oddSession, offeredContents, PLAIN_CONTENTS, withOddities, type OddSession } from './odd-contents.testing.js';

/** What browsers once refused whole descriptions for; found by the properties below and at peers. */
const REFUSED: readonly (readonly [what: string, odd: OddSession])[] = [
  [
    'a retransmission source that only its group names (stanza.js)',
    video({ sources: [source(1001, 'x')], sourceGroups: [fid(1001, 1002)] }),
  ],
  ['a group of one source', video({ sources: [source(1001, 'x')], sourceGroups: [fid(1001)] })],
  ['a group that names one source twice', video({ sources: [source(1001, 'x')], sourceGroups: [fid(1001, 1001)] })],
  ['a group of three', video({ sources: [1, 2, 3].map((one) => source(one, 'x')), sourceGroups: [fid(1, 2, 3)] })],
  ['two sources of sound', { audio: { sources: [source(11, 'x'), source(12, 'x')] } }],
  ['a cname without value', { audio: { sources: [source(11, '')] } }],
  ['a retransmission of nothing', video({ payloadTypes: [type(99, 'rtx')] })],
  ['a retransmission of a type that is not there', video({ payloadTypes: [type(99, 'rtx', '98')] })],
  ['a retransmission of itself', video({ payloadTypes: [type(99, 'rtx', '99')] })],
  ['a payload type of RTCP', video({ payloadTypes: [type(64, 'VP9')] })],
  ['a reserved payload type', video({ payloadTypes: [type(2, 'VP9')] })],
  [
    'a static payload type of another name',
    { audio: { payloadTypes: [{ ...type(0, 'telephone-event'), clockrate: 8000 }] } },
  ],
  ['a fingerprint without hash', { audio: { fingerprints: [{ hash: '', value: 'AB:AB' }] } }],
  ['a fingerprint of MD5', { audio: { leads: true, fingerprints: [{ hash: 'md5', value: `AB${':AB'.repeat(15)}` }] } }],
  ['a character that is not ASCII', video({ sources: [source(7, 'ü')] })],
  [
    'an id of a header extension for headers of two bytes',
    video({ extmapAllowMixed: true, headerExtensions: [{ id: 63, uri: 'urn:x', senders: 'both' }] }),
  ],
  [
    'a URI of a header extension that is none',
    { audio: { headerExtensions: [{ id: 1, uri: '%s%n', senders: 'both' }] } },
  ],
  ['a bandwidth of 3 kbit/s for sound', { audio: { bandwidth: [{ type: 'AS', value: 3 }] } }],
  ['a bandwidth of more bits than an int counts', video({ bandwidth: [{ type: 'TIAS', value: 1e12 }] })],
  ['17 channels', { audio: { payloadTypes: [{ ...type(20, 'x'), channels: 17 }] } }],
  [
    'a TCP type of a candidate for UDP',
    {
      audio: {
        candidates: [
          {
            component: 1,
            foundation: '1',
            generation: 0,
            id: '',
            ip: '192.0.2.1',
            network: 0,
            port: 9,
            priority: 1,
            protocol: 'udp',
            type: 'host',
            tcptype: 'active',
          },
        ],
      },
    },
  ],
];

function video(odd: NonNullable<OddSession['video']>): OddSession {
  return { video: odd };
}
function source(ssrc: number, cname: string) {
  return { ssrc, parameters: [{ name: 'cname', value: cname }] };
}
function fid(...ssrcs: number[]) {
  return { semantics: 'FID', ssrcs };
}
function type(id: number, name: string, apt?: string) {
  const parameters = apt === undefined ? [] : [{ name: 'apt', value: apt }];
  return { id, name, clockrate: 90000, channels: 1, parameters, feedback: [] };
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.condition}: ${result.error.text}`);
  return result.value;
}

/** How often a connection takes an offer and rolls it back. Chromium makes 500 connections for a page at most. */
const USES = 20;
const SEED = 20260101;

describe('unusual values of peers', () => {
  let connection: RTCPeerConnection;
  let uses = 0;
  before(() => {
    connection = connect();
  });
  after(() => {
    connection.close();
  });

  function connect(): RTCPeerConnection {
    return new RTCPeerConnection({ bundlePolicy: 'balanced', rtcpMuxPolicy: 'require' });
  }

  /** As offer: the browser takes it, and answers with all sections. */
  async function takesOffer(session: OddSession): Promise<void> {
    const { contents, groups } = offeredContents(session);
    const sdp = valueOf(new Negotiation({ role: 'responder' }).remoteOffer(contents, groups));
    uses += 1;
    if (uses % USES === 0) {
      connection.close();
      connection = connect();
    }
    await connection.setRemoteDescription({ type: 'offer', sdp });
    const answer = await connection.createAnswer();
    await connection.setRemoteDescription({ type: 'rollback' });
    expect(answer.sdp?.match(/^m=\w+ [1-9]/gm)).to.have.length(contents.length);
  }

  /** As answer to an offer of this browser: it takes it, and both sections stand. */
  async function takesAnswer(session: OddSession): Promise<void> {
    const caller = connect();
    try {
      caller.addTransceiver('audio');
      caller.addTransceiver('video');
      await caller.setLocalDescription();
      const negotiation = new Negotiation({ role: 'initiator' });
      const { contents, groups } = valueOf(negotiation.localOffer(caller.localDescription?.sdp ?? ''));
      const answers = withOddities(contents.map(answerTo), session);
      const sdp = valueOf(negotiation.remoteAnswer(answers, [...groups, ...(session.groups ?? [])]));
      await caller.setRemoteDescription({ type: 'answer', sdp });
      expect(caller.getTransceivers().map((one) => one.currentDirection)).to.not.include('stopped');
    } finally {
      caller.close();
    }
  }

  /** The plain content of this kind, with the codec under the number that was offered. */
  function answerTo(offer: RtpContent): RtpContent {
    const { media, payloadTypes } = offer.description;
    const plain = PLAIN_CONTENTS.find((one) => one.description.media === media);
    if (!plain) throw new Error(media);
    const codec = payloadTypes.find(({ name }) => /^(opus|VP8)$/i.test(name));
    const { transport } = plain;
    const fingerprints = transport.fingerprints.map((one) => ({ ...one, setup: 'active' as const }));
    return {
      ...plain,
      name: offer.name,
      description: { ...plain.description, payloadTypes: codec ? [codec] : [], headerExtensions: [] },
      transport: { ...transport, ufrag: 'ufrag', fingerprints },
    };
  }

  for (const [what, odd] of REFUSED) {
    it(`do not make the browser refuse a description: ${what}`, async () => {
      await takesOffer(odd);
      await takesAnswer(odd);
    });
  }

  it('are accepted by this browser in any offer', async () => {
    await fc.assert(fc.asyncProperty(oddSession, takesOffer), { seed: SEED, numRuns: 400 });
  });

  it('are accepted by this browser in any answer', async () => {
    await fc.assert(fc.asyncProperty(oddSession, takesAnswer), { seed: SEED, numRuns: 150 });
  });
});
