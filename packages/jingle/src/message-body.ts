import { NS } from './namespaces.js';
import { childOf, el, textOf, type Element } from './xml.js';

/** Code points of a message of which a text is kept; XEP-0301 counts in them too. */
export const MAX_BODY = 10_000;

/** The first code points of a text, at most `max`. */
export function cutText(text: string, max = MAX_BODY): string {
  // A code point is one or two units: shorter texts need no count.
  if (text.length <= max) return text;
  return Array.from(text.slice(0, 2 * max))
    .slice(0, max)
    .join('');
}

/** RFC 6121 §5.2.3: the text of a message, cut to `MAX_BODY` code points; undefined where there is none. */
export function bodyOf(message: Element): string | undefined {
  const body = childOf(message, 'body', NS.client);
  const text = body && cutText(textOf(body).replace(/\r\n?/g, '\n'));
  return text?.trim() ? text : undefined;
}

export function buildBody(text: string): Element {
  return el('body', {}, [cutText(text)]);
}
