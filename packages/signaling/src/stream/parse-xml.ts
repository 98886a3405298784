// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ambient modules have nothing to import
/// <reference path="./xmpp-js.d.ts" />
import type { Element } from '@xmpp-call/jingle';
import parse from '@xmpp/xml/lib/parse.js';

/** Reads a whole document. @throws Error when it is not well-formed */
export function parseXml(text: string): Element {
  const document = parse(text);
  if (!document) throw new Error('not an XML document');
  return document;
}
