import { isSameBare } from './jid.js';
import { NS } from './namespaces.js';
import { attribute, childOf, childrenOf, el, type Element } from './xml.js';

/** More than a message has from archives on its way. */
const MAX_IDS = 8;

/** XEP-0359: the id that the sender's client gave. Nothing proves it. */
export function originIdOf(message: Element): string | undefined {
  const origin = childOf(message, 'origin-id', NS.stanzaIds);
  return origin && attribute(origin, 'id', 256);
}

/** XEP-0359 §3: the id that an entity assigned; only that of an entity which removes forged ones can be believed. */
export function stanzaIdOf(message: Element, by: string): string | undefined {
  const own = childrenOf(message, 'stanza-id', NS.stanzaIds, MAX_IDS).find((one) =>
    isSameBare(attribute(one, 'by', 4096) ?? '', by),
  );
  return own && attribute(own, 'id', 256);
}

export function buildOriginId(id: string): Element {
  return el('origin-id', { xmlns: NS.stanzaIds, id });
}
