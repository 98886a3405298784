import { toBase64 } from './base64.js';
import { NS } from './namespaces.js';
import { compareOctets, toUtf8 } from './utf8.js';
import type { Digest } from './xep-0115-caps.js';
import { identityParts, type DiscoInfo } from './xep-0030-disco.js';
import type { Element } from './xml.js';
import { body, child, elementType, list, lower, record, required, upTo } from './xml-table.js';

/** XEP-0390 §4.2: one of the hashes in `<c/>`. */
export interface CapsHash {
  /** As XEP-0300 names it: `sha-256`, `sha3-256`, … */
  readonly algo: string;
  readonly value: string;
}

const hashType = elementType(
  'hash',
  NS.hashes,
  record<CapsHash>({
    algo: required(lower(upTo(32))),
    value: body((text) => (text === '' ? undefined : upTo(128)(text))),
  }),
);
const hashes = child(elementType('c', NS.caps2, list(hashType, 8)));

/** The hashes of a presence; undefined where it announces none. */
export function parseCaps2(presence: Element): readonly CapsHash[] | undefined {
  return hashes.read(presence, '');
}

/** XEP-0390 §4.3: the node of a disco#info request for the set with this hash. */
export function caps2Node(hash: CapsHash): string {
  return `${NS.caps2}#${hash.algo}.${hash.value}`;
}

const UNIT = '\x1f';
const RECORD = '\x1e';
const GROUP = '\x1d';
const FILE = '\x1c';

/** XEP-0390 §4.1: the bytes that are hashed. The separators cannot occur in XML, so no info is ambiguous. */
export function caps2Bytes({ features, identities, forms }: DiscoInfo): Uint8Array {
  const units = (parts: readonly string[]): string => parts.map((one) => one + UNIT).join('');
  const parts = [
    features.map((feature) => feature + UNIT),
    identities.map((one) => units(identityParts(one)) + RECORD),
    forms.map(({ fields }) => {
      const texts = fields.map(({ name, values }) => name + UNIT + units([...values].sort(compareOctets)) + RECORD);
      return ordered(texts) + GROUP;
    }),
  ];
  return toUtf8(parts.map((one) => ordered(one) + FILE).join(''));
}

function ordered(parts: readonly string[]): string {
  return [...parts].sort(compareOctets).join('');
}

/** XEP-0390 §4.4: whether `info` is what `hash` announces. `digest` computes `hash.algo`. Forms without FORM_TYPE have no hash. */
export async function verifyCaps2(info: DiscoInfo, hash: CapsHash, digest: Digest): Promise<boolean> {
  if (info.forms.some((form) => form.formType === undefined)) return false;
  return toBase64(await digest(caps2Bytes(info))) === hash.value;
}
