import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Content, ContentGroup } from '../model.js';
import type { Result } from '../result.js';
import { parseJingle } from '../xep-0166-jingle.js';
import { valueOf, xml } from '../xml.testing.js';
import { CHROMIUM_ANSWER, CHROMIUM_OFFER, FIREFOX_ANSWER, FIREFOX_OFFER } from './fixtures.testing.js';
import { Negotiation } from './negotiation.js';
import { audio, dinoContent, received, sdpOf, sectionOf, video } from './sdp.testing.js';

/** Contents and groups of a peer, from the inside of its `<jingle/>`. */
function peer(inner: string): { contents: readonly Content[]; groups: readonly ContentGroup[] } {
  return valueOf(
    parseJingle(xml(`<jingle xmlns="urn:xmpp:jingle:1" action="session-accept" sid="s">${inner}</jingle>`)),
  );
}
function initiator(sdp: string = sdpOf([audio('0'), video('1')], 'a=group:BUNDLE 0 1\n')): Negotiation {
  const negotiation = new Negotiation({ role: 'initiator' });
  valueOf(negotiation.localOffer(sdp));
  return negotiation;
}
function reasonOf(result: Result<unknown>): string | undefined {
  assert.equal(result.ok, false);
  return result.error.reason;
}
const group = (...names: string[]) =>
  `<group xmlns="urn:xmpp:jingle:apps:grouping:0" semantics="BUNDLE">${names.map((name) => `<content name="${name}"/>`).join('')}</group>`;
const answerOf = (negotiation: Negotiation, inner: string) => {
  const { contents, groups } = peer(inner);
  return negotiation.remoteAnswer(contents, groups);
};
const offerOf = (negotiation: Negotiation, inner: string) => {
  const { contents, groups } = peer(inner);
  return negotiation.remoteOffer(contents, groups);
};
const fingerprintOf = (sdp: string) => /a=fingerprint:(.*)/.exec(sdp)?.[1];
const DINO = dinoContent('0', 'audio') + dinoContent('1', 'video');

describe('between two browsers', () => {
  for (const [name, offer, answer] of [
    ['Chromium calls Firefox', CHROMIUM_OFFER, FIREFOX_ANSWER],
    ['Firefox calls Chromium', FIREFOX_OFFER, CHROMIUM_ANSWER],
  ] as const) {
    it(name, () => {
      const caller = new Negotiation({ role: 'initiator' });
      const callee = new Negotiation({ role: 'responder' });
      const initiate = valueOf(caller.localOffer(offer));
      const there = received('session-initiate', initiate.contents, initiate.groups);
      const offered = valueOf(callee.remoteOffer(there.contents, there.groups));
      const accept = valueOf(callee.localAnswer(answer));
      const back = received('session-accept', accept.contents, accept.groups);
      const answered = valueOf(caller.remoteAnswer(back.contents, back.groups));

      for (const [before, after] of [
        [offer, offered],
        [answer, answered],
      ] as const) {
        assert.match(after, /^a=group:BUNDLE 0 1\r$/m);
        for (const mid of ['0', '1']) {
          const lines = new Set(sectionOf(before, mid));
          for (const line of sectionOf(after, mid)) {
            if (/^a=(ice-ufrag|ice-pwd|setup|mid|rtcp-mux|sendrecv|rtcp-fb)/.test(line))
              assert.ok(lines.has(line), line);
          }
        }
        assert.equal(fingerprintOf(before), fingerprintOf(after));
      }
      assert.match(offered, /a=setup:actpass/);
      assert.match(answered, /a=setup:active/);
      assert.deepEqual(caller.contentNames(), ['0', '1']);
      assert.deepEqual([caller.midOf('0'), caller.midOf('1'), caller.mediaOf('1')], ['0', '1', 'video']);
    });
  }
});

describe('answers of peers', () => {
  it('case 50: an answer without group keeps separate transports', () => {
    const sdp = valueOf(answerOf(initiator(), DINO));
    assert.doesNotMatch(sdp, /a=group/);
    assert.ok(sectionOf(sdp, '0').includes('a=ice-ufrag:ufrag0'));
    assert.ok(sectionOf(sdp, '1').includes('a=ice-ufrag:ufrag1'));
  });

  it('case 35: different fingerprints of separate transports stay', () => {
    const other = DINO.replace(`${'CD:'.repeat(31)}CD`, `${'EF:'.repeat(31)}EF`);
    const sdp = valueOf(answerOf(initiator(), other));
    assert.notEqual(
      sectionOf(sdp, '0').find((line) => line.startsWith('a=fingerprint')),
      sectionOf(sdp, '1').find((line) => line.startsWith('a=fingerprint')),
    );
  });

  it('case 51: no fingerprint, only SDES: a security error', () => {
    const sdes = DINO.replace(/<fingerprint.*?<\/fingerprint>/g, '').replace(
      '<rtcp-mux/>',
      '<rtcp-mux/><encryption><crypto tag="1"/></encryption>',
    );
    const result = answerOf(initiator(), sdes);
    assert.equal(reasonOf(result), 'security-error');
    assert.ok(!result.ok && result.error.jingle === 'security-required' && result.error.text.includes('SDES'));
    assert.equal(reasonOf(offerOf(new Negotiation({ role: 'responder' }), sdes)), 'security-error');
  });

  it('case 43: no codec in common: failed-application, and nothing has changed', () => {
    const negotiation = initiator();
    assert.equal(reasonOf(answerOf(negotiation, DINO.replace('"VP8"', '"H264"'))), 'failed-application');
    assert.equal(valueOf(answerOf(negotiation, DINO)).startsWith('v=0'), true);
  });

  it('case 43: foreign payload types beside common ones are dropped', () => {
    const more = DINO.replace(
      '<payload-type id="96"',
      '<payload-type id="45" name="AV1" clockrate="90000"/><payload-type id="96"',
    );
    assert.ok(sectionOf(valueOf(answerOf(initiator(), more)), '1').includes('m=video 9 UDP/TLS/RTP/SAVPF 96'));
  });

  it('case 79: no rtcp-mux and no group: incompatible-parameters', () => {
    assert.equal(reasonOf(answerOf(initiator(), DINO.replaceAll('<rtcp-mux/>', ''))), 'incompatible-parameters');
    assert.equal(answerOf(initiator(), DINO.replaceAll('<rtcp-mux/>', '') + group('0', '1')).ok, true);
  });

  it('cases 17, 49: renamed contents are found by media, whatever their creator', () => {
    const renamed =
      dinoContent('video', 'video') +
      dinoContent('audio', 'audio', 'senders="initiator"').replace('"initiator"', '"responder"');
    const negotiation = initiator();
    const sdp = valueOf(answerOf(negotiation, renamed));
    assert.ok(sectionOf(sdp, '0').includes('a=ice-ufrag:ufragaudio'));
    assert.ok(sectionOf(sdp, '0').includes('a=recvonly'));
    assert.ok(sectionOf(sdp, '1').includes('a=ice-ufrag:ufragvideo'));
  });

  it('case 12: a content that is missing is a rejected section', () => {
    const negotiation = initiator();
    const sdp = valueOf(answerOf(negotiation, dinoContent('0', 'audio')));
    assert.ok(sectionOf(sdp, '1').includes('m=video 0 UDP/TLS/RTP/SAVPF 96'));
    assert.deepEqual(negotiation.contentNames(), ['0']);
    assert.equal(reasonOf(answerOf(initiator(), '')), 'failed-application');
  });

  it('one transport under two names is a bundle, also without a group', () => {
    const shared = DINO.replaceAll(
      'ufrag="ufrag1" pwd="password-of-1-long-enough"',
      'ufrag="ufrag0" pwd="password-of-0-long-enough"',
    );
    const both = 'a=group:BUNDLE 0 1\r';
    assert.match(valueOf(answerOf(initiator(), shared)), new RegExp(`^${both}$`, 'm'));
    assert.match(valueOf(offerOf(new Negotiation({ role: 'responder' }), shared)), new RegExp(`^${both}$`, 'm'));
    const other = shared.replace(`${'CD:'.repeat(31)}CD`, `${'EF:'.repeat(31)}EF`);
    assert.doesNotMatch(valueOf(answerOf(initiator(), other)), /a=group/);
  });

  it('fingerprints of hashes that no browser takes, or of another length, count for nothing', () => {
    const md4 = DINO.replace('hash="sha-256"', 'hash="md4"');
    assert.equal(reasonOf(answerOf(initiator(), md4)), 'security-error');
    const short = DINO.replace(`${'CD:'.repeat(31)}CD`, `${'CD:'.repeat(19)}CD`);
    assert.equal(reasonOf(offerOf(new Negotiation({ role: 'responder' }), short)), 'security-error');
    const beside = DINO.replace(
      '</transport>',
      `<fingerprint xmlns="urn:xmpp:jingle:apps:dtls:0" hash="md5" setup="active">${'CD:'.repeat(15)}CD</fingerprint></transport>`,
    );
    assert.doesNotMatch(valueOf(answerOf(initiator(), beside)), /md5/);
  });

  it('case 33: actpass in an answer becomes active', () => {
    const sdp = valueOf(answerOf(initiator(), DINO.replaceAll('"active"', '"actpass"')));
    assert.ok(sectionOf(sdp, '0').includes('a=setup:active'));
    const passive = valueOf(answerOf(initiator(), DINO.replaceAll('"active"', '"passive"')));
    assert.ok(sectionOf(passive, '0').includes('a=setup:passive'));
  });

  it('case 33: a fingerprint that came in transport-info counts', () => {
    const negotiation = initiator(sdpOf([audio('0')]));
    const complete = dinoContent('0', 'audio');
    assert.deepEqual(negotiation.remoteCandidates(peer(complete).contents), []);
    assert.equal(answerOf(negotiation, complete.replace(/<fingerprint.*?<\/fingerprint>/, '')).ok, true);
  });

  it('case 86: one DTLS role in a bundle', () => {
    const mixed = DINO.replace('"active"', '"passive"') + group('0', '1');
    const sdp = valueOf(answerOf(initiator(), mixed));
    assert.deepEqual(sdp.match(/a=setup:\w+/g), ['a=setup:passive', 'a=setup:passive']);
  });

  it('case 30: a content of a bundle without credentials takes the transport of its group', () => {
    const stub = dinoContent('1', 'video').replace(
      /<transport.*<\/transport>/s,
      '<transport xmlns="urn:xmpp:jingle:transports:ice-udp:1"/>',
    );
    const sdp = valueOf(answerOf(initiator(), dinoContent('0', 'audio') + stub + group('0', '1')));
    assert.ok(sectionOf(sdp, '1').includes('a=ice-ufrag:ufrag0'));
    assert.equal(reasonOf(answerOf(initiator(), dinoContent('0', 'audio') + stub)), 'security-error');
  });

  it('case 19: header extensions that we did not offer are dropped', () => {
    const extension = (id: number) =>
      `<rtp-hdrext xmlns="urn:xmpp:jingle:apps:rtp:rtp-hdrext:0" id="${id}" uri="urn:x"/>`;
    const answered = DINO.replace('<rtcp-mux/>', `<rtcp-mux/>${extension(3)}${extension(4)}`);
    const sdp = valueOf(answerOf(initiator(sdpOf([audio('0', 'a=extmap:3 urn:x'), video('1')])), answered));
    assert.deepEqual(
      sdp.match(/a=extmap:.*/g)?.map((line) => line.trim()),
      ['a=extmap:3 urn:x'],
    );
  });

  it('never widens what was offered', () => {
    const sdp = valueOf(answerOf(initiator(sdpOf([audio('0', 'a=recvonly')])), dinoContent('0', 'audio')));
    assert.ok(sectionOf(sdp, '0').includes('a=sendonly'));
  });
});

describe('offers of peers', () => {
  it('case 16: names that are no mids are mapped, both ways', () => {
    const negotiation = new Negotiation({ role: 'responder' });
    const odd =
      dinoContent('a name with blanks', 'audio') +
      dinoContent('a-name-that-is-far-too-long', 'video') +
      dinoContent('A', 'audio') +
      dinoContent('a', 'audio');
    const sdp = valueOf(offerOf(negotiation, odd));
    assert.deepEqual(
      sdp.match(/a=mid:.*/g)?.map((line) => line.trim()),
      ['a=mid:c0', 'a=mid:c1', 'a=mid:A', 'a=mid:a'],
    );
    assert.equal(negotiation.midOf('a name with blanks'), 'c0');
    const answer = sdpOf([audio('c0'), video('c1'), audio('A'), audio('a')]);
    assert.equal(valueOf(negotiation.localAnswer(answer)).contents[0]?.name, 'a name with blanks');
  });

  it('case 12: a section that our browser rejects is no content of the answer', () => {
    const negotiation = new Negotiation({ role: 'responder' });
    valueOf(offerOf(negotiation, DINO));
    const { contents, rejected } = valueOf(
      negotiation.localAnswer(sdpOf([audio('0'), video('1').replace(' 9 ', ' 0 ')])),
    );
    assert.deepEqual([contents.map((one) => one.name), rejected], [['0'], ['1']]);
    assert.deepEqual(negotiation.contentNames(), ['0']);
  });

  it('answers video that we do not send with senders of the initiator', () => {
    const negotiation = new Negotiation({ role: 'responder' });
    valueOf(offerOf(negotiation, DINO));
    const { contents } = valueOf(negotiation.localAnswer(sdpOf([audio('0'), video('1', 'a=recvonly')])));
    assert.deepEqual(
      contents.map((one) => one.senders),
      ['both', 'initiator'],
    );
    assert.ok(contents.every((one) => one.creator === 'initiator'));
  });

  it('case 40: a payload type with two meanings keeps its section out of the bundle', () => {
    const clash = dinoContent('v', 'video').replace('id="96"', 'id="111"');
    const sdp = valueOf(
      offerOf(new Negotiation({ role: 'responder' }), dinoContent('a', 'audio') + clash + group('a', 'v')),
    );
    assert.match(sdp, /^a=group:BUNDLE a\r$/m);
  });

  it('case 20: ids above 14 without extmap-allow-mixed, and ids taken in the bundle, are dropped', () => {
    const extension = (id: number, uri: string) =>
      `<rtp-hdrext xmlns="urn:xmpp:jingle:apps:rtp:rtp-hdrext:0" id="${id}" uri="${uri}"/>`;
    const contents =
      dinoContent('a', 'audio').replace(
        '<rtcp-mux/>',
        `<rtcp-mux/>${extension(1, 'urn:a')}${extension(15, 'urn:long')}`,
      ) +
      dinoContent('v', 'video').replace('<rtcp-mux/>', `<rtcp-mux/>${extension(1, 'urn:b')}${extension(2, 'urn:c')}`);
    const extensions = (inner: string) =>
      valueOf(offerOf(new Negotiation({ role: 'responder' }), inner))
        .match(/a=extmap:.*/g)
        ?.map((line) => line.trim());
    assert.deepEqual(extensions(contents + group('a', 'v')), ['a=extmap:1 urn:a', 'a=extmap:2 urn:c']);
    assert.deepEqual(extensions(contents), ['a=extmap:1 urn:a', 'a=extmap:1 urn:b', 'a=extmap:2 urn:c']);
  });

  it('case 44: the order of the peer is kept', () => {
    const first = dinoContent('a', 'audio').replace(
      '<payload-type',
      '<payload-type id="0" name="PCMU" clockrate="8000"/><payload-type',
    );
    assert.match(valueOf(offerOf(new Negotiation({ role: 'responder' }), first)), /^m=audio 9 \S+ 0 111\r$/m);
  });

  it('case 45: contents that we cannot negotiate are left out; none left is a typed fault', () => {
    const file =
      '<content creator="initiator" name="f"><description xmlns="urn:x"/><transport xmlns="urn:y"/></content>';
    const negotiation = new Negotiation({ role: 'responder' });
    assert.equal(valueOf(offerOf(negotiation, dinoContent('a', 'audio') + file)).match(/^m=/gm)?.length, 1);
    const offered = (inner: string) => reasonOf(offerOf(new Negotiation({ role: 'responder' }), inner));
    assert.equal(offered(file), 'unsupported-applications');
    assert.equal(
      offered(dinoContent('a', 'audio').replace('transports:ice-udp:1', 'transports:raw-udp:1')),
      'unsupported-transports',
    );
    assert.equal(offered(dinoContent('a', 'audio').replace('"opus"', '"speex"')), 'failed-application');
  });

  it('only contents of disposition "session" are part of it', () => {
    const early = dinoContent('v', 'video', 'disposition="early-session"');
    const negotiation = new Negotiation({ role: 'responder' });
    valueOf(offerOf(negotiation, dinoContent('a', 'audio') + early));
    assert.deepEqual(negotiation.contentNames(), ['a']);
    assert.equal(offerOf(new Negotiation({ role: 'responder' }), early).ok, false);
  });

  it('takes 64 contents at most, closed ones included', () => {
    const negotiation = new Negotiation({ role: 'responder' });
    const add = (index: number) => offerOf(negotiation, dinoContent(`a${index}`, 'audio'));
    for (let index = 0; index < 64; index++) assert.equal(add(index).ok, true);
    negotiation.turnAway();
    assert.equal(reasonOf(add(64)), 'failed-application');
  });

  it('case 47: candidates of the offer stand in its description, without the useless ones', () => {
    const candidate = (port: number, component: number) =>
      `<candidate component="${component}" foundation="1" ip="192.0.2.1" port="${port}" priority="1" protocol="udp" type="host"/>`;
    const offer = dinoContent('a', 'audio').replace(
      '</transport>',
      `${candidate(5000, 1)}${candidate(5001, 2)}</transport>`,
    );
    const sdp = valueOf(offerOf(new Negotiation({ role: 'responder' }), offer));
    assert.deepEqual(
      sectionOf(sdp, 'a').filter((line) => line.startsWith('a=candidate')),
      ['a=candidate:1 1 udp 1 192.0.2.1 5000 typ host generation 0 ufrag ufraga'],
    );
  });
});

describe('later changes', () => {
  const accepted = (role: 'initiator' | 'responder' = 'initiator') => {
    const negotiation = new Negotiation({ role });
    if (role === 'initiator') {
      valueOf(negotiation.localOffer(sdpOf([audio('0')], 'a=group:BUNDLE 0\n')));
      valueOf(answerOf(negotiation, dinoContent('0', 'audio') + group('0')));
    } else {
      valueOf(offerOf(negotiation, dinoContent('0', 'audio') + group('0')));
      valueOf(negotiation.localAnswer(sdpOf([audio('0', 'a=setup:active')], 'a=group:BUNDLE 0\n')));
    }
    return negotiation;
  };
  const added = (lines = '') => sdpOf([audio('0'), video('1', lines)], 'a=group:BUNDLE 0 1\n');

  it('a later offer gives only the added contents, and a group of all', () => {
    const offer = valueOf(accepted().localOffer(added()));
    assert.deepEqual(
      offer.contents.map((one) => one.name),
      ['1'],
    );
    assert.deepEqual(offer.groups, [{ semantics: 'BUNDLE', contents: ['0', '1'] }]);
    assert.deepEqual([offer.restart, offer.modified], [false, []]);
  });

  it('case 61: a session-accept in answer to content-add counts as content-accept', () => {
    const negotiation = accepted();
    valueOf(negotiation.localOffer(added()));
    const changed = dinoContent('0', 'audio').replace('ufrag="ufrag0"', 'ufrag="other"');
    const sdp = valueOf(answerOf(negotiation, changed + dinoContent('1', 'video') + group('0', '1')));
    assert.ok(sectionOf(sdp, '0').includes('a=ice-ufrag:ufrag0'));
    assert.ok(sectionOf(sdp, '1').includes('m=video 9 UDP/TLS/RTP/SAVPF 96'));
    assert.match(sdp, /^a=group:BUNDLE 0 1\r$/m);
  });

  it('case 62: content-modify before content-accept narrows what the answer says', () => {
    const negotiation = accepted();
    valueOf(negotiation.localOffer(added()));
    assert.equal(valueOf(negotiation.remoteModify('1', 'initiator')), undefined);
    const sdp = valueOf(answerOf(negotiation, dinoContent('1', 'video') + group('0', '1')));
    assert.ok(sectionOf(sdp, '1').includes('a=recvonly'));
  });

  it('case 58: content-accept echoes the senders of content-add', () => {
    const negotiation = accepted('responder');
    valueOf(offerOf(negotiation, dinoContent('1', 'video') + group('0', '1')));
    const { contents, groups } = valueOf(negotiation.localAnswer(added('a=recvonly\na=setup:active')));
    assert.deepEqual(
      contents.map((one) => [one.name, one.senders, one.description.media]),
      [['1', 'both', 'video']],
    );
    assert.deepEqual(groups, [{ semantics: 'BUNDLE', contents: ['0', '1'] }]);
  });

  it('a rejected content-add closes its section; the next one may take the place', () => {
    const negotiation = accepted();
    valueOf(negotiation.localOffer(added()));
    const sdp = valueOf(negotiation.remoteAnswer([], [], ['1']));
    assert.ok(sectionOf(sdp, '1').includes('m=video 0 UDP/TLS/RTP/SAVPF 96'));
    // Case 13: a recycled place has a new mid.
    const again = valueOf(negotiation.localOffer(sdpOf([audio('0'), video('2')], 'a=group:BUNDLE 0 2\n')));
    assert.deepEqual(
      again.contents.map((one) => one.name),
      ['2'],
    );
    assert.deepEqual(negotiation.contentNames(), ['0', '2']);
  });

  it('case 13: a place that stays rejected stays closed', () => {
    const negotiation = accepted();
    valueOf(negotiation.localOffer(added()));
    valueOf(negotiation.remoteAnswer([], [], ['1']));
    const offer = valueOf(negotiation.localOffer(sdpOf([audio('0'), video('1').replace(' 9 ', ' 0 '), video('2')])));
    assert.deepEqual(
      offer.contents.map((one) => one.name),
      ['2'],
    );
    const sdp = valueOf(answerOf(negotiation, dinoContent('2', 'video')));
    assert.deepEqual(sdp.match(/^m=\w+ \d/gm), ['m=audio 9', 'm=video 0', 'm=video 9']);
  });

  it('glare: an offer that is rolled back leaves the negotiation as it was', () => {
    const negotiation = accepted();
    valueOf(negotiation.localOffer(added()));
    negotiation.rollback();
    assert.deepEqual(negotiation.contentNames(), ['0']);
    const sdp = valueOf(offerOf(negotiation, dinoContent('1', 'video')));
    assert.equal(sdp.match(/^m=/gm)?.length, 2);
  });

  it('an offer of ours that is given up leaves no trace but its name: what still answers it answers nothing', () => {
    const negotiation = accepted();
    valueOf(negotiation.localOffer(added()));
    negotiation.abandon();
    assert.deepEqual(negotiation.contentNames(), ['0']);
    const again = valueOf(negotiation.localOffer(added()));
    assert.deepEqual(
      again.contents.map((one) => one.name),
      ['c0'],
    );
    const late = peer(dinoContent('1', 'video')).contents;
    assert.equal(negotiation.isAnswer(late), false);
    const sdp = valueOf(answerOf(negotiation, dinoContent('1', 'video') + dinoContent('c0', 'video')));
    assert.ok(sectionOf(sdp, '1').includes('a=ice-ufrag:ufragc0'));
  });

  it('an offer of the peer that is turned away keeps its place, whatever the answer to it says', () => {
    const negotiation = accepted('responder');
    valueOf(offerOf(negotiation, dinoContent('1', 'video')));
    negotiation.turnAway();
    assert.deepEqual(negotiation.contentNames(), ['0']);
    assert.deepEqual(valueOf(negotiation.localAnswer(added('a=setup:active'))).contents, []);
    const sdp = valueOf(offerOf(negotiation, dinoContent('2', 'video')));
    assert.deepEqual(sdp.match(/^m=\w+ \d/gm), ['m=audio 9', 'm=video 0', 'm=video 9']);
  });

  it('a content-add of a known name is refused', () => {
    const result = offerOf(accepted(), dinoContent('0', 'audio'));
    assert.equal(result.ok, false);
    assert.equal(result.error.condition, 'bad-request');
  });

  it('an offer of two contents of one name is refused, and leaves no trace', () => {
    const { contents, groups } = peer(dinoContent('0', 'audio'));
    const negotiation = new Negotiation({ role: 'responder' });
    assert.equal(negotiation.remoteOffer([...contents, ...contents], groups).ok, false);
    assert.deepEqual(negotiation.contentNames(), []);
  });

  it('an added content without transport and group takes the transport of the session', () => {
    const stub = dinoContent('1', 'video').replace(
      /<transport.*<\/transport>/s,
      '<transport xmlns="urn:xmpp:jingle:transports:ice-udp:1"/>',
    );
    const sdp = valueOf(offerOf(accepted('responder'), stub));
    assert.ok(sectionOf(sdp, '1').includes('a=ice-ufrag:ufrag0'));
    assert.match(sdp, /^a=group:BUNDLE 0 1\r$/m);
  });

  it('case 60: content-modify of the peer is its offer with the new direction', () => {
    const negotiation = accepted();
    const sdp = valueOf(negotiation.remoteModify('0', 'initiator'));
    assert.ok(sdp && sectionOf(sdp, '0').includes('a=recvonly') && sectionOf(sdp, '0').includes('a=setup:actpass'));
    const unknown = negotiation.remoteModify('9', 'both');
    assert.ok(!unknown.ok && unknown.error.jingle === 'unknown-content');
  });

  it('content-remove closes a section; of the last content it leaves nothing', () => {
    const negotiation = accepted();
    valueOf(negotiation.localOffer(added()));
    valueOf(answerOf(negotiation, dinoContent('1', 'video') + group('0', '1')));
    const sdp = valueOf(negotiation.remoteRemove(['1']));
    assert.ok(sdp && sectionOf(sdp, '1').includes('m=video 0 UDP/TLS/RTP/SAVPF 96'));
    assert.match(sdp, /^a=group:BUNDLE 0\r$/m);
    assert.deepEqual(
      valueOf(negotiation.localAnswer(sdpOf([audio('0'), video('1').replace(' 9 ', ' 0 ')]))).contents,
      [],
    );
    assert.equal(valueOf(negotiation.remoteRemove(['0'])), undefined);
    const unknown = negotiation.remoteRemove(['9']);
    assert.ok(!unknown.ok && unknown.error.jingle === 'unknown-content');
  });

  it('case 33: the DTLS role of the peer outlives renegotiation', () => {
    const negotiation = accepted('responder');
    valueOf(negotiation.localOffer(added('a=setup:actpass')));
    const sdp = valueOf(answerOf(negotiation, dinoContent('1', 'video') + group('0', '1')));
    assert.deepEqual(sdp.match(/a=setup:\w+/g), ['a=setup:passive', 'a=setup:passive']);
  });
});

describe('ICE', () => {
  const LINE = 'candidate:1 1 udp 2122260223 192.0.2.1 5000 typ host';
  const accepted = () => {
    const negotiation = initiator();
    valueOf(answerOf(negotiation, DINO + group('0', '1')));
    return negotiation;
  };
  const transport = (name: string, attributes: string, inner = '') =>
    `<content creator="initiator" name="${name}"><transport xmlns="urn:xmpp:jingle:transports:ice-udp:1" ${attributes}>${inner}</transport></content>`;
  const CANDIDATE =
    '<candidate component="1" foundation="1" ip="192.0.2.9" port="5000" priority="1" protocol="udp" type="host"/>';

  it('case 65: one content with one candidate, ufrag and pwd', () => {
    const content = initiator().localCandidate({ candidate: LINE, mid: '1', ufrag: 'AAAA' });
    assert.ok(content?.transport && 'candidates' in content.transport);
    assert.deepEqual(
      [content.name, content.creator, content.transport.ufrag, content.transport.pwd],
      ['1', 'initiator', 'AAAA', 'password-of-AAAA-long-enough'],
    );
    assert.equal(content.transport.candidates.length, 1);
    assert.equal(content.description, undefined);
  });

  it('case 32: a candidate may come without mid', () => {
    assert.equal(initiator().localCandidate({ candidate: LINE, mid: null, mLineIndex: 1 })?.name, '1');
    assert.equal(initiator().localCandidate({ candidate: LINE, mid: null }), undefined);
  });

  it('cases 24, 25, 27, 29: suppresses what no peer can use', () => {
    const negotiation = initiator();
    const lines = ['', LINE.replace('udp', 'tcp'), LINE.replace('1 1', '1 2'), LINE.replace('192.0.2.1', 'a.local')];
    for (const candidate of lines) assert.equal(negotiation.localCandidate({ candidate, mid: '0' }), undefined);
    assert.equal(negotiation.localCandidate({ candidate: LINE, mid: '7' }), undefined);
    assert.equal(negotiation.localCandidate({ candidate: LINE, mid: '0', ufrag: 'OLD' }), undefined);
  });

  it('case 36: ice-lite of a peer reaches the browser, and peers are told of trickle only', () => {
    const lite = dinoContent('0', 'audio').replace('</transport>', '<ice-lite/></transport>');
    assert.match(valueOf(answerOf(initiator(sdpOf([audio('0')])), lite)), /^a=ice-lite\r$/m);
    const offer = sdpOf([audio('0', 'a=ice-options:trickle renomination')]);
    const { contents } = valueOf(new Negotiation({ role: 'initiator' }).localOffer(offer));
    assert.deepEqual(contents[0]?.transport.iceOptions, ['trickle']);
  });

  it('candidates have ids of their own', () => {
    const negotiation = initiator();
    const id = () => {
      const content = negotiation.localCandidate({ candidate: LINE, mid: '0' });
      return content?.transport && 'candidates' in content.transport ? content.transport.candidates[0]?.id : undefined;
    };
    assert.notEqual(id(), id());
  });

  it('case 47: takes many contents and candidates, and drops the bad ones silently', () => {
    const inner =
      transport('0', 'ufrag="ufrag0" pwd="password-of-0-long-enough"', CANDIDATE + CANDIDATE.replace('"1"', '"2"')) +
      transport('1', '', CANDIDATE) +
      transport('9', '', CANDIDATE);
    const candidates = accepted().remoteCandidates(peer(inner).contents);
    assert.deepEqual(
      candidates.map((one) => [one.mid, one.mLineIndex, one.ufrag]),
      [
        ['0', 0, 'ufrag0'],
        ['1', 1, 'ufrag1'],
      ],
    );
    assert.equal(candidates[0]?.candidate, 'candidate:1 1 udp 1 192.0.2.9 5000 typ host generation 0 ufrag ufrag0');
  });

  it('case 46: takes candidates before the answer', () => {
    assert.equal(
      initiator().remoteCandidates(peer(transport('0', 'ufrag="ufrag0" pwd="p"', CANDIDATE)).contents).length,
      1,
    );
  });

  it('case 29: an empty transport-info gives no candidate', () => {
    assert.deepEqual(accepted().remoteCandidates(peer(transport('0', '')).contents), []);
    assert.deepEqual(accepted().remoteCandidates(peer('<content creator="initiator" name="0"/>').contents), []);
  });

  it('case 30: only new credentials are a restart', () => {
    const negotiation = accepted();
    const restarts = (attributes: string) => negotiation.isRestart(peer(transport('0', attributes)).contents);
    assert.equal(restarts('ufrag="ufrag0" pwd="password-of-0-long-enough"'), false);
    assert.equal(restarts('ufrag="ufrag0"'), false);
    assert.equal(restarts('ufrag="other"'), false);
    assert.equal(restarts(''), false);
    assert.equal(restarts('ufrag="fresh" pwd="new-password-long-enough"'), true);
    assert.equal(initiator().isRestart(peer(transport('0', 'ufrag="fresh" pwd="p"')).contents), false);
  });

  it('a restart of the peer is its offer, and the candidates of before are dropped', () => {
    const negotiation = accepted();
    const fresh = 'ufrag="fresh" pwd="new-password-long-enough"';
    const { type, sdp } = valueOf(negotiation.remoteRestart(peer(transport('0', fresh)).contents));
    assert.equal(type, 'offer');
    for (const mid of ['0', '1']) assert.ok(sectionOf(sdp, mid).includes('a=ice-ufrag:fresh'));
    assert.equal(negotiation.remoteCandidates(peer(transport('0', fresh, CANDIDATE)).contents).length, 1);
    assert.equal(negotiation.remoteCandidates(peer(transport('0', 'ufrag="ufrag0"', CANDIDATE)).contents).length, 0);
    const answer = sdpOf([audio('0', '', 'BBBB'), video('1', '', 'BBBB')], 'a=group:BUNDLE 0 1\n');
    assert.deepEqual(valueOf(negotiation.localAnswer(answer)).contents, []);
    assert.ok(negotiation.localCandidate({ candidate: LINE, mid: '0', ufrag: 'BBBB' }));
  });

  it('our restart offers the transports of all contents, and the answer of the peer completes it', () => {
    const negotiation = accepted();
    const offer = valueOf(
      negotiation.localOffer(sdpOf([audio('0', '', 'BBBB'), video('1', '', 'BBBB')], 'a=group:BUNDLE 0 1\n')),
    );
    assert.deepEqual([offer.restart, offer.contents.map((one) => one.transport.ufrag)], [true, ['BBBB', 'BBBB']]);
    assert.equal(negotiation.restartPending, true);
    const answer = peer(transport('0', 'ufrag="fresh" pwd="new-password-long-enough"', CANDIDATE)).contents;
    assert.equal(negotiation.isRestart(answer), true);
    const { type, sdp } = valueOf(negotiation.remoteRestart(answer));
    assert.equal(type, 'answer');
    assert.ok(sectionOf(sdp, '1').includes('a=ice-ufrag:fresh') && sectionOf(sdp, '1').includes('a=setup:active'));
    assert.equal(negotiation.restartPending, false);
  });
});

describe('toward Movim', () => {
  it('always writes both, and reads the senders of a responder swapped', () => {
    const negotiation = new Negotiation({ role: 'initiator', alwaysSendersBoth: true });
    const { contents } = valueOf(negotiation.localOffer(sdpOf([audio('0'), video('1', 'a=recvonly')])));
    assert.deepEqual(
      contents.map((one) => one.senders),
      ['both', 'both'],
    );
    const sdp = valueOf(
      answerOf(negotiation, dinoContent('0', 'audio', 'senders="initiator"') + dinoContent('1', 'video')),
    );
    assert.ok(sectionOf(sdp, '0').includes('a=sendonly'));
  });
});

describe('descriptions of browsers', () => {
  it('case 18: a section without mid gets one', () => {
    const negotiation = new Negotiation({ role: 'initiator' });
    const { contents } = valueOf(negotiation.localOffer(sdpOf([audio('0').replace('a=mid:0', 'a=x')])));
    assert.equal(contents[0]?.name, '0');
    assert.equal(negotiation.midOf('0'), '0');
  });

  it('case 45: a data channel keeps its place but is no content', () => {
    const data =
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:2\na=ice-ufrag:AAAA\na=ice-pwd:x\na=sctp-port:5000';
    const negotiation = new Negotiation({ role: 'initiator' });
    const { contents, groups } = valueOf(
      negotiation.localOffer(sdpOf([audio('0'), data, video('1')], 'a=group:BUNDLE 0 2 1\n')),
    );
    assert.deepEqual(
      [contents.map((one) => one.name), groups[0]?.contents],
      [
        ['0', '1'],
        ['0', '1'],
      ],
    );
    const sdp = valueOf(answerOf(negotiation, DINO));
    assert.deepEqual(
      sdp.match(/^m=.*$/gm)?.map((line) => line.trim().slice(0, 15)),
      ['m=audio 9 UDP/T', 'm=application 0', 'm=video 9 UDP/T'],
    );
  });

  it('offers and answers that do not belong to the session are refused', () => {
    const negotiation = initiator();
    assert.equal(negotiation.localOffer(sdpOf([audio('0')])).ok, false);
    assert.equal(negotiation.localAnswer(sdpOf([audio('0')])).ok, false);
    assert.equal(negotiation.localOffer('').ok, false);
    assert.equal(
      reasonOf(new Negotiation({ role: 'initiator' }).localOffer(sdpOf(['m=audio 9 UDP/TLS/RTP/SAVPF 0\na=mid:0']))),
      'security-error',
    );
  });
});
