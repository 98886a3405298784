import { NS } from './namespaces.js';
import { attribute, childOf, type Element } from './xml.js';

/** XEP-0082 §3.2. */
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** ms since the epoch; undefined for anything that is not an XMPP date and time (XEP-0082). */
export function parseDateTime(text: string): number | undefined {
  if (text.length > 64 || !DATE_TIME.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** XEP-0203: when the stanza was first sent, ms since the epoch; undefined where it was not delayed. */
export function delayedSince(stanza: Element): number | undefined {
  const delay = childOf(stanza, 'delay', NS.delay);
  const stamp = delay && attribute(delay, 'stamp', 64);
  return stamp === undefined ? undefined : parseDateTime(stamp);
}
