import type { MediaKind, Reason } from './model.js';
import { NS } from './namespaces.js';
import { buildReason, parseReason } from './reason.js';
import { fault, ok, type Result } from './result.js';
import { MEDIA_KINDS } from './xep-0167-rtp.js';
import {
  attribute,
  childOf,
  childrenOf,
  el,
  elementsOf,
  LIMITS,
  localName,
  namespaceOf,
  wordAttribute,
  type Element,
} from './xml.js';

/** XEP-0353 §3. `id` becomes the sid of the Jingle session. */
export type JmiMessage =
  | { readonly kind: 'propose'; readonly id: string; readonly media: readonly MediaKind[] }
  | { readonly kind: 'ringing' | 'proceed' | 'accept'; readonly id: string }
  | {
      readonly kind: 'reject' | 'retract' | 'finish';
      readonly id: string;
      readonly reason?: Reason;
      readonly tieBreak: boolean;
      /** The id of the session that takes over (§4.2). */
      readonly migratedTo?: string;
    };

const KINDS: ReadonlySet<string> = new Set(['propose', 'ringing', 'proceed', 'accept', 'reject', 'retract', 'finish']);

/**
 * The JMI payload of a message; undefined where it has none, and for errors and groupchat, which carry an echo or a
 * stranger's call. A fault is a payload to ignore: messages have no error reply.
 */
export function parseJmi(message: Element): Result<JmiMessage> | undefined {
  if (localName(message) !== 'message') return undefined;
  const type: unknown = message.attrs.type;
  if (type === 'error' || type === 'groupchat') return undefined;
  return parseJmiPayload(message);
}

/** As `parseJmi`, for any type: a bounced message (`type='error'`) echoes the payload that failed. */
export function parseJmiPayload(message: Element): Result<JmiMessage> | undefined {
  const element = elementsOf(message).find((child) => namespaceOf(child) === NS.jmi);
  if (!element) return undefined;
  const kind = localName(element);
  if (!KINDS.has(kind)) return fault('bad-request', 'unknown jingle message');
  const id = attribute(element, 'id', 256);
  if (id === undefined) return fault('bad-request', 'jingle message without id');
  switch (kind) {
    case 'propose':
      return parsePropose(element, id);
    case 'ringing':
    case 'proceed':
    case 'accept':
      return ok({ kind, id });
    default:
      return ok(parseEnding(element, kind as 'reject' | 'retract' | 'finish', id));
  }
}

/** XEP-0353 §3.1. A propose with a description that is not for audio or video cannot be taken as a whole. */
function parsePropose(element: Element, id: string): Result<JmiMessage> {
  const descriptions = elementsOf(element).filter((child) => localName(child) === 'description');
  if (descriptions.length > LIMITS.contents) return fault('bad-request', 'too many descriptions');
  const media: MediaKind[] = [];
  for (const description of descriptions) {
    const kind = namespaceOf(description) === NS.rtp ? wordAttribute(description, 'media', MEDIA_KINDS) : undefined;
    if (kind === undefined) return fault('feature-not-implemented', 'propose of something else than audio and video');
    if (!media.includes(kind)) media.push(kind);
  }
  if (media.length === 0) return fault('bad-request', 'propose without description');
  return ok({ kind: 'propose', id, media });
}

function parseEnding(element: Element, kind: 'reject' | 'retract' | 'finish', id: string): JmiMessage {
  const reason = parseReason(element);
  const migrated = childOf(element, 'migrated', NS.jmi);
  const migratedTo = migrated && attribute(migrated, 'to', 256);
  return {
    kind,
    id,
    ...(reason && { reason }),
    tieBreak: childrenOf(element, 'tie-break', NS.jmi).length > 0,
    ...(migratedTo !== undefined && { migratedTo }),
  };
}

/**
 * A message to send. `to` is the bare JID for propose and retract, the full JID for everything else (XEP-0353 §3).
 * type `chat` and the hint make servers carbon and archive it; the id of propose and proceed is the one by which
 * Conversations recognises a bounce; the receipt request on propose lets it show that a device was reached.
 */
export function buildJmi(jmi: JmiMessage, to: string): Element {
  return el('message', { type: 'chat', to, id: `jm-${jmi.kind}-${jmi.id}` }, [
    el(jmi.kind, { xmlns: NS.jmi, id: jmi.id }, payloadOf(jmi)),
    jmi.kind === 'propose' ? el('request', { xmlns: NS.receipts }) : undefined,
    el('store', { xmlns: NS.hints }),
  ]);
}

function payloadOf(jmi: JmiMessage): (Element | undefined)[] {
  switch (jmi.kind) {
    case 'propose':
      return jmi.media.map((media) => el('description', { xmlns: NS.rtp, media }));
    case 'ringing':
    case 'proceed':
    case 'accept':
      return [];
    case 'reject':
    case 'retract':
    case 'finish':
      return [
        jmi.reason && buildReason(jmi.reason, NS.jingle),
        jmi.tieBreak ? el('tie-break') : undefined,
        jmi.migratedTo === undefined ? undefined : el('migrated', { to: jmi.migratedTo }),
      ];
  }
}
