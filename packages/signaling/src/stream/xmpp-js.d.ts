/** The parts of xmpp.js 0.14 that the stream is composed of, typed as far as they are used; they ship without types. */

declare module '@xmpp/events' {
  type Listener = (...parameters: never[]) => void;
  export class EventEmitter {
    on(event: string, listener: Listener): this;
    emit(event: string, ...parameters: unknown[]): boolean;
  }
}

declare module '@xmpp/websocket/lib/FramedParser.js' {
  import type { Element } from '@xmpp-call/jingle';
  import type { EventEmitter } from '@xmpp/events';
  export default class FramedParser extends EventEmitter {
    cursor: Element | null;
    root: Element | null;
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
    connect(url: string): void;
    _attachSocket(socket: WebSocket): void;
    _detachSocket(): void;
  }
}

declare module '@xmpp/websocket/lib/Connection.js' {
  import type { Element } from '@xmpp-call/jingle';
  import type { EventEmitter } from '@xmpp/events';
  import type Socket from '@xmpp/websocket/lib/Socket.js';
  /** An EventEmitter with `start`, `element`, `end` and `error`. */
  interface FrameSink {
    write(frame: string): void;
  }
  export default class ConnectionWebSocket extends EventEmitter {
    constructor(options: { readonly service: string; readonly domain: string });
    Socket: new () => Socket;
    Parser: new () => FrameSink;
    /** ms; 0 for none. */
    timeout: number;
    socket: Socket | null;
    parser: FrameSink | null;
    connect(service: string): Promise<void>;
    restart(): Promise<Element>;
    write(text: string): Promise<void>;
    disconnect(): Promise<Element | undefined>;
    _onData(data: unknown): void;
    _onElement(element: Element): void;
    _detachSocket(): void;
    _detachParser(): void;
  }
}
