import type { SafetyCodeMessage } from './model.js';
import { NS } from './namespaces.js';
import { attribute, el, elementsOf, localName, namespaceOf, type Element } from './xml.js';

const HEX_32_BYTES = /^[\da-f]{64}$/;

/** The payload of a session-info under `urn:x-xmpp-call:safety-code:0`; undefined for what is none. */
export function parseSafetyCode(element: Element): SafetyCodeMessage | undefined {
  if (namespaceOf(element) !== NS.safetyCode || elementsOf(element).length > 0) return undefined;
  const hex = (name: string) => {
    const value = attribute(element, name);
    return value !== undefined && HEX_32_BYTES.test(value) ? value : undefined;
  };
  const commitment = hex('commitment');
  const nonce = hex('nonce');
  if (localName(element) === 'commit' && commitment !== undefined) return { type: 'commit', commitment };
  if (localName(element) === 'reveal' && nonce !== undefined) return { type: 'reveal', nonce };
  return undefined;
}

export function buildSafetyCode({ type, ...attributes }: SafetyCodeMessage): Element {
  return el(type, { xmlns: NS.safetyCode, ...attributes });
}
