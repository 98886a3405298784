import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatJid, parseJid } from './jid.js';
import type { Jingle } from './model.js';
import { bodyOf, MAX_BODY } from './message-body.js';
import { NS } from './namespaces.js';
import { parseReason } from './reason.js';
import type { Result } from './result.js';
import { CHROMIUM_OFFER, FIREFOX_OFFER } from './sdp/fixtures.testing.js';
import { parseSdp } from './sdp/from-sdp.js';
import { Negotiation } from './sdp/negotiation.js';
import { oddSession, offeredContents } from './sdp/odd-contents.testing.js';
import { buildDiscoInfo, parseDiscoInfo } from './xep-0030-disco.js';
import { chatStateOf } from './xep-0085-chat-states.js';
import { buildCaps, capsString, parseCaps } from './xep-0115-caps.js';
import { buildJingle, parseJingle } from './xep-0166-jingle.js';
import { parseDtmf } from './xep-0181-dtmf.js';
import { receiptReceived, receiptRequested } from './xep-0184-receipts.js';
import { delayedSince } from './xep-0203-delay.js';
import { parseExternalServices, toIceServers } from './xep-0215-extdisco.js';
import { parseTransfer } from './xep-0251-transfer.js';
import { unwrapCarbon } from './xep-0280-carbons.js';
import { applyRtt, buildRtt, parseRtt } from './xep-0301-rtt.js';
import { correctedId } from './xep-0308-correction.js';
import { displayedId } from './xep-0333-markers.js';
import { buildJmi, parseJmi } from './xep-0353-jmi.js';
import { originIdOf, stanzaIdOf } from './xep-0359-ids.js';
import { caps2Bytes, parseCaps2 } from './xep-0390-caps2.js';
import { parseCategories } from './xep-0507-category.js';
import { el, type Element } from './xml.js';
import { valueOf } from './xml.testing.js';

/** What holds of every parser of a peer's bytes, for tests of a few seconds and for runs as long as one likes. */
export interface HostileProperty {
  readonly what: string;
  /** Relative to the runs of a test: how many of this property. */
  readonly share: number;
  /** Throws where it does not hold. */
  check(parameters: fc.Parameters<unknown>): void;
}

function property<T>(
  what: string,
  share: number,
  arbitrary: fc.Arbitrary<T>,
  holds: (value: T) => void,
): HostileProperty {
  return {
    what,
    share,
    check: (parameters) => {
      fc.assert(fc.property(arbitrary, holds), parameters as fc.Parameters<[T]>);
    },
  };
}

const NAMES = [
  ...['jingle', 'content', 'description', 'transport', 'candidate', 'payload-type', 'parameter', 'rtcp-fb', 'source'],
  ...['ssrc-group', 'fingerprint', 'group', 'reason', 'text', 'busy', 'rtp-hdrext', 'encryption', 'bandwidth', 'mute'],
  ...['message', 'propose', 'reject', 'migrated', 'sent', 'forwarded', 'delay', 'request', 'c', 'hash', 'query', 'x'],
  ...[
    'rtt',
    't',
    'e',
    'w',
    'body',
    'replace',
    'displayed',
    'composing',
    'origin-id',
    'stanza-id',
    'transfer',
    'dtmf',
    'dtmf-method',
    'category',
    'feature',
    'identity',
    'field',
    'value',
    'services',
    'service',
    'rtcpf:rtcp-fb',
    ':',
    'a:b:c',
    '__proto__',
  ],
];
const ATTRIBUTES = [
  ...['xmlns', 'xmlns:rtcpf', 'action', 'sid', 'name', 'creator', 'senders', 'media', 'id', 'clockrate', 'channels'],
  ...['value', 'ssrc', 'semantics', 'hash', 'setup', 'ufrag', 'pwd', 'ip', 'port', 'priority', 'protocol', 'type'],
  ...['component', 'foundation', 'node', 'ver', 'var', 'host', 'expires', 'stamp', 'from', 'transport', 'generation'],
  ...['constructor', 'toString', 'rel-port', 'uri', 'seq', 'event', 'p', 'n', 'by'],
];
const VALUES = [
  ...['session-initiate', 'session-info', 'transport-info', 'content-add', 'audio', 'video', 'both', 'initiator'],
  ...['responder', 'a', '0', '1', '111', '4294967296', '-1', '1e9', 'NaN', '', ' ', 'BUNDLE', 'udp', 'tcp', 'host'],
  ...['sha-256', 'actpass', 'turn', 'stun', 'chat', 'me@example.org', '2026-01-01T00:00:00Z', 'x'.repeat(5000)],
  ...['a\r\na=evil', '\u0000', '\ud800', '0'.repeat(400), 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'],
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
export function framed(inner: Element): Element[] {
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
    raw('message', {}, [raw('rtt', { xmlns: NS.realTimeText, seq: '0', event: 'new' }, [inner])]),
    raw('query', { xmlns: NS.discoInfo }, [inner]),
    raw('services', { xmlns: NS.extdisco2 }, [inner]),
  ];
}

/** A value, or a fault that says why not. */
function valueIn<T>(result: Result<T>): T | undefined {
  if (result.ok) return result.value;
  assert.equal(typeof result.error.condition, 'string');
  assert.notEqual(result.error.text, '');
  return undefined;
}

/** Reads an element in every way in which one of a peer is read. */
export function readAll(element: Element): void {
  valueIn(parseJingle(element));
  const jmi = parseJmi(element);
  if (jmi) valueIn(jmi);
  const transfer = parseTransfer(element);
  if (transfer) valueIn(transfer);
  const dtmf = parseDtmf(element);
  if (dtmf) valueIn(dtmf);
  parseCategories(element);
  parseReason(element);
  unwrapCarbon(element, 'me@example.org');
  delayedSince(element);
  readChat(element);
  receiptReceived(element);
  receiptRequested(element);
  parseCaps(element);
  parseCaps2(element);
  const info = valueIn(parseDiscoInfo(element));
  if (info) {
    capsString(info);
    caps2Bytes(info);
  }
  const services = valueIn(parseExternalServices(element));
  if (services) toIceServers(services, { now: 0 });
}

function readChat(element: Element): void {
  const read = [chatStateOf, correctedId, displayedId, originIdOf];
  for (const one of read) assert.ok((one(element) ?? '').length <= 256);
  stanzaIdOf(element, 'me@example.org');
  assert.ok((bodyOf(element) ?? '').length <= 2 * MAX_BODY);
  const rtt = parseRtt(element);
  if (rtt) assert.ok(applyRtt('a', rtt.actions).length <= 2 * MAX_BODY);
}

/** Takes a Jingle element of the peer in every place of a negotiation. */
function negotiate({ contents, groups }: Jingle): void {
  assertLines(valueIn(new Negotiation({ role: 'responder' }).remoteOffer(contents, groups)));
  const initiator = new Negotiation({ role: 'initiator' });
  valueOf(initiator.localOffer(CHROMIUM_OFFER));
  for (const one of initiator.remoteCandidates(contents)) assertLines(`a=${one.candidate}`);
  assertLines(valueIn(initiator.remoteAnswer(contents, groups)));
  initiator.isRestart(contents);
}

function assertLines(sdp = ''): void {
  assert.doesNotMatch(sdp, /^a=evil/m);
}

/** What is built of a value and read again stays the same from then on. */
function assertStable<T>(
  value: T | undefined,
  build: (value: T) => Element,
  parse: (element: Element) => T | undefined,
) {
  const second = value === undefined ? undefined : parse(build(value));
  if (second !== undefined) assert.deepEqual(parse(build(second)), second);
}

const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.emailAddress(), fc.webUrl());
const offerLines = [...CHROMIUM_OFFER.split('\r\n'), ...FIREFOX_OFFER.split('\r\n')];
const sdpLine = fc.oneof(
  fc.constantFrom(...offerLines),
  fc.string(),
  fc.string().map((text) => `a=${text}`),
  // A line as it is, up to somewhere, and then anything.
  fc.tuple(fc.constantFrom(...offerLines), fc.nat(40), fc.string()).map(([text, at, rest]) => text.slice(0, at) + rest),
);
const sdp = fc.oneof(
  fc.array(sdpLine).map((lines) => ['v=0', ...lines].join('\r\n')),
  // A whole offer with other lines in some places.
  fc.array(fc.tuple(fc.nat(offerLines.length), sdpLine), { maxLength: 8 }).map((changes) => {
    const lines = [...CHROMIUM_OFFER.split('\r\n')];
    for (const [at, line] of changes) lines[at % lines.length] = line;
    return lines.join('\r\n');
  }),
);

export const HOSTILE_PROPERTIES: readonly HostileProperty[] = [
  property('any XML gives values or typed faults, and SDP without a line that the peer wrote', 1, tree, (inner) => {
    for (const element of framed(inner)) {
      readAll(element);
      const jingle = valueIn(parseJingle(element));
      if (jingle) negotiate(jingle);
    }
  }),
  property('what was read of any XML is read again as it was', 0.5, tree, (inner) => {
    for (const element of framed(inner)) {
      assertStable(valueIn(parseJingle(element)), buildJingle, (one) => valueIn(parseJingle(one)));
      assertStable(valueIn(parseDiscoInfo(element)), buildDiscoInfo, (one) => valueIn(parseDiscoInfo(one)));
      const presence = (caps: NonNullable<ReturnType<typeof parseCaps>>) => el('presence', {}, [buildCaps(caps)]);
      assertStable(parseCaps(element), presence, parseCaps);
      const rtt = (one: NonNullable<ReturnType<typeof parseRtt>>) => el('message', {}, [buildRtt(one)]);
      assertStable(parseRtt(element), rtt, parseRtt);
      const jmi = parseJmi(element);
      assertStable(
        jmi && valueIn(jmi),
        (one) => buildJmi(one, 'a@example.org'),
        (one) => valueOf(parseJmi(one)),
      );
    }
  }),
  property('any text is a JID that is read again as it was, or a typed fault', 1, anyText, (text) => {
    const jid = valueIn(parseJid(text));
    if (jid) assert.deepEqual(valueOf(parseJid(formatJid(jid))), jid);
  }),
  property(
    'any session description of the page gives contents that a peer reads as they are, or a typed fault',
    0.5,
    sdp,
    (text) => {
      valueIn(parseSdp(text, 'responder'));
      const offer = valueIn(new Negotiation({ role: 'initiator' }).localOffer(text));
      if (!offer) return;
      const { contents, groups } = offer;
      const jingle: Jingle = { action: 'session-initiate', sid: 's', contents, groups };
      assertStable(jingle, buildJingle, (one) => valueIn(parseJingle(one)));
    },
  ),
  property('odd contents become descriptions of the same sections, in ASCII', 0.5, oddSession, (session) => {
    const { contents, groups } = offeredContents(session);
    const offer = valueOf(new Negotiation({ role: 'responder' }).remoteOffer(contents, groups));
    assert.match(offer, /^([ -~]+\r\n)+$/);
    assertLines(offer);
    assert.equal(offer.match(/^m=(audio|video) 9 /gm)?.length, contents.length);
  }),
];
