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
  if (text.length > 3 * MAX_BYTES + 2) return fault('bad-request', 'JID too long');
  const slash = text.indexOf('/');
  const bare = slash < 0 ? text : text.slice(0, slash);
  const resource = slash < 0 ? '' : text.slice(slash + 1);
  const at = bare.indexOf('@');
  const local = (at < 0 ? '' : bare.slice(0, at)).toLowerCase();
  const domain = bare
    .slice(at + 1)
    .toLowerCase()
    .replace(/\.$/, '');
  if (domain === '' || BAD_DOMAIN.test(domain)) return fault('bad-request', 'JID without a valid domain');
  if ((at >= 0 && local === '') || BAD_LOCAL.test(local)) return fault('bad-request', 'JID with an invalid local part');
  if ((slash >= 0 && resource === '') || BAD_RESOURCE.test(resource))
    return fault('bad-request', 'JID with an invalid resource');
  for (const part of [local, domain, resource]) {
    if (part.length > MAX_BYTES) return fault('bad-request', 'JID part too long');
  }
  return ok({ local, domain, resource });
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
