import type { Parameter } from './model.js';
import { attribute, el, isLine, isWord, LIMITS, type Element } from './xml.js';

/**
 * `<parameter/>` as XEP-0167 §4 and XEP-0339 use it. A keyless value (`0-15`) arrives either as a value without name
 * or, from stanza.js, as a name without value. Parameters that could break out of a line of SDP are dropped.
 */
export function parseParameters(elements: readonly Element[]): Parameter[] {
  const found: Parameter[] = [];
  for (const element of elements) {
    if (found.length === LIMITS.parameters) break;
    const name = attribute(element, 'name', 128) ?? '';
    const value = attribute(element, 'value') ?? '';
    if ((name === '' && value === '') || (name !== '' && !isWord(name)) || !isLine(value)) continue;
    found.push({ name, value });
  }
  return found;
}

export function buildParameter(parameter: Parameter): Element {
  const name = parameter.name === '' ? undefined : parameter.name;
  const value = parameter.value === '' ? undefined : parameter.value;
  return el('parameter', { name, value });
}
