// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ambient modules have nothing to import
/// <reference path="./xmpp-js.d.ts" />
import type { Element } from '@xmpp-call/jingle';
import Connection from '@xmpp/websocket/lib/Connection.js';
import Socket from '@xmpp/websocket/lib/Socket.js';
import type { Environment } from '../environment.js';
import { StreamError, streamErrorOf, toStreamError, unreachable } from './errors.js';
import { FrameParser } from './frame-parser.js';

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocket;

export const NS_STREAMS = 'http://etherx.jabber.org/streams';
/** ms that the peer of a closed socket gets to say goodbye. */
const CLOSE_TIMEOUT_MS = 2_000;
/** Elements that wait to be read while a step of the login is computed; more are let go, since no login needs them. */
const MAX_WAITING = 1_000;

export interface ConnectionOptions {
  readonly service: string;
  readonly domain: string;
  readonly WebSocket: WebSocketConstructor;
}

interface Reader {
  resolve(element: Element): void;
  reject(error: StreamError): void;
}

/**
 * One WebSocket and the XML stream in it, from `start` to its only end. Elements are read one by one with `next`, until
 * `deliver` says where all others go; none is lost or overtaken between the two. Unlike the connection of xmpp.js it never
 * reconnects by itself (a see-other-host is a loss), has no clock of its own and survives whatever the server sends.
 */
export class StreamConnection extends Connection {
  readonly #service: string;
  readonly #environment: Environment;
  readonly #waiting: Element[] = [];
  #loggedIn = false;
  #reader: Reader | undefined;
  #onElement: ((element: Element) => void) | undefined;
  #onLost: ((error: StreamError) => void) | undefined;
  /** Why it ended. */
  #end: StreamError | undefined;
  #closed: Promise<void> | undefined;

  constructor({ service, domain, WebSocket }: ConnectionOptions, environment: Environment) {
    super({ service, domain });
    this.#service = service;
    this.#environment = environment;
    this.timeout = 0;
    this.Parser = FrameParser;
    this.Socket = class extends Socket {
      override connect(url: string): void {
        const socket = new WebSocket(url, ['xmpp']);
        // An abandoned socket may still fail, and in Node an error without a listener would end the process.
        socket.addEventListener('error', () => undefined);
        this._attachSocket(socket);
      }
    };
    const lost = (): void => this.fail(unreachable('connection lost'));
    this.on('error', (error: unknown) => this.fail(error))
      .on('close', lost)
      .on('disconnect', lost);
  }

  /** Connects and opens the stream; `next` gives its features, or why there are none. */
  start(): void {
    this.connect(this.#service).then(
      () => this.#open(),
      (error: unknown) => this.fail(error),
    );
  }

  /** Opens the stream that follows the login (RFC 6120 §4.3.3, §6.3.2). Stanzas come from now on, and all are kept. */
  reopen(): void {
    this.#loggedIn = true;
    this.#open();
  }

  #open(): void {
    this.restart().catch((error: unknown) => this.fail(error));
  }

  /** The next element that passes `test`; others until then are let go. @throws StreamError when the connection ends */
  async next(test: (element: Element) => boolean): Promise<Element> {
    for (;;) {
      const element = await new Promise<Element>((resolve, reject) => {
        const first = this.#waiting.shift();
        if (first) resolve(first);
        else if (this.#end) reject(this.#end);
        else this.#reader = { resolve, reject };
      });
      if (test(element)) return element;
    }
  }

  /** Hands over what waits and all that comes; `onLost` is called at most once, and nothing after it. */
  deliver(onElement: (element: Element) => void, onLost: (error: StreamError) => void): void {
    if (this.#end) {
      onLost(this.#end);
      return;
    }
    this.#onElement = onElement;
    this.#onLost = onLost;
    for (const element of this.#waiting) if (!this.#closed) onElement(element);
  }

  /** Sends one frame. A write that fails is a loss, and is told there. */
  post(frame: Element | string): void {
    if (this.socket) this.write(String(frame)).catch((error: unknown) => this.fail(error));
  }

  /** Ends the connection as lost. */
  fail(error: unknown): void {
    if (this.#end) return;
    this.#end = toStreamError(error);
    void this.drop();
    this.#onLost?.(this.#end);
  }

  /** Ends the connection at once and without `onLost`; resolves when the socket is closed. */
  drop(): Promise<void> {
    this.#end ??= new StreamError('closed', 'closed');
    this.#reader?.reject(this.#end);
    this.#closed ??= this.#abandon();
    return this.#closed;
  }

  /** xmpp.js calls this when the stream is beyond repair. */
  override async disconnect(): Promise<undefined> {
    await this.drop();
  }

  override _onData(data: unknown): void {
    if (typeof data === 'string') this.parser?.write(data);
    // RFC 7395 §3.2 has text frames only; while the stream works, a stray one is no reason to end it.
    else if (this.#onElement) this.#environment.log('warn', 'binary frame');
    else this.fail(new StreamError('incompatible', 'binary frame'));
  }

  override _onElement(element: Element): void {
    if (element.is('error', NS_STREAMS)) {
      this.fail(streamErrorOf(element));
    } else if (this.#onElement) {
      this.#onElement(element);
    } else if (this.#reader) {
      this.#reader.resolve(element);
      this.#reader = undefined;
    } else if (this.#loggedIn || this.#waiting.length < MAX_WAITING) {
      this.#waiting.push(element);
    }
  }

  #abandon(): Promise<void> {
    const outer = this.socket;
    const socket = outer?.socket;
    this._detachParser();
    this._detachSocket();
    outer?._detachSocket();
    if (!socket || socket.readyState === socket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#environment.after(CLOSE_TIMEOUT_MS, resolve);
      socket.addEventListener('close', () => {
        cancel();
        resolve();
      });
      socket.close();
    });
  }
}
