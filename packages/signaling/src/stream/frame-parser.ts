// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ambient modules have nothing to import
/// <reference path="./xmpp-js.d.ts" />
import type { Element } from '@xmpp-call/jingle';
import FramedParser from '@xmpp/websocket/lib/FramedParser.js';
import { EventEmitter } from './event-emitter.js';

/** Characters. Servers limit stanzas to 512 kB and less, before they write `'` as `&apos;`. */
const MAX_LENGTH = 1024 * 1024;
/** Deeper trees serve only to exhaust the stack of whoever walks them; what is deeper is left out. */
const MAX_DEPTH = 128;
/** Characters in which a start tag has to end for its frame to be known as a stanza. */
const MAX_HEAD_LENGTH = 16 * 1024;

const NS_FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing';
const NS_CLIENT = 'jabber:client';

/** Stanzas of which there is the start tag only. */
const headsOnly = new WeakSet<Element>();

/** Whether `stanza` stands for one that could not be read: it came, and has its attributes, but no children. */
export function isHeadOnly(stanza: Element): boolean {
  return headsOnly.has(stanza);
}

/**
 * One frame is one element (RFC 7395 §3.3.3), and each is read on its own. A stanza that is too long or not well-formed
 * becomes its start tag (`isHeadOnly`): servers relay what others wrote, and no peer may end the stream. Anything else that
 * is no XML becomes an `error` event.
 */
export class FrameParser extends EventEmitter {
  write(frame: string): void {
    let elements: readonly Element[];
    try {
      elements = readFrame(frame);
    } catch (error) {
      this.emit('error', error);
      return;
    }
    for (const element of elements) this.emit(eventOf(element), element);
  }
}

function eventOf(element: Element): string {
  if (element.is('open', NS_FRAMING)) return 'start';
  return element.is('close', NS_FRAMING) ? 'end' : 'element';
}

/** @throws Error for what is neither XML nor the beginning of a stanza */
function readFrame(frame: string): readonly Element[] {
  try {
    return readElements(frame);
  } catch (error) {
    const head = readHead(frame);
    if (!head) throw error;
    headsOnly.add(head);
    return [head];
  }
}

/** @throws Error when the text is not well-formed or too long */
export function readElements(text: string): readonly Element[] {
  if (text.length > MAX_LENGTH) throw new Error('too long');
  // The parser takes seconds for a megabyte that no tag ends.
  if (text.slice(text.lastIndexOf('>') + 1).trim()) throw new Error('text outside of an element');
  const reader = new Reader();
  reader.write(text);
  if (reader.cursor) throw new Error('element not closed');
  return reader.roots;
}

function readHead(frame: string): Element | undefined {
  const reader = new Reader();
  let head: Element | undefined;
  reader.onStart = (element) => {
    head = element;
    // Nothing after it is of interest.
    throw new Error('start tag read');
  };
  try {
    reader.write(frame.slice(0, MAX_HEAD_LENGTH));
  } catch {
    // The tag was read, or there is none.
  }
  const isStanza = head && /^(iq|message|presence)$/.test(head.name) && head.attrs.xmlns === NS_CLIENT;
  return isStanza ? head : undefined;
}

/** Reads one text; whatever is wrong with it is thrown. */
class Reader extends FramedParser {
  readonly roots: Element[] = [];
  onStart: (element: Element) => void = () => undefined;
  #depth = 0;

  override onStartElement(name: string, attrs: Record<string, string>): void {
    if (++this.#depth > MAX_DEPTH) return;
    super.onStartElement(name, attrs);
    if (this.cursor) this.onStart(this.cursor);
  }

  override onEndElement(name: string): void {
    if (this.#depth-- > MAX_DEPTH) return;
    const { cursor } = this;
    if (cursor?.name !== name) throw new Error('end tag does not match');
    this.cursor = cursor.parent;
    if (!this.cursor) this.roots.push(cursor);
  }

  override onText(text: string): void {
    if (this.#depth > MAX_DEPTH) return;
    if (this.cursor) super.onText(text);
    else if (text.trim()) throw new Error('text outside of an element');
  }
}
