import { NS } from './namespaces.js';
import type { Fault, StanzaCondition } from './result.js';
import { el, type Element } from './xml.js';

/** RFC 6120 §8.3.3: the type that goes with each condition, as XEP-0166 (Error Handling) pairs them. */
const TYPES: Readonly<Record<StanzaCondition, 'auth' | 'cancel' | 'modify' | 'wait'>> = {
  'bad-request': 'modify',
  conflict: 'cancel',
  'feature-not-implemented': 'cancel',
  'item-not-found': 'cancel',
  'not-acceptable': 'modify',
  'not-allowed': 'cancel',
  redirect: 'modify',
  'resource-constraint': 'wait',
  'service-unavailable': 'cancel',
  'unexpected-request': 'wait',
};

/** The `<error/>` child of an IQ error, with the application condition of XEP-0166 where there is one. */
export function buildError(fault: Fault): Element {
  return el('error', { type: TYPES[fault.condition] }, [
    el(fault.condition, { xmlns: NS.stanzas }),
    fault.jingle && el(fault.jingle, { xmlns: NS.jingleErrors }),
  ]);
}
