import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { framed, HOSTILE_PROPERTIES, readAll } from './hostile.testing.js';
import { NS } from './namespaces.js';
import { CHROMIUM_OFFER } from './sdp/fixtures.testing.js';
import { parseSdp } from './sdp/from-sdp.js';
import { Negotiation } from './sdp/negotiation.js';
import { parseJingle } from './xep-0166-jingle.js';
import { el, isElement, LIMITS, type Element } from './xml.js';
import { valueOf, xml } from './xml.testing.js';

/** `npm run fuzz` gives others. */
const { XMPP_CALL_FUZZ_SEED: SEED = '20260101', XMPP_CALL_FUZZ_RUNS: RUNS = '1500' } = process.env;

describe('what peers send', () => {
  for (const one of HOSTILE_PROPERTIES) {
    it(one.what, () => {
      one.check({ seed: Number(SEED), numRuns: Math.ceil(Number(RUNS) * one.share) });
    });
  }

  it('a content named like a property of Object.prototype is a content like any other', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']) {
      const text = CONTENT.replaceAll('NAME', name);
      const { contents } = valueOf(parseJingle(xml(text)));
      const negotiation = new Negotiation({ role: 'responder' });
      const sdp = valueOf(negotiation.remoteOffer(contents, [{ semantics: name, contents: [name] }]));
      assert.match(sdp, /^m=audio 9 UDP\/TLS\/RTP\/SAVPF 111 112\r$/m);
      assert.deepEqual(negotiation.contentNames(), [name]);
      assert.equal(negotiation.mediaOf(name), 'audio');
      assert.doesNotMatch(sdp, /^(b=|a=group)/m);
      for (const other of [`<${name} xmlns="${name}"/>`, `<reason xmlns="${NS.jingle}"><${name}/></reason>`])
        readAll(el('message', {}, [xml(other)]));
    }
  });

  it('absurd numbers of elements are refused or cut', () => {
    const contents = Array.from({ length: LIMITS.contents + 1 }, (_, index) =>
      el('content', { creator: 'initiator', name: `c${index}` }),
    );
    const tooMany = el('jingle', { xmlns: NS.jingle, action: 'content-add', sid: 's' }, contents);
    assert.equal(parseJingle(tooMany).ok, false);

    const candidate = {
      component: 1,
      foundation: '1',
      ip: '192.0.2.1',
      port: 9,
      priority: 1,
      protocol: 'udp',
      type: 'host',
    };
    const candidates = Array.from({ length: 5000 }, () => el('candidate', candidate));
    const transport = el('transport', { xmlns: NS.iceUdp }, candidates);
    const content = el('content', { creator: 'initiator', name: 'a' }, [transport]);
    const jingle = valueOf(
      parseJingle(el('jingle', { xmlns: NS.jingle, action: 'transport-info', sid: 's' }, [content])),
    );
    const read = jingle.contents[0]?.transport;
    assert.ok(read && 'candidates' in read);
    assert.equal(read.candidates.length, LIMITS.candidates);
  });

  it('a tree of absurd depth does not exhaust the stack', () => {
    let inner = el('x');
    for (let depth = 0; depth < 100_000; depth++) inner = el('content', { creator: 'initiator', name: 'a' }, [inner]);
    const result = parseJingle(el('jingle', { xmlns: NS.jingle, action: 'content-add', sid: 's' }, [inner]));
    assert.equal(result.ok, true);
  });

  it('reading takes time in proportion to the size of a stanza', () => {
    for (const [name, xmlns] of KINDS) {
      const growth = [200, 400, 800].map((count) => {
        const many = el(
          'x',
          {},
          Array.from({ length: count }, () => el(name, { xmlns, id: '1', name: 'a', ssrc: '1' })),
        );
        return framedWith(many.children.filter(isElement)).reduce((sum, element) => sum + looksAt(element), 0);
      });
      const [first = 0, second = 0, third = 0] = growth;
      assert.ok(third - second <= 2.2 * (second - first) + 100, `${name}: ${growth.join(', ')}`);
    }
  });

  it('of the page, is not read beyond what a session can have', () => {
    const section = CHROMIUM_OFFER.slice(CHROMIUM_OFFER.indexOf('m='), CHROMIUM_OFFER.indexOf('m=video'));
    assert.equal(parseSdp(`v=0\r\n${section.repeat(LIMITS.contents + 1)}`, 'initiator').ok, false);
    const formats = Array.from({ length: 5000 }, (_, at) => String(at % 128)).join(' ');
    const [read] = valueOf(parseSdp(`v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF ${formats}\r\n`, 'initiator')).sections;
    assert.ok((read?.description?.payloadTypes.length ?? 0) <= LIMITS.payloadTypes);
  });
});

const CONTENT = `
  <jingle xmlns="${NS.jingle}" action="session-initiate" sid="NAME">
    <content creator="initiator" name="NAME" disposition="session">
      <description xmlns="${NS.rtp}" media="audio">
        <payload-type id="111" name="opus" clockrate="48000" channels="2"><parameter name="NAME" value="NAME"/></payload-type>
        <payload-type id="112" name="NAME" clockrate="8000"/>
        <bandwidth type="NAME">9</bandwidth><rtcp-mux/>
      </description>
      <transport xmlns="${NS.iceUdp}" ufrag="NAME" pwd="NAME-NAME-NAME-NAME-NAME">
        <fingerprint xmlns="${NS.dtls}" hash="NAME" setup="active">AB</fingerprint>
        <fingerprint xmlns="${NS.dtls}" hash="sha-256" setup="active">${'CD:'.repeat(31)}CD</fingerprint>
      </transport>
    </content>
  </jingle>`;

/** Elements of which a peer may send any number. */
const KINDS: readonly (readonly [name: string, xmlns: string])[] = [
  ...(['content', 'reason'] as const).map((name) => [name, NS.jingle] as const),
  ...(['payload-type', 'parameter', 'bandwidth', 'encryption'] as const).map((name) => [name, NS.rtp] as const),
  ...(['rtcp-fb', 'rtcp-fb-trr-int'] as const).map((name) => [name, NS.rtcpFb] as const),
  ...(['source', 'ssrc-group'] as const).map((name) => [name, NS.ssma] as const),
  ...(['candidate', 'gathering-complete'] as const).map((name) => [name, NS.iceUdp] as const),
  ...[['rtp-hdrext', NS.rtpHdrext] as const, ['fingerprint', NS.dtls] as const, ['group', NS.grouping] as const],
  ...[['trickle', NS.iceOption] as const, ['hold', NS.rtpInfo] as const, ['service', NS.extdisco2] as const],
  ...[['feature', NS.discoInfo] as const, ['identity', NS.discoInfo] as const, ['x', NS.dataForms] as const],
  ...[['propose', NS.jmi] as const, ['forwarded', NS.forward] as const, ['delay', NS.delay] as const],
  ...[['c', NS.caps] as const, ['hash', NS.hashes] as const, ['received', NS.receipts] as const, ['any', ''] as const],
  ...[['transfer', NS.transfer] as const, ['dtmf', NS.dtmf] as const, ['category', NS.category] as const],
];

/** As `framed`, with all of them in the place of one. */
function framedWith(many: readonly Element[]): Element[] {
  const mark = el('mark');
  const fill = (element: Element): void => {
    element.children = element.children.flatMap((child) => (child === mark ? [...many] : [child]));
    for (const child of element.children) if (isElement(child) && !many.includes(child)) fill(child);
  };
  const [, ...frames] = framed(mark);
  frames.forEach(fill);
  return frames;
}

/** How often reading looks at a name, at attributes, at children or at the parent of an element. */
function looksAt(root: Element): number {
  let looks = 0;
  const watch = (element: Element): Element =>
    new Proxy(element, {
      get(target, key) {
        looks += 1;
        return key === 'children'
          ? target.children.map((child) => (isElement(child) ? watched(child) : child))
          : (Reflect.get(target, key) as unknown);
      },
    });
  const known = new Map<Element, Element>();
  const watched = (element: Element): Element => {
    const seen = known.get(element) ?? watch(element);
    known.set(element, seen);
    return seen;
  };
  readAll(watched(root));
  return looks;
}
