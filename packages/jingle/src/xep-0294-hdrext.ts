import type { HeaderExtension, Senders } from './model.js';
import { NS } from './namespaces.js';
import { attribute, el, isWord, uintAttribute, wordAttribute, type Element } from './xml.js';

const SENDERS: ReadonlySet<Senders> = new Set<Senders>(['both', 'initiator', 'responder', 'none']);

/**
 * XEP-0294. Undefined for an id beyond the local range: 4096 to 4351 stand for "more than fit" (RFC 8285 §6), which no
 * browser offers.
 */
export function parseHeaderExtension(element: Element): HeaderExtension | undefined {
  const id = uintAttribute(element, 'id', 255);
  const uri = attribute(element, 'uri', 256);
  if (id === undefined || id === 0 || uri === undefined || !isWord(uri)) return undefined;
  return { id, uri, senders: wordAttribute(element, 'senders', SENDERS) ?? 'both' };
}

export function buildHeaderExtension(extension: HeaderExtension): Element {
  const senders = extension.senders === 'both' ? undefined : extension.senders;
  return el('rtp-hdrext', { xmlns: NS.rtpHdrext, id: extension.id, uri: extension.uri, senders });
}
