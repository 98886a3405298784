import { toBase64 } from './base64.js';
import { NS } from './namespaces.js';
import { compareOctets, toUtf8 } from './utf8.js';
import type { Digest } from './xep-0115-caps.js';
import type { DiscoInfo } from './xep-0030-disco.js';
import { attribute, childOf, childrenOf, textOf, type Element } from './xml.js';

/** XEP-0390 §4.2: one of the hashes in `<c/>`. */
export interface CapsHash {
  /** As XEP-0300 names it: `sha-256`, `sha3-256`, … */
  readonly algo: string;
  readonly value: string;
}

/** The hashes of a presence; undefined where it announces none. */
export function parseCaps2(presence: Element): readonly CapsHash[] | undefined {
  const element = childOf(presence, 'c', NS.caps2);
  if (!element) return undefined;
  const hashes: CapsHash[] = [];
  for (const hash of childrenOf(element, 'hash', NS.hashes).slice(0, 8)) {
    const algo = attribute(hash, 'algo', 32)?.toLowerCase();
    const value = textOf(hash).trim();
    if (algo !== undefined && value !== '' && value.length <= 128) hashes.push({ algo, value });
  }
  return hashes;
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
export function caps2Bytes(info: DiscoInfo): Uint8Array {
  const features = info.features.map((feature) => feature + UNIT);
  const identities = info.identities.map(
    ({ category, type, lang, name }) => [category, type, lang, name].map((one) => one + UNIT).join('') + RECORD,
  );
  const forms = info.forms.map((form) => {
    const fields = form.fields.map(
      (field) => field.name + UNIT + ordered(field.values.map((value) => value + UNIT)) + RECORD,
    );
    return ordered(fields) + GROUP;
  });
  return toUtf8(ordered(features) + FILE + ordered(identities) + FILE + ordered(forms) + FILE);
}

function ordered(parts: readonly string[]): string {
  return [...parts].sort(compareOctets).join('');
}

/** XEP-0390 §4.4: whether `info` is what `hash` announces. `digest` computes `hash.algo`. Forms without FORM_TYPE have no hash. */
export async function verifyCaps2(info: DiscoInfo, hash: CapsHash, digest: Digest): Promise<boolean> {
  if (info.forms.some((form) => form.formType === undefined)) return false;
  return toBase64(await digest(caps2Bytes(info))) === hash.value;
}
