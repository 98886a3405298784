import {
  bareOf,
  el,
  isSameBare,
  isSameJid,
  NS,
  parseJid,
  type DiscoInfo,
  type Element,
  type ExternalService,
} from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import {
  IqError,
  type IncomingIq,
  type IncomingMessage,
  type IqReply,
  type StanzaStream,
  type StreamState,
  type Unsubscribe,
} from '../stanza-stream.js';
import { OwnCapabilities, PeerCapabilities } from './capabilities.js';
import type { WebSocketConstructor } from './connection.js';
import { checkService, discoverService, type Fetch } from './discovery.js';
import { reasonOf, StreamError } from './errors.js';
import { ExternalServices } from './external-services.js';
import { readMessage } from './incoming-message.js';
import { IqRouter } from './iq-router.js';
import { Listeners } from './listeners.js';
import { Requests } from './requests.js';
import type { Credentials } from './sasl.js';
import { Session } from './session.js';

export interface StreamOptions {
  /** WebSocket URL (`wss:`, or `ws:` to loopback). Discovered from `domain` by XEP-0156 when absent. */
  readonly service?: string;
  readonly domain: string;
  /** Kept as long as the stream, which needs them to log in again; never logged. */
  readonly credentials: Credentials;
  /** Beginning of the resource asked for; chance supplies the rest. */
  readonly resourcePrefix?: string;
  /** XEP-0030 identity. */
  readonly identity: { readonly category: string; readonly type: string; readonly name: string };
  /** What disco#info and caps announce. */
  readonly features: readonly string[];
  /** Default: the global one. */
  readonly WebSocket?: WebSocketConstructor;
  /** Default: the global one. */
  readonly fetch?: Fetch;
}

export interface XmppStream extends StanzaStream {
  /**
   * Connects and logs in; while connecting or online it gives what the first call gave. When the first connection
   * fails there is no other attempt; a stream that is lost later comes back by itself, or goes `offline`.
   * @returns the full JID
   * @throws StreamError
   */
  connect(): Promise<string>;
  /** Logs out; resolves when sockets and timers are gone. */
  close(): Promise<void>;
  /** Why the stream is offline when that was not asked for. */
  readonly offlineReason: StreamError | undefined;
}

/** @param environment time, chance and log; passed on to everything that waits */
export function createStream(options: StreamOptions, environment: Environment): XmppStream {
  return new ClientStream(options, environment);
}

const globalFetch: Fetch = (url, init) => globalThis.fetch(url, init);

class ClientStream implements XmppStream {
  readonly #session: Session;
  readonly #requests: Requests;
  readonly #router: IqRouter;
  readonly #peers: PeerCapabilities;
  readonly #services: ExternalServices;
  readonly #messageListeners: Listeners<IncomingMessage>;
  readonly #presenceListeners: Listeners<Element>;
  readonly #stateListeners: Listeners<StreamState>;
  readonly #rebindListeners: Listeners<void>;
  /** Bare JIDs that have our directed presence. */
  readonly #introduced = new Set<string>();
  #own: OwnCapabilities | undefined;

  constructor(
    private readonly options: StreamOptions,
    private readonly environment: Environment,
  ) {
    const { domain, credentials, resourcePrefix = 'call', WebSocket = globalThis.WebSocket } = options;
    this.#requests = new Requests(environment);
    this.#router = new IqRouter(environment);
    this.#messageListeners = new Listeners(environment);
    this.#presenceListeners = new Listeners(environment);
    this.#stateListeners = new Listeners(environment);
    this.#rebindListeners = new Listeners(environment);
    const ask = (to: string, payload: Element, timeoutMs?: number): Promise<Element> =>
      this.request(el('iq', { type: 'get', to }, [payload]), timeoutMs === undefined ? {} : { timeoutMs });
    this.#peers = new PeerCapabilities(ask);
    this.#services = new ExternalServices(domain, (payload, timeoutMs) => ask(domain, payload, timeoutMs), environment);
    this.#session = new Session(
      {
        findService: (signal) => this.#findService(signal),
        domain,
        credentials,
        // The same after every loss: the server then ends the session that could not be resumed.
        resource: `${resourcePrefix}.${environment.uuid().slice(-8)}`,
        WebSocket,
      },
      {
        onStanza: (stanza) => this.#onStanza(stanza),
        onState: (state) => this.#stateListeners.emit(state),
        onBound: () => this.#onBound(),
        onRebound: () => this.#rebindListeners.emit(),
        onResumed: () => this.#requests.resume(),
        onLost: (resumable) => (resumable ? this.#requests.pause() : this.#requests.disconnect()),
        onEnded: () => {
          this.#forget();
          this.#introduced.clear();
        },
      },
      environment,
    );
    const push = (iq: IncomingIq): IqReply => this.#services.answerPush(iq, this.#account);
    this.onIq(NS.discoInfo, (iq) => this.#own?.answer(iq) ?? { result: undefined });
    this.onIq(NS.ping, () => ({ result: undefined }));
    this.onIq(NS.extdisco2, push);
    this.onIq(NS.extdisco1, push);
  }

  get state(): StreamState {
    return this.#session.state;
  }

  get jid(): string | undefined {
    return this.#session.jid;
  }

  get offlineReason(): StreamError | undefined {
    return this.#session.offlineReason;
  }

  connect(): Promise<string> {
    return this.#session.connect();
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  hintOnline(): void {
    this.#session.hintOnline();
  }

  send(stanza: Element): void {
    stanza.attrs.xmlns = NS.client;
    if (!this.#session.send(stanza)) this.environment.log('debug', 'no stream for a stanza', { name: stanza.name });
  }

  async request(iq: Element, options: { readonly timeoutMs?: number } = {}): Promise<Element> {
    const id = this.environment.uuid();
    iq.attrs.id = id;
    iq.attrs.xmlns = NS.client;
    if (!this.#session.send(iq)) throw new IqError('disconnected');
    const { to } = iq.attrs;
    return this.#requests.add(id, (from) => this.#isAnswerFrom(to, from), options.timeoutMs);
  }

  onMessage(listener: (message: IncomingMessage) => void): Unsubscribe {
    return this.#messageListeners.add(listener);
  }

  onPresence(listener: (presence: Element) => void): Unsubscribe {
    return this.#presenceListeners.add(listener);
  }

  onIq(namespace: string, handler: (iq: IncomingIq) => IqReply): Unsubscribe {
    return this.#router.register(namespace, handler);
  }

  onState(listener: (state: StreamState) => void): Unsubscribe {
    return this.#stateListeners.add(listener);
  }

  onRebind(listener: () => void): Unsubscribe {
    return this.#rebindListeners.add(listener);
  }

  discoInfo(jid: string): Promise<DiscoInfo> {
    return this.#peers.infoOf(jid);
  }

  introduceTo(bareJid: string): void {
    const bare = bareOf(bareJid);
    if (bare === undefined || this.#introduced.has(bare)) return;
    this.#introduced.add(bare);
    if (this.jid !== undefined) this.#sendPresence(bare);
  }

  externalServices(options: { readonly minValidityMs?: number } = {}): Promise<readonly ExternalService[]> {
    return this.#services.get(options.minValidityMs);
  }

  serverNow(): number {
    return this.environment.now();
  }

  async #findService(signal: AbortSignal): Promise<string> {
    const { service, domain, fetch = globalFetch, features, identity } = this.options;
    this.#checkAddress();
    this.#own ??= await OwnCapabilities.create({ identities: [{ ...identity, lang: '' }], features, forms: [] });
    return service === undefined ? discoverService(domain, fetch, this.environment, signal) : checkService(service);
  }

  #checkAddress(): void {
    const { domain, credentials } = this.options;
    const local = credentials.kind === 'password' ? credentials.username : '';
    const jid = parseJid(credentials.kind === 'password' ? `${local}@${domain}` : domain);
    if (!jid.ok || jid.value.local !== local.toLowerCase() || jid.value.resource !== '') {
      throw new StreamError('invalid-address', 'malformed domain or user name');
    }
  }

  /** Our bare JID. */
  get #account(): string {
    return bareOf(this.jid ?? '') ?? this.options.domain;
  }

  /** RFC 6120 §8.1.2.1: our server answers for the account in its own name, in the account's, or in none. */
  #isAnswerFrom(to: string | undefined, from: string | undefined): boolean {
    const { domain } = this.options;
    const ours = to === undefined || isSameJid(to, this.#account) || isSameJid(to, domain);
    if (from === undefined) return ours;
    if (to !== undefined) return isSameJid(to, from);
    return isSameJid(from, domain) || isSameBare(from, this.#account);
  }

  #onStanza(stanza: Element): void {
    const { from, type } = stanza.attrs;
    if (from !== undefined && !parseJid(from).ok) return;
    if (stanza.name === 'iq') {
      const answer = type !== 'result' && type !== 'error' && this.#router.answer(stanza, this.#account);
      if (answer) this.send(answer);
      else this.#requests.settle(stanza);
    } else if (stanza.name === 'message') {
      const message = readMessage(stanza, this.jid ?? this.#account);
      if (message) this.#messageListeners.emit(message);
      else this.environment.log('warn', 'forged or malformed message');
    } else {
      this.#peers.notePresence(stanza);
      this.#presenceListeners.emit(stanza);
    }
  }

  /** A new session knows nothing of the one before: say again who we are, to whom it was said. */
  #onBound(): void {
    this.#forget();
    if (this.options.credentials.kind === 'password') {
      const enable = el('iq', { type: 'set' }, [el('enable', { xmlns: NS.carbons })]);
      this.request(enable).catch((error: unknown) => {
        // Calls that are answered on another device go on ringing here.
        this.environment.log('warn', 'no carbons', { reason: reasonOf(error) });
      });
      this.#sendPresence();
    }
    for (const bare of this.#introduced) this.#sendPresence(bare);
  }

  #sendPresence(to?: string): void {
    this.send(el('presence', { to }, [this.#own?.element()]));
  }

  #forget(): void {
    this.#requests.disconnect();
    this.#services.reset();
    this.#peers.forgetPeers();
  }
}
