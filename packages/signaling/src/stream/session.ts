import type { Element } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import type { StreamState } from '../stanza-stream.js';
import type { ReconnectPolicy } from './back-off.js';
import type { StreamConnection, WebSocketConstructor } from './connection.js';
import { StreamError, toStreamError, type StreamErrorCode } from './errors.js';
import { LinkMonitor } from './link-monitor.js';
import { Negotiation, type Negotiated } from './negotiation.js';
import type { Credentials } from './sasl.js';
import { NS_SM, StreamManagement } from './stream-management.js';

export interface SessionOptions {
  /** Finds the WebSocket URL; called again when the known one stops answering. @throws StreamError */
  findService(signal: AbortSignal): Promise<string>;
  /** Whether a URL is encrypted or stays on this machine. */
  isSecure(service: string): boolean;
  readonly domain: string;
  readonly credentials: Credentials;
  readonly resource: string | undefined;
  readonly policy: ReconnectPolicy;
  readonly WebSocket: WebSocketConstructor;
}

export interface SessionCallbacks {
  onStanza(stanza: Element): void;
  onState(state: StreamState): void;
  /** A new session; `first` unless another one was lost before. What is sent here goes first. */
  onBound(first: boolean): void;
  onResumed(): void;
  /** The connection is gone; `resumable`: what was sent and asked may still arrive. */
  onLost(resumable: boolean): void;
  /** The session is gone and no other will follow. */
  onEnded(): void;
}

/** Failures that another attempt would meet again. A server that restarts may lack features for a while. */
const FATAL: ReadonlySet<StreamErrorCode> = new Set([
  'auth-failed',
  'insecure',
  'invalid-address',
  'replaced',
  'closed',
]);
/** Failed attempts after which the service is looked up again. */
const REDISCOVER_AFTER = 3;

/** An XMPP session over as many connections as it takes: connects, notices losses, resumes or rebinds, gives up. */
export class Session {
  readonly #management = new StreamManagement();
  readonly #monitor: LinkMonitor;
  #state: StreamState = 'offline';
  #jid: string | undefined;
  #offlineReason: StreamError | undefined;
  #service: string | undefined;
  #connection: StreamConnection | undefined;
  #negotiation: Negotiation | undefined;
  #discovery: AbortController | undefined;
  #cancelRetry: (() => void) | undefined;
  /** Sockets that were given up and are not closed yet. */
  readonly #leaving = new Set<Promise<void>>();
  #lostAt = 0;
  #attempt = 0;
  #connecting: Promise<string> | undefined;
  #settleConnect: ((outcome: string | StreamError) => void) | undefined;

  constructor(
    private readonly options: SessionOptions,
    private readonly callbacks: SessionCallbacks,
    private readonly environment: Environment,
  ) {
    this.#monitor = new LinkMonitor(environment, {
      probe: () => this.#probe(),
      dead: () => {
        this.#onLost(new StreamError('signaling-unreachable', 'the server stopped answering'));
      },
    });
  }

  get state(): StreamState {
    return this.#state;
  }

  get jid(): string | undefined {
    return this.#jid;
  }

  /** Why the session is offline when that was not asked for. */
  get offlineReason(): StreamError | undefined {
    return this.#offlineReason;
  }

  /** Connects and logs in; a loss after that is dealt with here. @returns the full JID. @throws StreamError */
  connect(): Promise<string> {
    if (this.#connecting) return this.#connecting;
    if (this.#jid !== undefined) return Promise.resolve(this.#jid);
    this.#offlineReason = undefined;
    this.#connecting = new Promise((resolve, reject) => {
      this.#settleConnect = (outcome) => {
        this.#connecting = undefined;
        this.#settleConnect = undefined;
        if (typeof outcome === 'string') resolve(outcome);
        else reject(outcome);
      };
    });
    const connected = this.#connecting;
    this.#setState('connecting');
    void this.#try();
    return connected;
  }

  /** Ends the session for good; resolves when sockets and timers are gone. */
  async close(): Promise<void> {
    const connection = this.#connection;
    if (connection && this.#management.counting) connection.post(this.#management.answer());
    if (connection) this.#leave(connection.end());
    this.#end(new StreamError('closed', 'the stream was closed'));
    await Promise.all(this.#leaving);
  }

  /** Sends a stanza now, or when the session is resumed. @returns false when it cannot be delivered any more */
  send(stanza: Element): boolean {
    const waiting = this.#state === 'reconnecting' && this.#management.resumable;
    if (!this.#connection && !waiting) return false;
    const text = stanza.toString();
    if (!this.#management.sent(text)) {
      this.environment.log('warn', 'too many stanzas wait for the server');
      if (!this.#connection) this.callbacks.onLost(false);
      return this.#connection !== undefined;
    }
    this.#connection?.post(text);
    this.#monitor.sent();
    return true;
  }

  /** The network is said to be back, or another one. */
  hintOnline(): void {
    if (this.#connection) {
      this.#monitor.check();
    } else if (this.#cancelRetry) {
      this.#cancelRetry();
      this.#cancelRetry = undefined;
      this.#attempt = 1;
      void this.#try();
    }
  }

  async #try(): Promise<void> {
    const discovery = new AbortController();
    this.#discovery = discovery;
    const service = await this.#findService(discovery.signal);
    if (discovery.signal.aborted) return;
    this.#discovery = undefined;
    if (service instanceof StreamError) {
      this.#onFailed(service);
      return;
    }
    const { credentials, domain, resource, WebSocket } = this.options;
    const secure = this.options.isSecure(service);
    this.#negotiation = new Negotiation(
      { service, domain, WebSocket, credentials, secure, resource, management: this.#management },
      this.environment,
      (negotiated) => this.#onNegotiated(negotiated),
      (error) => {
        this.#abandonNegotiation();
        this.#onFailed(error);
      },
    );
  }

  async #findService(signal: AbortSignal): Promise<string | StreamError> {
    if (this.#attempt % REDISCOVER_AFTER === 0) this.#service = undefined;
    try {
      this.#service ??= await this.options.findService(signal);
      return this.#service;
    } catch (error) {
      return toStreamError(error, 'signaling-unreachable');
    }
  }

  #onFailed(error: StreamError): void {
    this.environment.log('info', 'connection attempt failed', { code: error.code, reason: error.message });
    if (this.#state === 'reconnecting' && !FATAL.has(error.code)) this.#scheduleRetry(error);
    else this.#end(error);
  }

  #onNegotiated({ connection, boundJid, unacked, early }: Negotiated): void {
    this.#negotiation = undefined;
    this.#connection = connection;
    this.#attempt = 0;
    connection.onLost = (error) => this.#onLost(error);
    connection.onData = () => this.#monitor.heard();
    connection.onNonza = (element) => this.#onNonza(element);
    connection.onStanza = (stanza) => {
      this.#management.received();
      this.callbacks.onStanza(stanza);
    };
    this.#monitor.start();

    if (boundJid === undefined) {
      for (const text of unacked) connection.post(text);
      this.callbacks.onResumed();
      this.#setState('online');
    } else {
      const first = this.#jid === undefined;
      this.#jid = boundJid;
      this.callbacks.onBound(first);
      this.#setState('online');
      for (const stanza of early) this.callbacks.onStanza(stanza);
      this.#settleConnect?.(boundJid);
    }
  }

  #onNonza(element: Element): void {
    if (element.is('r', NS_SM)) {
      this.#connection?.post(this.#management.answer());
    } else if (element.is('a', NS_SM) && !this.#management.acknowledge(element)) {
      this.environment.log('warn', 'impossible acknowledgement', { h: element.attrs.h?.slice(0, 20) });
    }
  }

  /** XEP-0198 §4 where there is stream management; any answer to a ping is as good (XEP-0199 §4.2). */
  #probe(): void {
    const ping = `<iq xmlns="jabber:client" type="get" id="${this.environment.uuid()}"><ping xmlns="urn:xmpp:ping"/></iq>`;
    this.#connection?.post(this.#management.counting ? `<r xmlns="${NS_SM}"/>` : ping);
  }

  #onLost(error: StreamError): void {
    this.environment.log('info', 'stream lost', { code: error.code, reason: error.message });
    this.#monitor.stop();
    if (this.#connection) this.#leave(this.#connection.drop());
    this.#connection = undefined;
    if (FATAL.has(error.code)) {
      this.#end(error);
      return;
    }
    this.#lostAt = this.environment.now();
    if (!this.#management.resumable) this.#management.reset();
    this.callbacks.onLost(this.#management.resumable);
    this.#scheduleRetry(error);
    this.#setState('reconnecting');
  }

  #scheduleRetry(error: StreamError): void {
    const { policy } = this.options;
    const delay = policy.delayMs(this.#attempt, this.environment.random());
    if (this.environment.now() + delay - this.#lostAt > policy.giveUpAfterMs) {
      this.#end(error);
      return;
    }
    this.#attempt++;
    this.#cancelRetry = this.environment.after(delay, () => {
      this.#cancelRetry = undefined;
      void this.#try();
    });
  }

  #end(reason: StreamError): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#discovery?.abort();
    this.#monitor.stop();
    this.#abandonNegotiation();
    this.#connection = undefined;
    this.#management.reset();
    this.#jid = undefined;
    this.#attempt = 0;
    if (reason.code !== 'closed') this.#offlineReason = reason;
    this.callbacks.onEnded();
    this.#setState('offline');
    this.#settleConnect?.(reason);
  }

  #abandonNegotiation(): void {
    if (this.#negotiation) this.#leave(this.#negotiation.abort());
    this.#negotiation = undefined;
  }

  #leave(closed: Promise<void>): void {
    this.#leaving.add(closed);
    void closed.finally(() => this.#leaving.delete(closed));
  }

  #setState(state: StreamState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.callbacks.onState(state);
  }
}
