import type { Parameter } from './model.js';
import { elementType, implied, line, record, word, type ElementType } from './xml-table.js';

const table = record<Parameter>({ name: implied(word(128), ''), value: implied(line(2048), '') });

/**
 * `<parameter/>` as XEP-0167 §4 and XEP-0339 use it. A keyless value (`0-15`) arrives either as a value without name
 * or, from stanza.js, as a name without value. Parameters that could break out of a line of SDP are dropped.
 */
export function parameterType(namespace: string): ElementType<Parameter> {
  return elementType('parameter', namespace, table, (one) => (one.name + one.value === '' ? undefined : one));
}
