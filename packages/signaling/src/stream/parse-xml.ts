import type { Element } from '@xmpp-call/jingle';
import { readElements } from './frame-parser.js';

/** Reads a whole document. @throws Error when it is not well-formed */
export function parseXml(text: string): Element {
  const [root] = readElements(text);
  if (!root) throw new Error('no XML');
  return root;
}
