import type { Element } from '@xmpp-call/jingle';
import { FrameParser } from './frame-parser.js';

/** Reads a whole document. @throws Error when it is not well-formed */
export function parseXml(text: string): Element {
  const parser = new FrameParser();
  parser.write(text);
  if (!parser.root) throw new Error('no XML');
  return parser.root;
}
