import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJid } from './jid.js';
import { NS } from './namespaces.js';
import { parseReason } from './reason.js';
import { Negotiation } from './sdp/negotiation.js';
import { CHROMIUM_OFFER } from './sdp/fixtures.testing.js';
import { caps2Bytes, parseCaps2 } from './xep-0390-caps2.js';
import { capsString, parseCaps } from './xep-0115-caps.js';
import { parseDiscoInfo } from './xep-0030-disco.js';
import { parseJingle } from './xep-0166-jingle.js';
import { receiptReceived, receiptRequested } from './xep-0184-receipts.js';
import { delayedSince } from './xep-0203-delay.js';
import { parseExternalServices, toIceServers } from './xep-0215-extdisco.js';
import { unwrapCarbon } from './xep-0280-carbons.js';
import { parseJmi } from './xep-0353-jmi.js';
import { el, LIMITS, type Element } from './xml.js';
import { valueOf } from './xml.testing.js';

const NAMES = [
  ...['jingle', 'content', 'description', 'transport', 'candidate', 'payload-type', 'parameter', 'rtcp-fb', 'source'],
  ...['ssrc-group', 'fingerprint', 'group', 'reason', 'text', 'busy', 'rtp-hdrext', 'encryption', 'bandwidth', 'mute'],
  ...['message', 'propose', 'reject', 'migrated', 'sent', 'forwarded', 'delay', 'request', 'c', 'hash', 'query', 'x'],
  ...['feature', 'identity', 'field', 'value', 'services', 'service', 'rtcpf:rtcp-fb', ':', 'a:b:c', '__proto__'],
];
const ATTRIBUTES = [
  ...['xmlns', 'xmlns:rtcpf', 'action', 'sid', 'name', 'creator', 'senders', 'media', 'id', 'clockrate', 'channels'],
  ...['value', 'ssrc', 'semantics', 'hash', 'setup', 'ufrag', 'pwd', 'ip', 'port', 'priority', 'protocol', 'type'],
  ...['component', 'foundation', 'node', 'ver', 'var', 'host', 'expires', 'stamp', 'from', 'transport', 'generation'],
  ...['constructor', 'toString', 'rel-port', 'uri'],
];
const VALUES = [
  ...['session-initiate', 'session-info', 'transport-info', 'content-add', 'audio', 'video', 'both', 'initiator'],
  ...['responder', 'a', '0', '1', '111', '4294967296', '-1', '1e9', 'NaN', '', ' ', 'BUNDLE', 'udp', 'tcp', 'host'],
  ...['sha-256', 'actpass', 'turn', 'stun', 'chat', 'me@example.org', '2026-01-01T00:00:00Z', 'x'.repeat(5000)],
  ...['a\r\na=evil', '\u0000', '\ud800', '0'.repeat(400)],
];

const attributes = fc.dictionary(
  fc.constantFrom(...ATTRIBUTES),
  fc.oneof(fc.constantFrom(...VALUES), fc.constantFrom(...Object.values(NS)), fc.string()),
  { maxKeys: 8 },
);
const { tree } = fc.letrec<{ tree: Element; node: Element | string }>((tie) => ({
  node: fc.oneof({ maxDepth: 6, depthSize: 'medium' }, fc.string(), fc.constantFrom(...VALUES), tie('tree')),
  tree: fc
    .tuple(fc.constantFrom(...NAMES), attributes, fc.array(tie('node'), { maxLength: 6 }))
    .map(([name, attrs, children]) => raw(name, attrs, children)),
}));

/** An element exactly as given, without the care that `el` takes. */
function raw(name: string, attrs: Record<string, string>, children: readonly (Element | string)[]): Element {
  const element = el(name);
  Object.assign(element.attrs, attrs);
  element.append(...children);
  return element;
}

/** Puts an arbitrary tree where each reader will look into it. */
function framed(inner: Element): Element[] {
  const content = (children: Element[]) => raw('content', { creator: 'initiator', name: 'a' }, children);
  const jingle = (action: string, children: Element[]) =>
    raw('jingle', { xmlns: NS.jingle, action, sid: 's' }, children);
  return [
    inner,
    jingle('session-initiate', [inner]),
    jingle('session-info', [inner]),
    jingle('session-initiate', [content([raw('description', { xmlns: NS.rtp, media: 'audio' }, [inner])])]),
    jingle('transport-info', [content([raw('transport', { xmlns: NS.iceUdp }, [inner])])]),
    raw('message', {}, [inner]),
    raw('message', { from: 'me@example.org' }, [raw('sent', { xmlns: NS.carbons }, [inner])]),
    raw('message', {}, [raw('propose', { xmlns: NS.jmi, id: 'x' }, [inner])]),
    raw('query', { xmlns: NS.discoInfo }, [inner]),
    raw('services', { xmlns: NS.extdisco2 }, [inner]),
  ];
}

describe('what peers send', () => {
  it('case 85: any XML tree gives a value or a typed error, and its SDP has no line that the peer wrote', () => {
    fc.assert(
      fc.property(tree, (inner) => {
        for (const element of framed(inner)) {
          const jingle = parseJingle(element);
          if (jingle.ok) {
            const { contents, groups } = jingle.value;
            const responder = new Negotiation({ role: 'responder' });
            const offer = responder.remoteOffer(contents, groups);
            if (offer.ok) assertLines(offer.value);
            const initiator = new Negotiation({ role: 'initiator' });
            valueOf(initiator.localOffer(CHROMIUM_OFFER));
            for (const one of initiator.remoteCandidates(contents)) assertLines(`a=${one.candidate}`);
            const answer = initiator.remoteAnswer(contents, groups);
            if (answer.ok) assertLines(answer.value);
            initiator.isRestart(contents);
          } else assert.equal(typeof jingle.error.condition, 'string');
          parseJmi(element);
          parseReason(element);
          unwrapCarbon(element, 'me@example.org');
          delayedSince(element);
          receiptReceived(element);
          receiptRequested(element);
          parseCaps(element);
          parseCaps2(element);
          const info = parseDiscoInfo(element);
          if (info.ok) {
            capsString(info.value);
            caps2Bytes(info.value);
          }
          const services = parseExternalServices(element);
          if (services.ok) toIceServers(services.value, { now: 0 });
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('any text is a JID or a typed error', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: 'binary' })),
        (text) => typeof parseJid(text).ok === 'boolean',
      ),
    );
  });

  it('any text is session description enough for an answer or a typed error', () => {
    const lines = CHROMIUM_OFFER.split('\r\n');
    const mutated = fc.array(
      fc.oneof(
        fc.constantFrom(...lines),
        fc.string(),
        fc.string().map((text) => `a=${text}`),
      ),
    );
    fc.assert(
      fc.property(mutated, (some) => {
        const result = new Negotiation({ role: 'initiator' }).localOffer(['v=0', ...some].join('\r\n'));
        if (!result.ok) assert.ok(result.error.text);
      }),
    );
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
});

function assertLines(sdp: string): void {
  for (const line of sdp.split(/[\r\n]/)) assert.notEqual(line, 'a=evil');
}
