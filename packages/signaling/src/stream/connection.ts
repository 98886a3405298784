// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ambient modules have nothing to import
/// <reference path="./xmpp-js.d.ts" />
import { namespaceOf, type Element } from '@xmpp-call/jingle';
import Connection from '@xmpp/websocket/lib/Connection.js';
import FramedParser from '@xmpp/websocket/lib/FramedParser.js';
import Socket from '@xmpp/websocket/lib/Socket.js';
import type { Environment } from '../environment.js';
import { streamErrorOf, StreamError, toStreamError } from './errors.js';

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocket;

const NS_STREAMS = 'http://etherx.jabber.org/streams';
const NS_CLIENT = 'jabber:client';
/** Servers limit stanzas to 512 kB and less. Characters. */
const MAX_FRAME_LENGTH = 1024 * 1024;
/** Deeper trees serve only to exhaust the stack of whoever walks them. */
const MAX_DEPTH = 128;
/** ms that the peer of a closed socket gets to say goodbye. */
const CLOSE_TIMEOUT_MS = 2_000;

/** One frame is one element (RFC 7395 §3.3); whatever is not becomes an `error` event and ends the parser's work. */
class FrameParser extends FramedParser {
  #depth = 0;
  #broken = false;

  override write(frame: string): void {
    if (this.#broken) return;
    try {
      if (frame.length > MAX_FRAME_LENGTH) throw new Error('frame is too long');
      super.write(frame);
      if (this.cursor) throw new Error('frame ends inside an element');
    } catch (error) {
      this.#broken = true;
      this.emit('error', error);
    }
  }

  override onStartElement(name: string, attrs: Record<string, string>): void {
    if (++this.#depth > MAX_DEPTH) throw new Error('elements are nested too deep');
    super.onStartElement(name, attrs);
  }

  override onEndElement(name: string): void {
    if (this.cursor?.name !== name) throw new Error('end tag does not match');
    this.#depth--;
    super.onEndElement(name);
  }

  override onText(text: string): void {
    if (this.cursor) super.onText(text);
    else if (text.trim() !== '') throw new Error('text outside of an element');
  }
}

/** The socket of xmpp.js with the WebSocket class as a parameter. */
function socketClass(WebSocketClass: WebSocketConstructor): new () => AbandonableSocket {
  return class extends AbandonableSocket {
    override connect(url: string): void {
      this.url = url;
      const socket = new WebSocketClass(url, ['xmpp']);
      // An abandoned socket may still fail, and in Node an error without a listener would end the process.
      socket.addEventListener('error', () => undefined);
      this._attachSocket(socket);
    }
  };
}

class AbandonableSocket extends Socket {
  /** Closes without further events; resolves when the socket is closed or its time is over. */
  abandon(environment: Environment): Promise<void> {
    const { socket } = this;
    this._detachSocket();
    if (!socket || socket.readyState === socket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = environment.after(CLOSE_TIMEOUT_MS, resolve);
      socket.addEventListener('close', () => {
        cancel();
        resolve();
      });
      socket.close();
    });
  }
}

export interface ConnectionOptions {
  readonly service: string;
  readonly domain: string;
  readonly WebSocket: WebSocketConstructor;
}

/**
 * One WebSocket and the XML stream in it, from `connect` to its only end: `onLost` fires at most once, nothing after it.
 * Unlike the connection of xmpp.js it never reconnects by itself (a see-other-host is a loss), has no clock of its own
 * and survives whatever the server sends.
 */
export class StreamConnection extends Connection {
  /** message, presence and iq elements. */
  onStanza: (stanza: Element) => void = () => undefined;
  /** Everything else, before xmpp.js sees it. */
  onNonza: (nonza: Element) => void = () => undefined;
  /** Anything at all was received: the link lives. */
  onData: () => void = () => undefined;
  onLost: (error: StreamError) => void = () => undefined;

  readonly #environment: Environment;
  #dropped: Promise<void> | undefined;

  constructor(options: ConnectionOptions, environment: Environment) {
    super({ service: options.service, domain: options.domain });
    this.#environment = environment;
    this.timeout = 0;
    this.Socket = socketClass(options.WebSocket);
    this.Parser = FrameParser;
    this.on('error', (error: unknown) => this.#lost(toStreamError(error, 'signaling-unreachable')));
    this.on('close', () => this.#lost(new StreamError('signaling-unreachable', 'the server closed the stream')));
    this.on('disconnect', () => this.#lost(new StreamError('signaling-unreachable', 'the connection was lost')));
  }

  /** Sends text as one frame. A write that fails is followed by `onLost`, which is where it is handled. */
  post(text: string): void {
    if (this.#dropped || !this.socket) return;
    this.write(text).catch((error: unknown) => this.#lost(toStreamError(error, 'signaling-unreachable')));
  }

  /** Ends the connection at once and without `onLost`; resolves when the socket is closed. */
  drop(): Promise<void> {
    if (this.#dropped) return this.#dropped;
    const { socket } = this;
    this._detachParser();
    this._detachSocket();
    this.#dropped = socket instanceof AbandonableSocket ? socket.abandon(this.#environment) : Promise.resolve();
    return this.#dropped;
  }

  /** Says goodbye (RFC 7395 §3.6), then drops. */
  end(): Promise<void> {
    this.post('<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>');
    return this.drop();
  }

  /** xmpp.js calls this when the stream is beyond repair. */
  override async disconnect(): Promise<undefined> {
    await this.drop();
  }

  override _onData(data: unknown): void {
    this.onData();
    if (typeof data === 'string') this.parser?.write(data);
    else this.#lost(new StreamError('incompatible', 'the server sent a binary frame'));
  }

  override _onElement(element: Element): void {
    if (element.is('error', NS_STREAMS)) {
      const [condition] = element.getChildElements();
      const text = element.getChildText('text') ?? undefined;
      this.#lost(streamErrorOf(condition?.getName() ?? 'undefined-condition', text));
    } else if (isStanza(element)) {
      this.onStanza(element);
    } else {
      // Nonzas have no addresses; xmpp.js would throw on malformed ones.
      delete element.attrs.from;
      delete element.attrs.to;
      this.onNonza(element);
      this.emit('element', element);
      this.emit('nonza', element);
    }
  }

  #lost(error: StreamError): void {
    if (this.#dropped) return;
    void this.drop();
    this.onLost(error);
  }
}

function isStanza(element: Element): boolean {
  if (element.name !== 'iq' && element.name !== 'message' && element.name !== 'presence') return false;
  const namespace = namespaceOf(element);
  return namespace === NS_CLIENT || namespace === '';
}
