/** The parts of xmpp.js 0.14 that the stream is composed of, typed as far as they are used; they ship without types. */

declare module '@xmpp/events' {
  type Listener = (...parameters: never[]) => void;
  export class EventEmitter {
    on(event: string, listener: Listener): this;
    emit(event: string, ...parameters: unknown[]): boolean;
  }
}

declare module '@xmpp/xml/lib/parse.js' {
  import type { Element } from '@xmpp-call/jingle';
  export default function parse(text: string): Element | null;
}

declare module '@xmpp/websocket/lib/FramedParser.js' {
  import type { Element } from '@xmpp-call/jingle';
  import type { EventEmitter } from '@xmpp/events';
  export default class FramedParser extends EventEmitter {
    cursor: Element | null;
    write(frame: string): void;
    onStartElement(name: string, attrs: Record<string, string>): void;
    onEndElement(name: string): void;
    onText(text: string): void;
  }
}

declare module '@xmpp/websocket/lib/Socket.js' {
  import type { EventEmitter } from '@xmpp/events';
  export default class Socket extends EventEmitter {
    socket: WebSocket | null;
    url: string | null;
    secure: boolean;
    connect(url: string): void;
    _attachSocket(socket: WebSocket): void;
    _detachSocket(): void;
  }
}

declare module '@xmpp/websocket/lib/Connection.js' {
  import type { Element } from '@xmpp-call/jingle';
  import type { EventEmitter } from '@xmpp/events';
  import type FramedParser from '@xmpp/websocket/lib/FramedParser.js';
  import type Socket from '@xmpp/websocket/lib/Socket.js';
  export default class ConnectionWebSocket extends EventEmitter {
    constructor(options: { readonly service: string; readonly domain: string });
    Socket: new () => Socket;
    Parser: new () => FramedParser;
    readonly jid: { toString(): string } | null;
    /** ms; 0 for none. */
    timeout: number;
    socket: Socket | null;
    parser: FramedParser | null;
    connect(service: string): Promise<void>;
    open(options: { readonly domain: string }): Promise<Element>;
    send(element: Element): Promise<void>;
    write(text: string): Promise<void>;
    disconnect(): Promise<Element | undefined>;
    isSecure(): boolean;
    _onData(data: unknown): void;
    _onElement(element: Element): void;
    _detachSocket(): void;
    _detachParser(): void;
  }
}

declare module '@xmpp/middleware' {
  import type { Element } from '@xmpp-call/jingle';
  import type ConnectionWebSocket from '@xmpp/websocket/lib/Connection.js';
  export interface Context {
    readonly stanza: Element;
    readonly entity: ConnectionWebSocket;
  }
  export type Handler = (context: Context, next: () => Promise<void>) => Promise<void> | void;
  export interface Middleware {
    use(handler: Handler): Handler;
  }
  export default function middleware(parts: { readonly entity: ConnectionWebSocket }): Middleware;
}

declare module '@xmpp/stream-features' {
  import type { Handler, Middleware } from '@xmpp/middleware';
  export interface StreamFeatures {
    use(name: string, xmlns: string, handler: Handler): Handler;
  }
  export default function streamFeatures(parts: { readonly middleware: Middleware }): StreamFeatures;
}

declare module '@xmpp/sasl' {
  import type { StreamFeatures } from '@xmpp/stream-features';
  /** Strings are binary: one character per byte. */
  export interface Mechanism {
    readonly name: string;
    readonly clientFirst: boolean;
    response(): string | Promise<string>;
    challenge(data: string): void | Promise<void>;
  }
  export interface MechanismFactory {
    readonly _mechs: readonly { readonly name: string }[];
    create(names: readonly string[]): Mechanism | null;
  }
  export type Authenticate = (credentials: object, mechanism: string) => Promise<void>;
  export default function sasl(
    parts: { readonly streamFeatures: StreamFeatures; readonly saslFactory: MechanismFactory },
    onAuthenticate: (authenticate: Authenticate, mechanisms: readonly string[]) => Promise<void>,
  ): void;
}

declare module '@xmpp/resource-binding' {
  import type { Element } from '@xmpp-call/jingle';
  import type { StreamFeatures } from '@xmpp/stream-features';
  export default function resourceBinding(
    parts: {
      readonly streamFeatures: StreamFeatures;
      readonly iqCaller: { set(element: Element): Promise<Element> };
    },
    resource: string | undefined,
  ): void;
}
