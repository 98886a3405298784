import type { Fingerprint } from './model.js';
import { NS } from './namespaces.js';
import { SETUPS } from './vocabulary.js';
import { LIMITS } from './xml.js';
import { body, elementType, list, lower, oneOf, optional, record, required, word, type Field } from './xml-table.js';

const table = record<Fingerprint>({
  hash: required(lower(word(32))),
  value: body((text) => /^[0-9A-F]{2}(:[0-9A-F]{2}){15,63}$/.exec(text.toUpperCase())?.[0]),
  setup: optional(oneOf(SETUPS)),
});
const current = list(elementType('fingerprint', NS.dtls, table), LIMITS.fingerprints);
const old = list(elementType('fingerprint', NS.dtlsOld, table), LIMITS.fingerprints);

/** XEP-0320 §2, also in the namespace that old clients use. What cannot be a fingerprint counts as absent. */
export const fingerprints: Field<readonly Fingerprint[]> = {
  ...current,
  read: (element, key) => [...(current.read(element, key) ?? []), ...(old.read(element, key) ?? [])],
};

/** RFC 8122 §5: the hashes that browsers know, with the bytes of their digests; MD5 and MD2 are excluded there. */
const DIGESTS: ReadonlyMap<string, number> = new Map([
  ['sha-1', 20],
  ['sha-224', 28],
  ['sha-256', 32],
  ['sha-384', 48],
  ['sha-512', 64],
]);

/** True for a known hash and a digest of its length. */
export function isUsableFingerprint({ hash, value }: Fingerprint): boolean {
  const bytes = DIGESTS.get(hash) ?? 0;
  return value.length === bytes * 3 - 1 && /^[0-9A-F]{2}(:[0-9A-F]{2})*$/.test(value);
}

/** The fingerprint to prefer where a peer gives several (XEP-0320 takes the hashes of RFC 8122): SHA-256 where there is one. */
export function preferredFingerprint(fingerprints: readonly Fingerprint[]): Fingerprint | undefined {
  return fingerprints.find((one) => one.hash === 'sha-256') ?? fingerprints[0];
}
