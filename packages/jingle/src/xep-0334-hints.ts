import { NS } from './namespaces.js';
import { el, type Element } from './xml.js';

/** XEP-0334 §4. */
export type ProcessingHint = 'no-permanent-store' | 'no-store' | 'no-copy' | 'store';

export function buildHint(hint: ProcessingHint): Element {
  return el(hint, { xmlns: NS.hints });
}
