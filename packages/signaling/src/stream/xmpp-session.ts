import { namespaceOf, NS, type Element } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import type { StreamState } from '../stanza-stream.js';
import { backOffMs } from './back-off.js';
import { NS_STREAMS, StreamConnection, type WebSocketConstructor } from './connection.js';
import { isSecure } from './discovery.js';
import { StreamError, toStreamError, unreachable, type StreamErrorCode } from './errors.js';
import { LinkMonitor } from './link-monitor.js';
import { negotiate, type Negotiated } from './negotiation.js';
import type { Credentials, PlainPolicy } from './sasl.js';
import { SleepWatch } from './sleep-watch.js';
import { NS_SM, StreamManagement } from './stream-management.js';

export interface SessionOptions {
  /** Finds the WebSocket URL; called again when the known one stops answering. @throws StreamError */
  findService(signal: AbortSignal): Promise<string>;
  readonly domain: string;
  readonly credentials: Credentials;
  readonly plain: PlainPolicy;
  readonly resource: string;
  readonly WebSocket: WebSocketConstructor;
}

export interface SessionCallbacks {
  onStanza(stanza: Element): void;
  onState(state: StreamState): void;
  /** A new session. What is sent here goes first. */
  onBound(): void;
  /** The new session, which comes after one that was lost, is online. */
  onRebound(): void;
  onResumed(): void;
  /** The connection is gone; `resumable`: what was sent and asked may still arrive. */
  onLost(resumable: boolean): void;
  /** The session is gone and no other will follow. */
  onEnded(): void;
}

/** Failures that another attempt may not meet again. A server that restarts may lack features for a while. */
const PASSING: ReadonlySet<StreamErrorCode> = new Set(['signaling-unreachable', 'incompatible']);
/** Failed attempts after which the service is looked up again. */
const REDISCOVER_AFTER = 3;
/** ms online after which the attempts before it are forgotten: a server that ends each session gets calls at the same rate as one that is away. */
const SETTLED_AFTER_MS = 60_000;
/** ms in which the service has to be found: two documents, one after the other. */
export const DISCOVERY_TIMEOUT_MS = 20_000;
/** ms that the server gets to answer, and an attempt to succeed, when the network is known to have changed. */
const HINT_ANSWER_MS = 3_000;

/** An XMPP session over as many connections as it takes: connects, notices losses, resumes or rebinds, for as long as it is wanted. */
export class Session {
  readonly #management = new StreamManagement();
  readonly #monitor: LinkMonitor;
  #state: StreamState = 'offline';
  #jid: string | undefined;
  #offlineReason: StreamError | undefined;
  #service: string | undefined;
  /** Bound or resumed. */
  #connection: StreamConnection | undefined;
  /** Ends the attempt to get one. */
  #abort: AbortController | undefined;
  #cancelRetry: (() => void) | undefined;
  /** Attempts and sockets that were given up, until they are gone. */
  #leaving: Promise<unknown> = Promise.resolve();
  /** The last one asked where there is no stream management, and how many stanzas to repeat were sent before it. */
  #ping: { readonly id: string; readonly left: number } | undefined;
  /** Attempts since the stream was last online for long. */
  #attempt = 0;
  /** ms since the epoch, of the attempt under way and of its success. */
  #begunAt = 0;
  #onlineAt = 0;
  /** The network is said to have changed, and nothing was heard since. */
  #isHinted = false;
  readonly #sleepWatch: SleepWatch;
  #connected: Promise<string> | undefined;
  #settle: { resolve(jid: string): void; reject(reason: StreamError): void } | undefined;

  constructor(
    private readonly options: SessionOptions,
    private readonly callbacks: SessionCallbacks,
    private readonly environment: Environment,
  ) {
    this.#monitor = new LinkMonitor(
      environment,
      () => this.#probe(),
      () => this.#onLost(unreachable('no sign of life')),
    );
    this.#sleepWatch = new SleepWatch(environment, () => this.hintOnline());
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
    if (this.#connected) return this.#connected;
    const connected = new Promise<string>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#connected = connected;
    this.#offlineReason = undefined;
    this.#setState('connecting');
    this.#sleepWatch.start();
    this.#try();
    return connected;
  }

  /** Ends the session for good; resolves when sockets and timers are gone. */
  async close(): Promise<void> {
    if (this.#management.counting) this.#connection?.post(this.#management.answer());
    // RFC 7395 §3.6
    this.#connection?.post('<close xmlns="urn:ietf:params:xml:ns:xmpp-framing"/>');
    this.#end(new StreamError('closed', 'closed'));
    await this.#leaving;
  }

  /**
   * Sends a stanza now, or when the session is resumed.
   * @param repeat a session that follows sends it when this one ends before it is acknowledged
   * @returns false when it cannot be delivered any more
   */
  send(stanza: Element, repeat = false): boolean {
    const connection = this.#connection;
    if (!connection && !this.#management.resumable) return repeat && this.#leave(stanza);
    const text = stanza.toString();
    if (!this.#management.sent(text, repeat)) {
      this.environment.log('warn', 'too many stanzas wait for the server: this session cannot be resumed');
      if (!connection) {
        this.callbacks.onLost(false);
        return repeat;
      }
    }
    connection?.post(text);
    if (this.#management.wantsToAsk) connection?.post(this.#management.ask());
    this.#monitor.sent();
    return true;
  }

  /** Keeps a stanza for the session that follows. @returns false when none will */
  #leave(stanza: Element): boolean {
    if (this.#state !== 'reconnecting') return false;
    this.#management.leave(stanza.toString());
    return true;
  }

  /** The network is said to be back, or another one, or the device has slept. */
  hintOnline(): void {
    const now = this.environment.now();
    if (this.#connection) {
      this.#isHinted = true;
      this.#monitor.check(HINT_ANSWER_MS);
    } else if (this.#state === 'reconnecting' && (this.#cancelRetry || now - this.#begunAt >= HINT_ANSWER_MS)) {
      this.#cancelRetry?.();
      this.#abort?.abort();
      this.#attempt = 1;
      this.#try();
    }
  }

  #try(): void {
    this.#cancelRetry = undefined;
    this.#begunAt = this.environment.now();
    this.#abort = new AbortController();
    this.#await(this.#establish(this.#abort.signal));
  }

  async #establish(signal: AbortSignal): Promise<void> {
    const { domain, credentials, plain, resource, WebSocket } = this.options;
    let connection: StreamConnection | undefined;
    try {
      if (this.#attempt % REDISCOVER_AFTER === 0) this.#service = undefined;
      const service = (this.#service ??= await this.#findService(signal));
      signal.throwIfAborted();
      const begun = new StreamConnection({ service, domain, WebSocket }, this.environment);
      connection = begun;
      signal.addEventListener('abort', () => this.#await(begun.drop()));
      const login = { domain, credentials, plain, secure: isSecure(service), resource, management: this.#management };
      const negotiated = await negotiate(begun, login, this.environment);
      if (!signal.aborted) this.#onNegotiated(begun, negotiated);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toStreamError(thrown);
      if (connection) this.#await(connection.drop());
      this.environment.log('info', 'connection attempt failed', { code: error.code, reason: error.message });
      if (this.#state === 'reconnecting' && PASSING.has(error.code)) this.#scheduleRetry();
      else this.#end(error);
    }
  }

  /** Ends in time, whatever the lookup does. */
  #findService(signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const cancel = this.environment.after(DISCOVERY_TIMEOUT_MS, () =>
        reject(unreachable('no service found in time')),
      );
      const end = (): void => {
        cancel();
        reject(new StreamError('closed', 'closed'));
      };
      signal.addEventListener('abort', end);
      this.options
        .findService(signal)
        .then(resolve, reject)
        .finally(() => {
          cancel();
          signal.removeEventListener('abort', end);
        });
    });
  }

  #onNegotiated(connection: StreamConnection, { boundJid, early }: Negotiated): void {
    this.#connection = connection;
    this.#onlineAt = this.environment.now();
    this.#monitor.start();
    for (const text of this.#management.unacked) connection.post(text);
    if (boundJid === undefined) {
      this.callbacks.onResumed();
      this.#setState('online');
    } else {
      const first = this.#jid === undefined;
      this.#jid = boundJid;
      this.callbacks.onBound();
      for (const text of this.#management.takeLeft()) {
        this.#management.sent(text, true);
        connection.post(text);
      }
      this.#setState('online');
      if (!first) this.callbacks.onRebound();
      this.#settle?.resolve(boundJid);
    }
    if (this.#connection !== connection) return;
    for (const element of early) if (isStanza(element)) this.callbacks.onStanza(element);
    connection.deliver(
      (element) => this.#onElement(element),
      (error) => this.#onLost(error),
    );
  }

  #onElement(element: Element): void {
    this.#monitor.heard();
    this.#isHinted = false;
    if (isStanza(element)) {
      this.#management.received();
      if (this.#ping && element.attrs.id === this.#ping.id) this.#onPong(this.#ping.left);
      this.callbacks.onStanza(element);
    } else if (element.is('r', NS_SM)) {
      this.#connection?.post(this.#management.answer());
    } else if (element.is('a', NS_SM)) {
      if (!this.#management.acknowledge(element)) this.environment.log('warn', 'impossible acknowledgement');
    } else if (element.is('features', NS_STREAMS)) {
      this.#connection?.fail(new StreamError('incompatible', 'unexpected stream features'));
    }
  }

  /** XEP-0198 §4 where there is stream management; any answer to a ping is as good (XEP-0199 §4.2). */
  #probe(): void {
    if (this.#management.counting) {
      this.#connection?.post(this.#management.ask());
      return;
    }
    const ping = (this.#ping = { id: this.environment.uuid(), left: this.#management.leftCount });
    this.#connection?.post(`<iq xmlns="${NS.client}" type="get" id="${ping.id}"><ping xmlns="${NS.ping}"/></iq>`);
  }

  /** Servers handle stanzas in order (RFC 6120 §10.1): what was sent before the ping has arrived. */
  #onPong(left: number): void {
    this.#management.takeLeft(left);
    this.#ping = undefined;
  }

  #onLost(error: StreamError): void {
    this.environment.log('info', 'stream lost', { code: error.code, reason: error.message });
    this.#drop();
    if (!PASSING.has(error.code)) {
      this.#end(error);
      return;
    }
    if (this.environment.now() - this.#onlineAt >= SETTLED_AFTER_MS) this.#attempt = 0;
    if (!this.#management.resumable) this.#management.reset();
    this.callbacks.onLost(this.#management.resumable);
    // Nothing is wrong with the server when the network has changed.
    this.#scheduleRetry(this.#isHinted ? 0 : undefined);
    this.#isHinted = false;
    this.#setState('reconnecting');
  }

  /** @param delay ms; by the attempts so far when left out */
  #scheduleRetry(delay = backOffMs(this.#attempt, this.environment.random())): void {
    this.#attempt++;
    this.#cancelRetry = this.environment.after(delay, () => this.#try());
  }

  #end(reason: StreamError): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#abort?.abort();
    this.#sleepWatch.stop();
    this.#drop();
    this.#management.reset();
    this.#management.takeLeft();
    this.#jid = undefined;
    this.#connected = undefined;
    this.#attempt = 0;
    if (reason.code !== 'closed') this.#offlineReason = reason;
    const settle = this.#settle;
    this.callbacks.onEnded();
    this.#setState('offline');
    settle?.reject(reason);
  }

  #drop(): void {
    this.#monitor.stop();
    this.#ping = undefined;
    if (this.#connection) this.#await(this.#connection.drop());
    this.#connection = undefined;
  }

  #await(gone: Promise<void>): void {
    this.#leaving = Promise.all([this.#leaving, gone]);
  }

  #setState(state: StreamState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.callbacks.onState(state);
  }
}

function isStanza(element: Element): boolean {
  const namespace = namespaceOf(element);
  return /^(iq|message|presence)$/.test(element.name) && (namespace === NS.client || namespace === '');
}
