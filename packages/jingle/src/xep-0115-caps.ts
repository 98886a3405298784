import { toBase64 } from './base64.js';
import { NS } from './namespaces.js';
import { compareOctets, toUtf8 } from './utf8.js';
import { identityParts, type DiscoForm, type DiscoInfo } from './xep-0030-disco.js';
import type { Element } from './xml.js';
import { child, elementType, lower, optional, record, required, upTo } from './xml-table.js';

/** A digest over bytes, such as `crypto.subtle.digest` bound to one algorithm. */
export type Digest = (bytes: Uint8Array) => Promise<Uint8Array>;

/** XEP-0115 §4, `<c/>` in presence. */
export interface Caps {
  /** `sha-1`, …; undefined with clients of before version 1.4. */
  readonly hash?: string;
  readonly node: string;
  readonly ver: string;
}

const capsType = elementType(
  'c',
  NS.caps,
  record<Caps>({ hash: optional(lower(upTo(32))), node: required(upTo(512)), ver: required(upTo(512)) }),
);
const caps = child(capsType);

export function parseCaps(presence: Element): Caps | undefined {
  return caps.read(presence, '');
}

export function buildCaps(caps: Caps): Element {
  return capsType.build({ hash: 'sha-1', ...caps });
}

/** XEP-0115 §5.1: the string that is hashed. */
export function capsString({ identities, features, forms }: DiscoInfo): string {
  const typed = forms.map(({ formType, fields }) => {
    const named = fields.filter((field) => field.name !== 'FORM_TYPE');
    const rest = sorted(named.map((field) => [field.name, `${field.name}<${joined(field.values)}`]));
    return formType === undefined ? undefined : ([formType, `${formType}<${rest}`] as const);
  });
  return (
    joined(identities.map((one) => identityParts(one).join('/'))) +
    joined(features) +
    sorted(typed.filter((one) => one !== undefined))
  );
}

/** The texts in the order of their keys. */
function sorted(entries: readonly (readonly [string, string])[]): string {
  const order = [...entries].sort(([a], [b]) => compareOctets(a, b));
  return order.map(([, text]) => text).join('');
}

function joined(values: readonly string[]): string {
  return sorted(values.map((value) => [value, `${value}<`]));
}

/** XEP-0115 §5.1: `ver` for what we answer to disco#info. */
export async function capsVer(info: DiscoInfo, sha1: Digest): Promise<string> {
  return toBase64(await sha1(toUtf8(capsString(info))));
}

/**
 * XEP-0115 §5.4: whether `info` may be stored under `caps` for everybody who announces the same. False for another hash
 * than SHA-1, for a wrong `ver`, and for the ambiguous info with which a cache is poisoned: whatever repeats itself, forms
 * of one FORM_TYPE or with several, and `<` in values, which the string uses as its separator.
 */
export async function verifyCaps(info: DiscoInfo, caps: Caps, sha1: Digest): Promise<boolean> {
  if (caps.hash !== 'sha-1' || isAmbiguous(info)) return false;
  return (await capsVer(info, sha1)) === caps.ver;
}

function isAmbiguous({ identities, features, forms }: DiscoInfo): boolean {
  const formTypes = forms.map((form) => form.formType).filter((type) => type !== undefined);
  const people = identities.map(identityParts);
  const texts = [
    ...features,
    ...people.flat(),
    ...forms.flatMap((form) => form.fields.flatMap((field) => [field.name, ...field.values])),
  ];
  return (
    repeats(people.map((parts) => JSON.stringify(parts))) ||
    repeats(features) ||
    repeats(formTypes) ||
    forms.some(hasAmbiguousType) ||
    texts.some((text) => text.includes('<'))
  );
}

function hasAmbiguousType({ fields }: DiscoForm): boolean {
  const types = fields.filter((field) => field.name === 'FORM_TYPE');
  return types.length > 1 || types.some((field) => new Set(field.values).size > 1);
}

function repeats(values: readonly string[]): boolean {
  return new Set(values).size !== values.length;
}
