import { toBase64 } from './base64.js';
import { NS } from './namespaces.js';
import { compareOctets, toUtf8 } from './utf8.js';
import type { DiscoForm, DiscoInfo } from './xep-0030-disco.js';
import { attribute, childOf, el, type Element } from './xml.js';

/** A digest over bytes, such as `crypto.subtle.digest` bound to one algorithm. */
export type Digest = (bytes: Uint8Array) => Promise<Uint8Array>;

/** XEP-0115 §4, `<c/>` in presence. */
export interface Caps {
  /** `sha-1`, …; undefined with clients of before version 1.4. */
  readonly hash?: string;
  readonly node: string;
  readonly ver: string;
}

export function parseCaps(presence: Element): Caps | undefined {
  const element = childOf(presence, 'c', NS.caps);
  const node = element && attribute(element, 'node', 512);
  const ver = element && attribute(element, 'ver', 512);
  if (!element || node === undefined || ver === undefined) return undefined;
  const hash = attribute(element, 'hash', 32)?.toLowerCase();
  return { ...(hash !== undefined && { hash }), node, ver };
}

export function buildCaps(caps: Caps): Element {
  return el('c', { xmlns: NS.caps, hash: caps.hash ?? 'sha-1', node: caps.node, ver: caps.ver });
}

/** XEP-0115 §5.1: the string that is hashed. */
export function capsString(info: DiscoInfo): string {
  const identities = info.identities.map(({ category, type, lang, name }) => `${category}/${type}/${lang}/${name}`);
  let text = joined(identities) + joined(info.features);
  const forms = info.forms.filter((form) => form.formType !== undefined);
  forms.sort((a, b) => compareOctets(a.formType ?? '', b.formType ?? ''));
  for (const form of forms) {
    text += `${form.formType ?? ''}<`;
    const fields = form.fields.filter((field) => field.name !== 'FORM_TYPE');
    fields.sort((a, b) => compareOctets(a.name, b.name));
    for (const field of fields) text += `${field.name}<${joined(field.values)}`;
  }
  return text;
}

function joined(values: readonly string[]): string {
  let text = '';
  for (const value of [...values].sort(compareOctets)) text += `${value}<`;
  return text;
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

function isAmbiguous(info: DiscoInfo): boolean {
  const identities = info.identities.map(({ category, type, lang, name }) =>
    JSON.stringify([category, type, lang, name]),
  );
  if (repeats(identities) || repeats(info.features)) return true;
  const formTypes = info.forms.map((form) => form.formType).filter((type) => type !== undefined);
  if (repeats(formTypes) || info.forms.some(hasAmbiguousType)) return true;
  const texts = [
    ...info.features,
    ...info.identities.flatMap(({ category, type, lang, name }) => [category, type, lang, name]),
    ...info.forms.flatMap((form) => form.fields.flatMap((field) => [field.name, ...field.values])),
  ];
  return texts.some((text) => text.includes('<'));
}

function hasAmbiguousType(form: DiscoForm): boolean {
  const types = form.fields.filter((field) => field.name === 'FORM_TYPE');
  return types.length > 1 || types.some((field) => new Set(field.values).size > 1);
}

function repeats(values: readonly string[]): boolean {
  return new Set(values).size !== values.length;
}
