import type {
  Content,
  ContentGroup,
  IceUdpTransport,
  Jingle,
  JingleAction,
  Role,
  RtpContent,
  RtpDescription,
  Senders,
  SessionInfo,
  Unsupported,
} from './model.js';
import { NS } from './namespaces.js';
import { buildReason, parseReason } from './reason.js';
import { fault, ok, type Result } from './result.js';
import { buildDescription, buildRtpInfo, parseDescription, parseRtpInfo } from './xep-0167-rtp.js';
import { buildTransport, parseTransport } from './xep-0176-ice-udp.js';
import { buildGroup, parseGroups } from './xep-0338-grouping.js';
import {
  attribute,
  childrenOf,
  el,
  elementsOf,
  isNamed,
  LIMITS,
  localName,
  namespaceOf,
  wordAttribute,
  type Element,
} from './xml.js';

const ACTIONS: ReadonlySet<JingleAction> = new Set<JingleAction>([
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
]);
const ROLES: ReadonlySet<Role> = new Set<Role>(['initiator', 'responder']);
const SENDERS: ReadonlySet<Senders> = new Set<Senders>(['both', 'initiator', 'responder', 'none']);
const MAX_NAME = 256;

/**
 * XEP-0166 §7, `<jingle/>`. Faults are `bad-request`: no or unknown action, no sid, malformed content. What a content
 * holds beyond its frame is read leniently.
 */
export function parseJingle(element: Element): Result<Jingle> {
  if (!isNamed(element, 'jingle', NS.jingle)) return fault('bad-request', 'not a jingle element');
  const action = wordAttribute(element, 'action', ACTIONS);
  if (action === undefined) return fault('bad-request', 'missing or unknown action');
  const sid = attribute(element, 'sid', MAX_NAME);
  if (sid === undefined) return fault('bad-request', 'missing sid');

  const contents = parseContents(element, action);
  if (!contents.ok) return contents;
  const initiator = attribute(element, 'initiator');
  const responder = attribute(element, 'responder');
  const reason = parseReason(element);
  const info = action === 'session-info' ? parseSessionInfo(element) : undefined;
  return ok({
    action,
    sid,
    ...(initiator !== undefined && { initiator }),
    ...(responder !== undefined && { responder }),
    contents: contents.value,
    groups: parseGroups(element),
    ...(reason && { reason }),
    ...(info && { info }),
  });
}

function parseContents(jingle: Element, action: JingleAction): Result<Content[]> {
  const elements = childrenOf(jingle, 'content', NS.jingle);
  if (elements.length > LIMITS.contents) return fault('bad-request', 'too many contents');
  const contents: Content[] = [];
  const names = new Set<string>();
  for (const element of elements) {
    const content = parseContent(element);
    if (!content.ok) return content;
    // In practice every client finds contents by name alone, whatever the creator.
    if (names.has(content.value.name)) return fault('bad-request', 'two contents of one name');
    names.add(content.value.name);
    contents.push(content.value);
  }
  // XEP-0166 §7.2.10: an initiate needs a content, and one of disposition "session".
  if (action === 'session-initiate' && !contents.some((one) => one.disposition === 'session')) {
    return fault('bad-request', 'no content of disposition session');
  }
  if (action.startsWith('content-') && contents.length === 0) return fault('bad-request', `${action} without content`);
  return ok(contents);
}

/** XEP-0166 §7.3. `creator` is required there; a peer that leaves it out means what most write. */
function parseContent(element: Element): Result<Content> {
  const name = attribute(element, 'name', MAX_NAME);
  if (name === undefined) return fault('bad-request', 'content without name');
  const creator = 'creator' in element.attrs ? wordAttribute(element, 'creator', ROLES) : 'initiator';
  if (creator === undefined) return fault('bad-request', 'unknown creator');
  const senders = 'senders' in element.attrs ? wordAttribute(element, 'senders', SENDERS) : 'both';
  if (senders === undefined) return fault('bad-request', 'unknown senders');

  let description: RtpDescription | Unsupported | undefined;
  let transport: IceUdpTransport | Unsupported | undefined;
  for (const child of elementsOf(element)) {
    const namespace = namespaceOf(child);
    switch (localName(child)) {
      case 'description':
        description ??= (namespace === NS.rtp ? parseDescription(child) : undefined) ?? { unsupported: namespace };
        break;
      case 'transport':
        transport ??= namespace === NS.iceUdp ? parseTransport(child) : { unsupported: namespace };
        break;
    }
  }
  return ok({
    name,
    creator,
    senders,
    disposition: attribute(element, 'disposition', 64) ?? 'session',
    ...(description && { description }),
    ...(transport && { transport }),
  });
}

/** XEP-0166 §7.2.9: a session-info without payload is a ping. */
function parseSessionInfo(jingle: Element): SessionInfo {
  let unsupported: SessionInfo | undefined;
  for (const child of elementsOf(jingle)) {
    const namespace = namespaceOf(child);
    if (namespace === NS.jingle || namespace === NS.grouping) continue;
    const info = parseRtpInfo(child);
    if (info) return info;
    unsupported ??= {
      kind: 'unsupported',
      namespace: namespace.slice(0, MAX_NAME),
      name: localName(child).slice(0, MAX_NAME),
    };
  }
  return unsupported ?? { kind: 'ping' };
}

export function isUnsupported(part: object | undefined): part is Unsupported {
  return part !== undefined && 'unsupported' in part;
}

/** True for a content with an RTP description and an ICE-UDP transport. */
export function isRtpContent(content: Content): content is RtpContent {
  const { description, transport } = content;
  return (
    description !== undefined && transport !== undefined && !isUnsupported(description) && !isUnsupported(transport)
  );
}

export function buildJingle(jingle: Jingle): Element {
  const children: Element[] = jingle.contents.map((content) => buildContent(content, jingle.action));
  if (jingle.reason) children.push(buildReason(jingle.reason));
  if (jingle.info) {
    const info = buildRtpInfo(jingle.info);
    if (info) children.push(info);
  }
  const groups: ContentGroup[] = jingle.groups.filter((group) => group.contents.length > 0);
  children.push(...groups.map(buildGroup));
  return el(
    'jingle',
    {
      xmlns: NS.jingle,
      action: jingle.action,
      sid: jingle.sid,
      initiator: jingle.initiator,
      responder: jingle.responder,
    },
    children,
  );
}

function buildContent(content: Content, action: JingleAction): Element {
  const implied = content.senders === 'both' && action.startsWith('transport-');
  return el(
    'content',
    {
      creator: content.creator,
      name: content.name,
      senders: implied ? undefined : content.senders,
      disposition: content.disposition === 'session' ? undefined : content.disposition,
    },
    [
      content.description &&
        (isUnsupported(content.description)
          ? el('description', { xmlns: content.description.unsupported })
          : buildDescription(content.description)),
      content.transport &&
        (isUnsupported(content.transport)
          ? el('transport', { xmlns: content.transport.unsupported })
          : buildTransport(content.transport)),
    ],
  );
}
