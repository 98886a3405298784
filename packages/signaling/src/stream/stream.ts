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
import { limitLog } from '../limited-log.js';
import { AnswerBudget } from './answer-budget.js';
import { OwnCapabilities, PeerCapabilities } from './capabilities.js';
import type { WebSocketConstructor } from './connection.js';
import { checkService, discoverService, type Fetch } from './discovery.js';
import { reasonOf, StreamError } from './errors.js';
import { ExternalServices } from './external-services.js';
import { readMessage } from './incoming-message.js';
import { isHeadOnly } from './frame-parser.js';
import { IqRouter } from './iq-router.js';
import { Listeners } from './listeners.js';
import { Requests } from './requests.js';
import { ServerClock } from './server-clock.js';
import type { Credentials, PlainPolicy } from './sasl.js';
import { Session } from './xmpp-session.js';

export interface StreamOptions {
  /** WebSocket URL (`wss:`, or `ws:` to loopback). Discovered from `domain` by XEP-0156 when absent. */
  readonly service?: string;
  readonly domain: string;
  /** Kept as long as the stream, which needs them to log in again; never logged. */
  readonly credentials: Credentials;
  /** Default: PLAIN is allowed until this stream has logged in with SCRAM. */
  readonly plain?: PlainPolicy;
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

/** Bytes. Prosody takes 256 KiB of a client, and ends the stream above it. */
const MAX_STANZA_BYTES = 200_000;

const globalFetch: Fetch = (url, init) => globalThis.fetch(url, init);

class ClientStream implements XmppStream {
  readonly #session: Session;
  readonly #requests: Requests;
  readonly #router: IqRouter;
  readonly #peers: PeerCapabilities;
  readonly #clock: ServerClock;
  readonly #services: ExternalServices;
  readonly #messageListeners: Listeners<IncomingMessage>;
  readonly #presenceListeners: Listeners<Element>;
  readonly #stateListeners: Listeners<StreamState>;
  readonly #rebindListeners: Listeners<void>;
  /** Bare JIDs that have our directed presence. */
  readonly #introduced = new Set<string>();
  readonly #answers: AnswerBudget;
  private readonly environment: Environment;
  #own: OwnCapabilities | undefined;

  constructor(
    private readonly options: StreamOptions,
    unlimited: Environment,
  ) {
    // Most of what is logged here is caused by what others send.
    const environment = (this.environment = limitLog(unlimited, 1));
    this.#answers = new AnswerBudget(environment);
    const { domain, credentials, WebSocket = globalThis.WebSocket } = options;
    this.#requests = new Requests(environment);
    this.#router = new IqRouter(environment);
    this.#messageListeners = new Listeners(environment);
    this.#presenceListeners = new Listeners(environment);
    this.#stateListeners = new Listeners(environment);
    this.#rebindListeners = new Listeners(environment);
    const ask = (to: string, payload: Element, timeoutMs?: number): Promise<Element> =>
      this.request(el('iq', { type: 'get', to }, [payload]), timeoutMs === undefined ? {} : { timeoutMs });
    this.#peers = new PeerCapabilities(ask);
    const askServer = (payload: Element, timeoutMs: number): Promise<Element> => ask(domain, payload, timeoutMs);
    this.#clock = new ServerClock(askServer, environment);
    this.#services = new ExternalServices(domain, askServer, environment, () => this.serverNow());
    this.#session = new Session(
      {
        findService: (signal) => this.#findService(signal),
        domain,
        credentials,
        plain: options.plain ?? { isRefused: false, scramAccounts: new Set() },
        // The same after every loss: the server then ends the session that could not be resumed.
        resource: `call.${environment.uuid().slice(-8)}`,
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
          this.#requests.end();
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

  serverNow(): number {
    return this.#clock.now();
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

  send(stanza: Element, { repeat = false }: { readonly repeat?: boolean } = {}): void {
    stanza.attrs.xmlns = NS.client;
    if (!this.#isSendable(stanza)) return;
    if (!this.#session.send(stanza, repeat))
      this.environment.log('debug', 'no stream for a stanza', { name: stanza.name });
  }

  async request(
    iq: Element,
    { timeoutMs, repeat = false }: { readonly timeoutMs?: number; readonly repeat?: boolean } = {},
  ): Promise<Element> {
    const id = this.environment.uuid();
    iq.attrs.id = id;
    iq.attrs.xmlns = NS.client;
    const { to } = iq.attrs;
    if (!this.#isSendable(iq)) throw new IqError('policy-violation');
    if (!this.#session.send(iq, repeat)) throw new IqError('disconnected');
    return this.#requests.add(id, (from) => this.#isAnswerFrom(to, from), timeoutMs, repeat);
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

  exempt(peer: string): Unsubscribe {
    return this.#answers.exempt(bareOf(peer) ?? peer);
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
    this.#answers.note(bare);
    if (this.jid !== undefined) this.#sendPresence(bare);
  }

  externalServices(options: { readonly minValidityMs?: number } = {}): Promise<readonly ExternalService[]> {
    return this.#services.get(options.minValidityMs);
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
    const isUnreadable = isHeadOnly(stanza);
    if (isUnreadable) this.environment.log('warn', 'unreadable stanza', { name: stanza.name, from });
    if (stanza.name === 'iq' && type !== 'result' && type !== 'error') {
      if (!this.#owesAnswer(from)) return;
      const answer = isUnreadable ? this.#router.refuse(stanza) : this.#router.answer(stanza, this.#account);
      if (answer) this.send(answer);
    } else if (stanza.name === 'iq') {
      this.#requests.settle(stanza, isUnreadable ? new IqError('policy-violation') : undefined);
    } else if (isUnreadable) {
      return;
    } else if (stanza.name === 'message') {
      const message = readMessage(stanza, this.jid ?? this.#account);
      if (message) this.#messageListeners.emit(message);
      else this.environment.log('warn', 'forged or malformed message');
    } else {
      this.#peers.notePresence(stanza, this.#account);
      this.#presenceListeners.emit(stanza);
    }
  }

  /** Whether the sender of a request is to be answered: our own server and account always are. */
  #owesAnswer(from: string | undefined): boolean {
    if (from === undefined || isSameBare(from, this.#account) || isSameJid(from, this.options.domain)) return true;
    if (this.#answers.allows(bareOf(from) ?? from)) return true;
    this.environment.log('warn', 'too many requests of strangers');
    return false;
  }

  /** No peer may have us send what our server ends the stream for. */
  #isSendable(stanza: Element): boolean {
    const text = stanza.toString();
    const isSmall = text.length <= MAX_STANZA_BYTES / 3 || new TextEncoder().encode(text).length <= MAX_STANZA_BYTES;
    if (!isSmall) this.environment.log('warn', 'stanza too large to be sent', { name: stanza.name });
    return isSmall;
  }

  /** A new session knows nothing of the one before: say again who we are, to whom it was said. */
  #onBound(): void {
    this.#forget();
    this.#requests.disconnect();
    this.#requests.resume();
    // Before the presence, which has the server deliver what it has stored, with stamps of its clock.
    void this.#clock.ask();
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
    this.#services.reset();
    this.#peers.forgetPeers();
  }
}
