import { fault, ok, type Result } from './result.js';
import { toUtf8 } from './utf8.js';

/** RFC 7622 §3.1: local@domain/resource. Local and domain in lower case, compared as such. */
export interface Jid {
  readonly local: string;
  readonly domain: string;
  readonly resource: string;
}

/** RFC 7622 §3.1. */
const MAX_BYTES = 1023;
/**
 * What no part may hold, for an address is shown and spoken: what is invisible or turns the direction of writing (format
 * characters, soft hyphens, tags, variation selectors, fillers, the empty braille pattern, the place of an object), controls,
 * private use, what is not assigned, and all separators but the space (RFC 8264 §9, with its ignorable code points).
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufffc]|(?! )\p{Zs}/u;
// RFC 7622 §3.3.1; a space is no part of a username (RFC 8265 §3.3).
const BAD_LOCAL = /["&'/:<>@ ]/;
/**
 * One label of a domain (RFC 5890 §2.3.2.1), a U-label by its letters only. The underscore is no part of host names, but of
 * those that containers get.
 */
const LABEL = /^(?!-)(?!\p{M})[\p{L}\p{N}\p{M}_-]{1,63}(?<!-)$/u;
/** RFC 3986 §3.2.2, `IP-literal`. */
const IP_LITERAL = /^\[[\da-f:.]{2,45}\]$/;

/**
 * Reads a JID. The domain is the only part that must be there. A fault is `bad-request`: a part that is empty, longer than
 * 1023 bytes, or of characters that RFC 7622 or `UNSEEN` excludes. Normalisation is NFC and case folding, without the tables
 * of PRECIS: servers do the rest, and what they write is what we compare.
 */
export function parseJid(text: string): Result<Jid> {
  const [, given, domainText = '', resource] = /^(?:([^@/]*)@)?([^/]*)(?:\/(.*))?$/s.exec(text.normalize('NFC')) ?? [];
  const local = given?.toLowerCase();
  const domain = domainText.toLowerCase().replace(/\.$/, '');
  const parts = [local, domain, resource].filter((part) => part !== undefined);
  const isGood = parts.every(isPart) && !BAD_LOCAL.test(local ?? '') && isDomain(domain);
  return isGood ? ok({ local: local ?? '', domain, resource: resource ?? '' }) : fault('bad-request', 'no JID');
}

function isPart(part: string): boolean {
  // Letters take a byte at least: a long text is not written out to be counted.
  return part !== '' && part.length <= MAX_BYTES && toUtf8(part).length <= MAX_BYTES && !UNSEEN.test(part);
}

function isDomain(domain: string): boolean {
  return IP_LITERAL.test(domain) || domain.split('.').every((label) => LABEL.test(label));
}

export function formatJid(jid: Jid): string {
  return jid.resource === '' ? formatBare(jid) : `${formatBare(jid)}/${jid.resource}`;
}

export function formatBare(jid: Jid): string {
  return jid.local === '' ? jid.domain : `${jid.local}@${jid.domain}`;
}

/** The normalised bare JID of a text; undefined for nonsense. */
export function bareOf(text: string): string | undefined {
  const jid = parseJid(text);
  return jid.ok ? formatBare(jid.value) : undefined;
}

/** True where both texts are the same JID, resource included. */
export function isSameJid(a: string, b: string): boolean {
  const [first, second] = [parseJid(a), parseJid(b)];
  return first.ok && second.ok && formatJid(first.value) === formatJid(second.value);
}

/** True where both texts are JIDs of one account. */
export function isSameBare(a: string, b: string): boolean {
  const bare = bareOf(a);
  return bare !== undefined && bare === bareOf(b);
}
