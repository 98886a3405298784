/**
 * What is invisible, or changes how its neighbours are shown: controls, formats (bidi, zero width), line and paragraph
 * separators, blanks that look like nothing, what is unassigned or private.
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Letters that join by them (Arabic, Indic scripts) and emoji need these two. */
const JOINERS = /[\u200C\u200D]/;
const BLANKS = /\s+/g;
/** A letter and more marks on it than any language has. */
const PILED = /(\p{M}{4})\p{M}+/gu;
/** What names are made of; symbols like a tick belong to somebody else's promises. */
const NAME = /^[\p{L}\p{N}\p{M}._~+-]+$/u;
/** Letters from right to left. */
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
/** Characters of an address that are shown. */
const ADDRESS_LENGTH = 64;

/**
 * A bare JID as text to be shown: without the resource, which its owner chooses freely, and with a mark in place of every
 * character that cannot be seen, so that no address looks like another one by them.
 */
export function addressOf(jid: string): string {
  const [bare = ''] = jid.split('/', 1);
  return bare.replace(UNSEEN, '\uFFFD').replace(PILED, '$1').replace(BLANKS, '\uFFFD');
}

/** An address that is too long to be shown, without its middle: the ends of both parts tell most. */
export function shortened(address: string): string {
  const characters = Array.from(address);
  if (characters.length <= ADDRESS_LENGTH) return address;
  const half = (ADDRESS_LENGTH - 1) / 2;
  return `${characters.slice(0, Math.ceil(half)).join('')}…${characters.slice(-Math.floor(half)).join('')}`;
}

/** The number of an address at a gateway to telephones (`+15551234@gateway`), which is all that people know it by. */
export function telephoneNumber(address: string): string | undefined {
  return /^(\+\d{4,15})@/.exec(address)?.[1];
}

/** The local part of a JID if it can stand for a name; undefined for a domain, and for what pretends to be more. */
export function localName(jid: string): string | undefined {
  const address = addressOf(jid);
  const at = address.indexOf('@');
  const local = address.slice(0, Math.max(0, at));
  return NAME.test(local) ? local : undefined;
}

/** A name that the page gave, on one line and without what is invisible. */
export function cleanName(name: string): string {
  const seen = name.replace(BLANKS, ' ').replace(UNSEEN, (character) => (JOINERS.test(character) ? character : ''));
  return seen.replace(BLANKS, ' ').replace(PILED, '$1').trim();
}

/** A name for a sentence: one from right to left does not change the order of the words around it (FSI, PDI). */
export function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}
