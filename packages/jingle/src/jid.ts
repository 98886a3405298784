import { fault, ok, type Result } from './result.js';

/** RFC 7622 §3.1: local@domain/resource. Local and domain in lower case, compared as such. */
export interface Jid {
  readonly local: string;
  readonly domain: string;
  readonly resource: string;
}

const MAX_BYTES = 1023;
// RFC 7622 §3.3.1, and blanks and controls.
const BAD_LOCAL = /["&'/:<>@\s\p{Cc}\p{Cs}]/u;
const BAD_DOMAIN = /[^\p{L}\p{N}\p{M}.\-:[\]_]/u;
const BAD_RESOURCE = /[\p{Cc}\p{Cs}]/u;

/**
 * Reads a JID. The domain is the only part that must be there. Normalisation is case folding, without stringprep
 * tables: servers do the rest, and what they write is what we compare.
 */
export function parseJid(text: string): Result<Jid> {
  const [, given, domainText = '', resource] = /^(?:([^@/]*)@)?([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  const local = given?.toLowerCase();
  const domain = domainText.toLowerCase().replace(/\.$/, '');
  const parts = [local, domain, resource];
  const isGood =
    parts.every((part) => part === undefined || (part !== '' && part.length <= MAX_BYTES)) &&
    !BAD_DOMAIN.test(domain) &&
    !BAD_LOCAL.test(local ?? '') &&
    !BAD_RESOURCE.test(resource ?? '');
  return isGood ? ok({ local: local ?? '', domain, resource: resource ?? '' }) : fault('bad-request', 'no JID');
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
