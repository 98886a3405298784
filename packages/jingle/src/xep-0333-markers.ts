import { NS } from './namespaces.js';
import { attribute, childOf, el, type Element } from './xml.js';

/** XEP-0333: the id of the last message that was displayed to the reader. */
export function displayedId(message: Element): string | undefined {
  const displayed = childOf(message, 'displayed', NS.chatMarkers);
  return displayed && attribute(displayed, 'id', 256);
}

/** Asks the reader's client to say when the message was displayed. */
export function buildMarkable(): Element {
  return el('markable', { xmlns: NS.chatMarkers });
}
