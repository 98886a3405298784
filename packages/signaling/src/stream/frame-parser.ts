// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ambient modules have nothing to import
/// <reference path="./xmpp-js.d.ts" />
import FramedParser from '@xmpp/websocket/lib/FramedParser.js';

/** Servers limit stanzas to 512 kB and less. Characters. */
const MAX_LENGTH = 1024 * 1024;
/** Deeper trees serve only to exhaust the stack of whoever walks them. */
const MAX_DEPTH = 128;

/** One frame is one element (RFC 7395 §3.3); whatever is not becomes an `error` event, after which the parser is of no use. */
export class FrameParser extends FramedParser {
  #depth = 0;

  override write(frame: string): void {
    try {
      if (frame.length > MAX_LENGTH) throw new Error('frame too long');
      super.write(frame);
      if (this.cursor) throw new Error('element not closed');
    } catch (error) {
      this.emit('error', error);
    }
  }

  override onStartElement(name: string, attrs: Record<string, string>): void {
    if (++this.#depth > MAX_DEPTH) throw new Error('nested too deep');
    super.onStartElement(name, attrs);
  }

  override onEndElement(name: string): void {
    const { cursor } = this;
    if (cursor?.name !== name) throw new Error('end tag does not match');
    if (--this.#depth === 0) this.root = cursor;
    super.onEndElement(name);
  }

  override onText(text: string): void {
    if (this.cursor) super.onText(text);
    else if (text.trim()) throw new Error('text outside of an element');
  }
}
