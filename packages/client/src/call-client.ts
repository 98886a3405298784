import { assertCallsPossible } from '@xmpp-call/media';
import { MediaKind, randomUuid } from '@xmpp-call/wire';
import type { Event as WireEvent } from '@xmpp-call/wire';
import type {
  Call,
  CallClientOptions,
  CallMedia,
  CalleeAvailability,
  ChosenDevices,
  ConnectionState,
  Log,
  MediaCorePreference,
} from './api.js';
import type { CallClient, ClientEventMap } from './client-api.js';
import { NO_CORE } from './call-core.js';
import { ClientCall } from './client-call.js';
import type { CallHost } from './call-host.js';
import type { ClientCallInit } from './client-call.js';
import { pageClock, within } from './clock.js';
import type { Clock } from './clock.js';
import { codecsBuilt } from './codecs-built.js';
import { consoleLog } from './console-log.js';
import { XmppCallError } from './errors.js';
import { IncomingCallEvent } from './incoming-call-event.js';
import { canUseMediaCore, knownPreference } from './media-core-support.js';
import { NetworkWatch } from './network-watch.js';
import { checkedOptions } from './options.js';
import type { OpenedCore, openMediaCore } from './open-media-core.js';
import { toCallError } from './to-call-error.js';
import { typedEventTarget } from './typed-event-target.js';
import { WirePort } from './wire-port.js';
import type { WireEndpoint, WirePortObserver } from './wire-port.js';
import { defaultWorkerUrl, launchWorker } from './worker-launcher.js';
import { AVAILABILITIES, CONNECTION_STATES, LOG_LEVELS, toError, wordFor } from './wire-map.js';

/**
 * Creates a client. Nothing is started before `connect()` or `call()`.
 * @throws XmppCallError `invalid-address` where an option is not usable; the message says which
 */
export function createCallClient(options: CallClientOptions): CallClient {
  return new WorkerCallClient(options, (url) => launchWorker(url));
}

/**
 * ms that a page which goes away is held up, so that its worker can say goodbye: browsers end workers right after
 * `pagehide`, and a peer that hears nothing stays in the call for up to a minute.
 */
const PAGE_HIDE_MS = 150;
/** ms that `dispose` gives the worker to say goodbye. */
const DISPOSE_MS = 2000;
/** Calls that are shown at once; the worker lets fewer ring. */
const MAX_CALLS = 16;

function lingerFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** A CallClient whose truth lives in a signaling worker. */
export class WorkerCallClient extends typedEventTarget<ClientEventMap>() implements CallClient {
  connection: ConnectionState = 'offline';
  connectionError: XmppCallError | undefined;
  jid: string | undefined;
  devices: ChosenDevices;
  readonly #options: CallClientOptions;
  readonly #mediaCore: MediaCorePreference;
  readonly #launch: (url: URL) => WireEndpoint;
  readonly #clock: Clock;
  readonly #loadCore: CoreLoader;
  readonly #log: Log;
  readonly #calls = new Map<string, ClientCall>();
  #port: WirePort | undefined;
  #network: NetworkWatch | undefined;
  #connecting: Promise<void> | undefined;
  #disposing: Promise<void> | undefined;

  /** @throws XmppCallError `invalid-address` */
  constructor(
    options: CallClientOptions,
    launch: (url: URL) => WireEndpoint,
    clock: Clock = pageClock,
    loadCore: CoreLoader = importMediaCore,
  ) {
    super();
    this.#options = checkedOptions(options);
    this.devices = this.#options.devices ?? {};
    this.#launch = launch;
    this.#clock = clock;
    this.#loadCore = loadCore;
    this.#log = options.log ?? consoleLog(clock);
    this.#mediaCore = knownPreference(this.#options.mediaCore, this.#log);
  }

  get calls(): readonly Call[] {
    return [...this.#calls.values()];
  }

  async connect(): Promise<void> {
    if (this.#disposing) throw disposed();
    if (this.connection === 'online' || this.connection === 'reconnecting') return;
    assertSupported();
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    await this.#connecting;
  }

  call(to: string, media: CallMedia = { audio: true, video: false }): Call {
    if (this.#disposing) throw disposed();
    const address: unknown = to;
    if (typeof address !== 'string') throw new XmppCallError('invalid-address', { message: 'the callee is no JID' });
    return this.#place(to, media);
  }

  #place(to: string, media: CallMedia, transferredFrom?: Call): Call {
    const call = this.#add({ id: randomUuid(), peer: to, direction: 'outgoing', media, transferredFrom });
    void call.place(this.connect());
    return call;
  }

  async availability(jid: string): Promise<CalleeAvailability> {
    await this.connect();
    const reply = await this.#command({ case: 'queryAvailability', value: { jid } });
    return reply.case === 'availability' ? wordFor(AVAILABILITIES, reply.value.state) : 'unknown';
  }

  dispose(): Promise<void> {
    return (this.#disposing ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    this.#hangUpAll();
    try {
      const goodbye = this.#port?.command({ case: 'disconnect', value: {} });
      if (goodbye) await within<unknown>(goodbye, DISPOSE_MS, () => undefined, this.#clock);
    } catch (cause) {
      // The worker is gone already, which is what is wanted.
      this.#log('debug', 'disconnect failed', { error: String(cause) });
    }
    this.#stop();
    this.#changeConnection('offline', undefined);
  }

  async #connect(): Promise<void> {
    this.#changeConnection('connecting', undefined);
    try {
      const port = this.#port ?? (await this.#start());
      const { service, domain, credentials, ringTimeoutMs, refusePlain, chat, maxCalls } = this.#options;
      const reply = await port.command({
        case: 'connect',
        value: {
          service: service ?? '',
          domain,
          credentials:
            credentials?.kind === 'password'
              ? { case: 'password', value: { username: credentials.username, password: credentials.password } }
              : { case: 'anonymous', value: {} },
          ringTimeoutMs: ringTimeoutMs ?? 0,
          maxCalls: maxCalls ?? 0,
          refusePlain: refusePlain ?? false,
          mediaCore: canUseMediaCore(this.#mediaCore),
          chat: chat === 'on' || chat === 'real-time',
          realTimeText: chat === 'real-time',
        },
      });
      if (reply.case !== 'connected') throw new XmppCallError('version-mismatch', { message: 'no address' });
      this.jid = reply.value.jid;
      this.#changeConnection('online', undefined);
    } catch (cause) {
      if (this.#disposing) throw disposed();
      const error = toCallError(cause);
      this.#changeConnection('offline', error);
      throw error;
    }
  }

  async #start(): Promise<WirePort> {
    if (!codecsBuilt) this.#log('info', "calls use the browser's codecs: the WebAssembly codecs were not built", {});
    const url = new URL(this.#options.workerUrl ?? defaultWorkerUrl(), document.baseURI);
    const observer: WirePortObserver = {
      onEvent: (body) => {
        this.#handle(body);
      },
      onFailure: (error) => {
        this.#workerFailed(error);
      },
    };
    const port = new WirePort(this.#launch(url), observer, this.#clock);
    this.#port = port;
    this.#network = new NetworkWatch(() => {
      this.#tell({ case: 'networkChanged', value: {} });
    }, this.#clock);
    addEventListener('pagehide', this.#onPageHide);
    try {
      await port.hello();
    } catch (cause) {
      this.#stop();
      throw cause;
    }
    return port;
  }

  #stop(): void {
    removeEventListener('pagehide', this.#onPageHide);
    this.#network?.close();
    this.#network = undefined;
    this.#port?.close();
    this.#port = undefined;
  }

  readonly #onPageHide = ({ persisted }: PageTransitionEvent): void => {
    this.#hangUpAll({ gone: true });
    // The worker dies unheard otherwise, and the server would keep its session alive for minutes.
    if (!persisted) this.#tell({ case: 'disconnect', value: {} });
    lingerFor(PAGE_HIDE_MS);
  };

  /** A call that rings here has not been decided on: another device of the account may answer it. */
  #hangUpAll({ gone = false }: { readonly gone?: boolean } = {}): void {
    for (const call of this.#calls.values()) call.hangUp({ gone: gone || call.state === 'incoming' });
  }

  #handle(body: WireEvent['body']): void {
    switch (body.case) {
      case 'connectionChanged': {
        const { state, jid, failure } = body.value;
        if (jid) this.jid = jid;
        this.#changeConnection(wordFor(CONNECTION_STATES, state), failure && toError(failure));
        break;
      }
      case 'incomingCall': {
        const { callId, from, media, sessionId, replacesCallId } = body.value;
        const replaces = this.#calls.get(replacesCallId);
        if (this.#calls.has(callId)) break;
        if (this.#disposing || this.#calls.size >= MAX_CALLS) {
          this.#tell({ case: 'hangUp', value: { callId, gone: true } });
          break;
        }
        const video = media?.contents.some(({ kind }) => kind === MediaKind.VIDEO) ?? false;
        const call = this.#add({
          id: callId,
          peer: from,
          direction: 'incoming',
          media: { audio: true, video },
          sessionId,
          replaces,
        });
        this.dispatchEvent(new IncomingCallEvent(call));
        // The user talks already: only the other side is another one. A page that answers itself was faster.
        if (replaces && call.state === 'incoming') call.accept(replaces.media).catch(() => undefined);
        break;
      }
      case 'log':
        this.#log(wordFor(LOG_LEVELS, body.value.level), body.value.message, body.value.context);
        break;
      case undefined:
        break;
      default:
        this.#calls.get(body.value.callId)?.handle(body);
    }
  }

  #add(init: Omit<ClientCallInit, 'host'>): ClientCall {
    const call = new ClientCall({ ...init, host: this.#host() });
    this.#calls.set(call.id, call);
    return call;
  }

  async chooseDevices(choice: ChosenDevices): Promise<void> {
    const next = { ...this.devices, ...choice };
    for (const kind of ['microphone', 'camera'] as const) {
      if (next[kind] === this.devices[kind]) continue;
      for (const call of this.#calls.values()) await call.useDevice(kind, next[kind]);
    }
    const isSpeakerNew = next.speaker !== this.devices.speaker;
    this.devices = next;
    if (isSpeakerNew) for (const call of this.#calls.values()) call.speakerChanged();
    this.dispatchEvent(new Event('devices-change'));
  }

  #host(): CallHost {
    const devices = () => this.devices;
    return {
      clock: this.#clock,
      command: (body) => this.#command(body),
      iceServers: async () => {
        await this.connect();
        return this.#iceServers();
      },
      freshIceServers: () => this.#iceServers(),
      networkChanged: () => {
        this.#network?.report();
      },
      log: this.#log,
      iceTransportPolicy: this.#options.iceTransportPolicy,
      mediaCore: this.#mediaCore,
      get devices() {
        return devices();
      },
      releasesMicrophone: this.#options.releaseMicrophone ?? false,
      openCore: (call, signal, preference) => this.#openCore(call, signal, preference),
      // Strangers may let several ring: the core of one of them is ready.
      mayOpenCoreEarly: (call) => this.calls.find(({ state }) => state === 'incoming') === call,
      onEnded: (call) => {
        this.#calls.delete(call.id);
      },
      callFor: (from, to) => this.#place(to, from.media, from),
    };
  }

  #command(...[body]: Parameters<WirePort['command']>): ReturnType<WirePort['command']> {
    if (!this.#port) return Promise.reject(new XmppCallError('worker-failed', { message: 'not started' }));
    return this.#port.command(body);
  }

  /** A command whose reply does not matter. */
  #tell(body: Parameters<WirePort['command']>[0]): void {
    this.#command(body).catch((cause: unknown) => {
      this.#log('debug', 'command failed', { command: body.case ?? '', error: String(cause) });
    });
  }

  async #openCore(call: Call, signal: AbortSignal, mediaCore: MediaCorePreference): Promise<OpenedCore> {
    if (!codecsBuilt) return { core: undefined, missing: undefined };
    try {
      const chunk = await this.#loadCore();
      if (signal.aborted) return NO_CORE;
      return await chunk.openMediaCore(call, signal, mediaCore, this.#options, launchWorker, this.#log);
    } catch (cause) {
      this.#log('warn', 'no media core', { error: String(cause) });
      return NO_CORE;
    }
  }

  /** The XMPP server's, fresh, and the integrator's. */
  async #iceServers(): Promise<readonly RTCIceServer[]> {
    const reply = await this.#command({ case: 'fetchIceServers', value: {} });
    const own = this.#options.iceServers ?? [];
    if (reply.case !== 'iceServers') return own;
    const named = reply.value.servers.map(({ url, username, credential }) =>
      username ? { urls: url, username, credential } : { urls: url },
    );
    return [...own, ...named];
  }

  #workerFailed(error: XmppCallError): void {
    this.#stop();
    for (const call of this.#calls.values()) call.end('error', error);
    this.#changeConnection('offline', error);
  }

  #changeConnection(state: ConnectionState, error: XmppCallError | undefined): void {
    if (state === this.connection && error === this.connectionError) return;
    this.connection = state;
    this.connectionError = error;
    if (state === 'offline') this.jid = undefined;
    this.dispatchEvent(new Event('connection-change'));
  }
}

type CoreLoader = () => Promise<{ readonly openMediaCore: typeof openMediaCore }>;

/** A chunk of its own: it is not fetched before a call needs it. */
const importMediaCore: CoreLoader = () => import('./open-media-core.js');

function disposed(): XmppCallError {
  return new XmppCallError('invalid-state', { message: 'disposed' });
}

/** @throws XmppCallError `insecure-context` or `browser-unsupported` where calls cannot work at all. */
export function assertSupported(): void {
  try {
    assertCallsPossible();
  } catch (cause) {
    throw toCallError(cause);
  }
}
