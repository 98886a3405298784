import type { DtlsSetup, Fingerprint } from './model.js';
import { NS } from './namespaces.js';
import { attribute, el, isWord, LIMITS, localName, namespaceOf, textOf, wordAttribute, type Element } from './xml.js';

const SETUPS: ReadonlySet<DtlsSetup> = new Set<DtlsSetup>(['active', 'passive', 'actpass', 'holdconn']);
const HEX_PAIRS = /^[0-9A-F]{2}(?::[0-9A-F]{2}){15,63}$/;

/** True for `<fingerprint/>` in the current namespace or in the one that old clients use. */
export function isFingerprint(element: Element): boolean {
  if (localName(element) !== 'fingerprint') return false;
  const namespace = namespaceOf(element);
  return namespace === NS.dtls || namespace === NS.dtlsOld;
}

/** XEP-0320 §2. Undefined for a fingerprint that cannot be one: it counts as absent. */
export function parseFingerprint(element: Element): Fingerprint | undefined {
  const hash = attribute(element, 'hash', 32)?.toLowerCase();
  const value = textOf(element).trim().toUpperCase();
  if (hash === undefined || !isWord(hash) || value.length > 256 || !HEX_PAIRS.test(value)) return undefined;
  const setup = wordAttribute(element, 'setup', SETUPS);
  return setup ? { hash, value, setup } : { hash, value };
}

export function parseFingerprints(elements: readonly Element[]): Fingerprint[] {
  const found: Fingerprint[] = [];
  for (const element of elements) {
    if (found.length === LIMITS.fingerprints) break;
    const fingerprint = parseFingerprint(element);
    if (fingerprint) found.push(fingerprint);
  }
  return found;
}

export function buildFingerprint(fingerprint: Fingerprint): Element {
  return el('fingerprint', { xmlns: NS.dtls, hash: fingerprint.hash, setup: fingerprint.setup }, [fingerprint.value]);
}

/** The fingerprint to prefer where a peer gives several (XEP-0320 takes the hashes of RFC 8122): SHA-256 where there is one. */
export function preferredFingerprint(fingerprints: readonly Fingerprint[]): Fingerprint | undefined {
  return fingerprints.find((one) => one.hash === 'sha-256') ?? fingerprints[0];
}
