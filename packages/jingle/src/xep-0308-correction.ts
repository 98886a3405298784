import { NS } from './namespaces.js';
import { attribute, childOf, type Element } from './xml.js';

/** XEP-0308: the id of the message that this one corrects. Corrections of a correction name the first message. */
export function correctedId(message: Element): string | undefined {
  const replace = childOf(message, 'replace', NS.correction);
  return replace && attribute(replace, 'id', 256);
}
