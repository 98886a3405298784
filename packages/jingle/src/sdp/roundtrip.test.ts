import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Content, RtpContent, RtpDescription } from '../model.js';
import { rtpContent } from '../model.testing.js';
import type { Result } from '../result.js';
import { valueOf } from '../xml.testing.js';
import { channelsOf } from './codecs.js';
import { CHROMIUM_OFFER } from './fixtures.testing.js';
import { parseSdp } from './from-sdp.js';
import { Negotiation } from './negotiation.js';
import { sanitized } from './sanitize.js';
import { audio, received, sdpOf, video } from './sdp.testing.js';
import { writeSdp } from './to-sdp.js';

/** What SDP can say of a description whose payload types have one meaning each. */
function comparable({ payloadTypes, headerExtensions, bandwidth, media }: RtpDescription) {
  return {
    media,
    bandwidth,
    headerExtensions: headerExtensions.map(({ id, uri, senders }) => ({ id, uri, senders })),
    payloadTypes: payloadTypes.map((type) => ({
      ...type,
      feedback: type.feedback.map(({ type: kind, subtype }) => ({ kind, subtype })),
      channels: channelsOf(type),
      ptime: undefined,
      maxptime: undefined,
    })),
  };
}

/** Of several with the same id, the first counts. */
function distinct<T extends { readonly id: number }>(items: readonly T[]): T[] {
  return items.filter((item, index) => items.findIndex((other) => other.id === item.id) === index);
}

/** The content with all that a browser needs. */
function negotiable(content: RtpContent): RtpContent {
  const { media } = content.description;
  const codec =
    media === 'audio'
      ? { id: 111, name: 'opus', clockrate: 48000, channels: 2 }
      : { id: 96, name: 'VP8', clockrate: 90000, channels: 1 };
  const fingerprint = { hash: 'sha-256', value: `${'AB:'.repeat(31)}AB`, setup: 'actpass' } as const;
  return {
    ...content,
    description: { ...content.description, rtcpMux: true, payloadTypes: [{ ...codec, parameters: [], feedback: [] }] },
    transport: { ...content.transport, ufrag: 'ufrag', pwd: 'a-password-of-22-letters', fingerprints: [fingerprint] },
  };
}

/** Texts that the grammar of their line can carry. */
const PLAIN = /^[\w.+/-]+$/;

function sayable(content: RtpContent): RtpContent {
  const { description } = content;
  return {
    ...content,
    disposition: 'session',
    description: {
      ...description,
      payloadTypes: distinct(description.payloadTypes).map((type) => ({
        ...type,
        name: `x${type.name}`,
        clockrate: type.clockrate + 1,
        parameters: type.parameters.filter((one) => PLAIN.test(one.value) && (one.name === '' || PLAIN.test(one.name))),
        feedback: type.feedback.filter(
          (one) => /^[\w-]+$/.test(one.type) && /^[\w-]*$/.test(one.subtype ?? '') && one.type !== 'trr-int',
        ),
      })),
      headerExtensions: distinct(description.headerExtensions).filter((one) => one.id <= 14),
      sources: [],
      sourceGroups: [],
    },
  };
}

describe('Jingle to SDP and back', () => {
  it('keeps media, payload types, parameters, feedback, header extensions and senders', () => {
    fc.assert(
      fc.property(rtpContent, fc.constantFrom('initiator' as const, 'responder' as const), (value, author) => {
        const content = sayable(structuredClone(value));
        const { media } = content.description;
        const section = { mid: 'a', kind: media, protocol: 'UDP/TLS/RTP/SAVPF', formats: '0', content };
        const sdp = writeSdp({ sections: [section], groups: [], author, version: 1 });
        const read = valueOf(parseSdp(sdp, author)).sections[0];
        assert.ok(read?.description);
        const { description, transport } = sanitized(content);
        assert.deepEqual(comparable(read.description), comparable(description));
        const { ufrag, pwd } = transport;
        assert.deepEqual([read.transport.ufrag, read.transport.pwd], [ufrag, pwd]);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps what a browser offers through XML, but for what is left out on purpose', () => {
    const { contents, groups } = valueOf(new Negotiation({ role: 'initiator' }).localOffer(CHROMIUM_OFFER));
    const there = received('session-initiate', contents, groups);
    const sdp = valueOf(new Negotiation({ role: 'responder' }).remoteOffer(there.contents, there.groups));
    const again = valueOf(new Negotiation({ role: 'initiator' }).localOffer(sdp));
    assert.deepEqual(again.contents, contents);
    assert.deepEqual(again.groups, groups);
  });
});

describe('any order of events', () => {
  const OFFERS = [
    sdpOf([audio('0')]),
    sdpOf([audio('0'), video('1')], 'a=group:BUNDLE 0 1\n'),
    sdpOf([audio('0', '', 'BBBB'), video('1', '', 'BBBB')], 'a=group:BUNDLE 0 1\n'),
    sdpOf([audio('a'), video('v')]),
    sdpOf([audio('0'), video('1').replace(' 9 ', ' 0 ')]),
  ];
  const contents = fc.array(fc.oneof(rtpContent, rtpContent.map(negotiable)), { maxLength: 3 });
  const name = fc.constantFrom('0', '1', 'a', 'v', 'nobody');
  const event = fc.oneof(
    fc.record({ kind: fc.constant('local-offer' as const), sdp: fc.constantFrom(...OFFERS) }),
    fc.record({ kind: fc.constant('local-answer' as const), sdp: fc.constantFrom(...OFFERS) }),
    fc.record({ kind: fc.constant('remote-offer' as const), contents }),
    fc.record({ kind: fc.constant('remote-answer' as const), contents }),
    fc.record({ kind: fc.constant('echo' as const) }),
    fc.record({ kind: fc.constant('modify' as const), name }),
    fc.record({ kind: fc.constant('remove' as const), name }),
    fc.record({ kind: fc.constant('restart' as const), contents }),
    fc.record({ kind: fc.constant('rollback' as const) }),
  );

  it('gives a description or a typed error, never fewer sections than before and no duplicate mid', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.constantFrom('initiator', 'responder'), (events, role) => {
        const negotiation = new Negotiation({ role });
        const ours = (): Content[] =>
          negotiation
            .contentNames()
            .map((one) => negotiation.contentOf(one).local)
            .filter((one) => one !== undefined);
        for (const one of events) {
          const names = negotiation.contentNames();
          assert.equal(new Set(names).size, names.length);
          switch (one.kind) {
            case 'local-offer':
              negotiation.localOffer(one.sdp);
              break;
            case 'local-answer':
              negotiation.localAnswer(one.sdp);
              break;
            case 'remote-offer':
              checkSdp(negotiation.remoteOffer(one.contents, []), negotiation);
              break;
            case 'remote-answer':
              checkSdp(negotiation.remoteAnswer(one.contents, []), negotiation);
              break;
            case 'echo':
              checkSdp(negotiation.remoteAnswer(ours(), []), negotiation);
              break;
            case 'modify':
              checkSdp(negotiation.remoteModify(one.name, 'responder'), negotiation);
              break;
            case 'remove':
              checkSdp(negotiation.remoteRemove([one.name]), negotiation);
              break;
            case 'restart':
              negotiation.isRestart(one.contents);
              negotiation.remoteCandidates(one.contents);
              negotiation.remoteRestart(one.contents);
              break;
            case 'rollback':
              negotiation.rollback();
              break;
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  function checkSdp(result: Result<string | undefined>, negotiation: Negotiation): void {
    if (!result.ok || result.value === undefined) return;
    const mids = result.value.match(/^a=mid:.*$/gm) ?? [];
    assert.equal(new Set(mids).size, mids.length);
    assert.equal(result.value.match(/^m=/gm)?.length, mids.length);
    assert.ok(mids.length >= negotiation.contentNames().length);
  }
});
