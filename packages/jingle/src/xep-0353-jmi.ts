import { defined } from './defined.js';
import type { MediaKind, Reason } from './model.js';
import { NS } from './namespaces.js';
import { buildReason, parseReason } from './reason.js';
import { fault, ok, type Result } from './result.js';
import { MEDIA_KINDS } from './vocabulary.js';
import { childOf, el, elementsOf, LIMITS, localName, namespaceOf, type Element } from './xml.js';
import { oneOf, upTo, valueAt } from './xml-table.js';

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

const PLAIN = oneOf(['ringing', 'proceed', 'accept']);
const ENDING = oneOf(['reject', 'retract', 'finish']);

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
  const name = localName(element);
  const id = valueAt(element, 'id', upTo(256));
  if (id === undefined) return fault('bad-request', 'no id');
  if (name === 'propose') return parsePropose(element, id);
  const plain = PLAIN(name);
  if (plain) return ok({ kind: plain, id });
  const kind = ENDING(name);
  if (!kind) return fault('bad-request', 'unknown message');
  const migrated = childOf(element, 'migrated', NS.jmi);
  return ok(
    defined({
      kind,
      id,
      reason: parseReason(element),
      tieBreak: childOf(element, 'tie-break', NS.jmi) !== undefined,
      migratedTo: migrated && valueAt(migrated, 'to', upTo(256)),
    }),
  );
}

/** XEP-0353 §3.1. A propose with a description that is not for audio or video cannot be taken as a whole. */
function parsePropose(element: Element, id: string): Result<JmiMessage> {
  const descriptions = elementsOf(element).filter((child) => localName(child) === 'description');
  if (descriptions.length === 0 || descriptions.length > LIMITS.contents)
    return fault('bad-request', 'too few or many contents');
  const media = descriptions.map((one) =>
    namespaceOf(one) === NS.rtp ? valueAt(one, 'media', oneOf(MEDIA_KINDS)) : undefined,
  );
  const known = media.filter((kind) => kind !== undefined);
  if (known.length < media.length) return fault('feature-not-implemented', 'more than audio and video');
  return ok({ kind: 'propose', id, media: [...new Set(known)] });
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
  if ('media' in jmi) return jmi.media.map((media) => el('description', { xmlns: NS.rtp, media }));
  if (!('tieBreak' in jmi)) return [];
  return [
    jmi.reason && buildReason(jmi.reason, NS.jingle),
    jmi.tieBreak ? el('tie-break') : undefined,
    jmi.migratedTo === undefined ? undefined : el('migrated', { to: jmi.migratedTo }),
  ];
}
