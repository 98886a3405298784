import { defined } from './defined.js';
import type {
  Content,
  IceUdpTransport,
  Jingle,
  JingleAction,
  RtpContent,
  RtpDescription,
  SessionInfo,
  Unsupported,
} from './model.js';
import { NS } from './namespaces.js';
import { buildReason, parseReason } from './reason.js';
import { fault, ok, type Result } from './result.js';
import { ROLES, SENDERS } from './vocabulary.js';
import { buildSafetyCode, parseSafetyCode } from './safety-code.js';
import { buildDescription, buildRtpInfo, parseDescription, parseRtpInfo } from './xep-0167-rtp.js';
import { buildTransport, parseTransport } from './xep-0176-ice-udp.js';
import { groups } from './xep-0338-grouping.js';
import {
  append,
  attribute,
  childrenOf,
  el,
  elementsOf,
  isNamed,
  LIMITS,
  localName,
  namespaceOf,
  type Element,
} from './xml.js';
import {
  assumed,
  elementType,
  implied,
  oneOf,
  record,
  required,
  upTo,
  valueAt,
  type OptionalField,
} from './xml-table.js';

const ACTIONS: readonly JingleAction[] = [
  'content-accept',
  'content-add',
  'content-modify',
  'content-reject',
  'content-remove',
  'description-info',
  'security-info',
  'session-accept',
  'session-info',
  'session-initiate',
  'session-terminate',
  'transport-accept',
  'transport-info',
  'transport-reject',
  'transport-replace',
];
const MAX_NAME = 256;

/** A part of a content: in the namespace that we speak, or known by its namespace only. */
function part<T extends object>(
  name: string,
  spoken: string,
  parse: (element: Element) => T | undefined,
  build: (value: T) => Element,
): OptionalField<T | Unsupported> {
  return {
    read(element) {
      const found = elementsOf(element).find((one) => localName(one) === name);
      const namespace = found && namespaceOf(found);
      return found && ((namespace === spoken ? parse(found) : undefined) ?? { unsupported: namespace ?? '' });
    },
    write(value, element) {
      append(element, isUnsupported(value) ? el(name, { xmlns: value.unsupported }) : build(value));
    },
    isOptional: true,
  };
}

/** XEP-0166 §7.3. `creator` is required there; a peer that leaves it out means what most write. */
const contentType = elementType(
  'content',
  NS.jingle,
  record<Content>({
    creator: assumed(oneOf(ROLES), 'initiator'),
    name: required(upTo(MAX_NAME)),
    senders: assumed(oneOf(SENDERS), 'both'),
    disposition: implied(upTo(64), 'session'),
    description: part<RtpDescription>('description', NS.rtp, parseDescription, buildDescription),
    transport: part<IceUdpTransport>('transport', NS.iceUdp, parseTransport, buildTransport),
  }),
);

/**
 * XEP-0166 §7, `<jingle/>`. Faults are `bad-request`: no or unknown action, no sid, malformed content. What a content
 * holds beyond its frame is read leniently.
 */
export function parseJingle(element: Element): Result<Jingle> {
  if (!isNamed(element, 'jingle', NS.jingle)) return fault('bad-request', 'no jingle');
  const action = valueAt(element, 'action', oneOf(ACTIONS));
  const sid = valueAt(element, 'sid', upTo(MAX_NAME));
  if (!action || !sid) return fault('bad-request', 'no sid or action');
  const contents = parseContents(element, action);
  if (!contents.ok) return contents;
  return ok(
    defined({
      action,
      sid,
      initiator: attribute(element, 'initiator'),
      responder: attribute(element, 'responder'),
      contents: contents.value,
      groups: groups.read(element, '') ?? [],
      reason: parseReason(element),
      info: action === 'session-info' ? parseSessionInfo(element) : undefined,
    }),
  );
}

function parseContents(jingle: Element, action: JingleAction): Result<readonly Content[]> {
  const elements = childrenOf(jingle, contentType.name, contentType.namespace);
  if (elements.length > LIMITS.contents) return fault('bad-request', 'too many contents');
  const contents = elements.flatMap((element) => contentType.parse(element) ?? []);
  if (contents.length < elements.length) return fault('bad-request', 'malformed content');
  // In practice every client finds contents by name alone, whatever the creator.
  if (new Set(contents.map((one) => one.name)).size < contents.length)
    return fault('bad-request', 'contents of one name');
  // XEP-0166 §7.2.10: an initiate needs a content, and one of disposition "session".
  if (action === 'session-initiate' && !contents.some((one) => one.disposition === 'session'))
    return fault('bad-request', 'no session content');
  // A content-reject without one refuses whatever is under way.
  const needsContent = action.startsWith('content-') && action !== 'content-reject';
  if (needsContent && contents.length === 0) return fault('bad-request', 'no content');
  return ok(contents);
}

/** Namespaces of what may stand in a session-info beside its payload. */
const OURS: readonly string[] = [NS.jingle, NS.grouping];

/** XEP-0166 §7.2.9: a session-info without payload is a ping. */
function parseSessionInfo(jingle: Element): SessionInfo {
  const payloads = elementsOf(jingle).filter((one) => !OURS.includes(namespaceOf(one)));
  const safety = payloads.filter((one) => namespaceOf(one) === NS.safetyCode);
  if (safety.length > 0) return safetyInfo(safety);
  const [unsupported] = payloads;
  const [info] = payloads.flatMap((one) => parseRtpInfo(one) ?? []);
  if (info) return info;
  if (!unsupported) return { kind: 'ping' };
  return {
    kind: 'unsupported',
    namespace: namespaceOf(unsupported).slice(0, MAX_NAME),
    name: localName(unsupported).slice(0, MAX_NAME),
  };
}

/** One message at a time: which one of two counts could not be said. */
function safetyInfo([element, ...more]: readonly Element[]): SessionInfo {
  const message = element && more.length === 0 ? parseSafetyCode(element) : undefined;
  return { kind: 'safety-code', ...(message && { message }) };
}

export function isUnsupported(part: object | undefined): part is Unsupported {
  return part !== undefined && 'unsupported' in part;
}

/** True for a content with an RTP description and an ICE-UDP transport. */
export function isRtpContent(content: Content): content is RtpContent {
  return [content.description, content.transport].every((part) => part !== undefined && !isUnsupported(part));
}

function buildInfo(info: SessionInfo): Element | undefined {
  if (info.kind === 'safety-code') return info.message && buildSafetyCode(info.message);
  return buildRtpInfo(info);
}

export function buildJingle({ contents, reason, info, groups: grouped, ...attributes }: Jingle): Element {
  const jingle = el('jingle', { xmlns: NS.jingle, ...attributes });
  for (const content of contents) {
    const element = contentType.build(content, NS.jingle);
    // Implied there, and of no concern.
    if (content.senders === 'both' && attributes.action.startsWith('transport-')) delete element.attrs.senders;
    append(jingle, element);
  }
  for (const one of [reason && buildReason(reason), info && buildInfo(info)]) if (one) append(jingle, one);
  const filled = grouped.filter((group) => group.contents.length > 0);
  groups.write(filled, jingle, '', NS.jingle);
  return jingle;
}
