import { NS } from './namespaces.js';
import type { Fault, StanzaCondition } from './result.js';
import { el, type Element } from './xml.js';

/** RFC 6120 §8.3.3: the type that goes with a condition, as XEP-0166 (Error Handling) pairs them; of others it is `cancel`. */
const TYPES: Readonly<Partial<Record<StanzaCondition, 'modify' | 'wait'>>> = {
  'bad-request': 'modify',
  'not-acceptable': 'modify',
  'policy-violation': 'modify',
  redirect: 'modify',
  'resource-constraint': 'wait',
  'unexpected-request': 'wait',
};

/** The `<error/>` child of an IQ error, with the application condition of XEP-0166 where there is one. */
export function buildError(fault: Fault): Element {
  return el('error', { type: TYPES[fault.condition] ?? 'cancel' }, [
    el(fault.condition, { xmlns: NS.stanzas }),
    fault.jingle && el(fault.jingle, { xmlns: NS.jingleErrors }),
  ]);
}
