import { CallState as WireCallState, ContentSource, randomUuid } from '@xmpp-call/wire';
import type { Event as WireEvent, RemoteInfo } from '@xmpp-call/wire';
import type {
  Call,
  CallDirection,
  CallEventMap,
  CallMedia as MediaOfCall,
  CallState,
  CallStatistics,
  ChatMessage,
  ChosenDevices,
  EndReason,
  IceLog,
  LocalContent,
  LogLevel,
  MediaCorePreference,
  PeerTyping,
  RemoteStatus,
  SafetyCode,
  SafetyCodeStatus,
} from './api.js';
import { CallChat } from './call-chat.js';
import { CallCommands } from './call-commands.js';
import { CallCore } from './call-core.js';
import { CallHold } from './call-hold.js';
import { CallMedia } from './call-media.js';
import type { Clock } from './clock.js';
import { XmppCallError } from './errors.js';
import { CallErrorEvent } from './call-error-event.js';
import { isNegotiation } from './negotiator.js';
import type { NegotiationEvent } from './negotiator.js';
import type { OpenedCore } from './open-media-core.js';
import { NOTHING_KNOWN, statusOf } from './remote-status.js';
import { SafetyCodeLoader } from './safety-code/safety-code-loader.js';
import { toCallError } from './to-call-error.js';
import { typedEventTarget } from './typed-event-target.js';
import type { WirePort } from './wire-port.js';
import { CALL_STATES, END_REASONS, toError, wordFor } from './wire-map.js';

/** What a call needs of the client that it belongs to. */
export interface CallHost {
  readonly clock: Clock;
  readonly iceTransportPolicy: RTCIceTransportPolicy | undefined;
  /** Rejects when there is no worker (any more). */
  command: WirePort['command'];
  /** Connects first where needed. */
  iceServers(): Promise<readonly RTCIceServer[]>;
  freshIceServers(): Promise<readonly RTCIceServer[]>;
  /** The network may have changed. */
  networkChanged(): void;
  readonly mediaCore: MediaCorePreference;
  readonly devices: ChosenDevices;
  /** Loads and starts the core of a call; it ends with the signal. Never rejects. */
  openCore(call: ClientCall, signal: AbortSignal, preference: MediaCorePreference): Promise<OpenedCore>;
  /** Whether the core of this call may be started before the user has answered. */
  mayOpenCoreEarly(call: ClientCall): boolean;
  log(level: LogLevel, message: string, context: Readonly<Record<string, string>>): void;
  /** The call has ended and lets go of everything. */
  onEnded(call: ClientCall): void;
}

export interface ClientCallInit {
  readonly host: CallHost;
  readonly id: string;
  readonly peer: string;
  readonly direction: CallDirection;
  readonly media: MediaOfCall;
  readonly sessionId?: string;
}

/** What the worker says of the negotiation before the user has answered; none of it is due then. */
const MAX_EARLY = 64;

/** A Call: joins what the worker says with the media of this page. */
export class ClientCall extends typedEventTarget<CallEventMap>() implements Call {
  readonly id: string;
  readonly peer: string;
  readonly direction: CallDirection;
  readonly media: MediaOfCall;
  sessionId: string | undefined;
  readonly remoteStream = new MediaStream();
  state: CallState;
  endReason: EndReason | undefined;
  error: XmppCallError | undefined;
  activeSince: number | undefined;
  remote: RemoteStatus = NOTHING_KNOWN;

  readonly #host: CallHost;
  readonly #commands: CallCommands;
  readonly #core: CallCore;
  readonly #media: CallMedia;
  #ended = false;
  /** The worker has been told of this call. */
  #registered: boolean;
  /** The user wants this call: it may show itself to the peer. */
  #answered: boolean;
  #early: NegotiationEvent[] = [];
  /** What the worker has told last of the peer's contents, and which of them have arrived. */
  #told: Pick<RemoteInfo, 'held' | 'contents'> = { held: false, contents: [] };
  readonly #seen = new Set<string>();
  readonly #safety: SafetyCodeLoader;
  readonly #hold: CallHold;
  readonly #chat = new CallChat(() => this.dispatchEvent(new Event('chat-change')));

  constructor({ host, id, peer, direction, media, sessionId }: ClientCallInit) {
    super();
    this.#host = host;
    this.id = id;
    this.peer = peer;
    this.direction = direction;
    this.media = media;
    this.sessionId = sessionId;
    this.state = direction === 'outgoing' ? 'calling' : 'incoming';
    this.#registered = direction === 'incoming';
    this.#answered = direction === 'outgoing';
    this.#commands = new CallCommands(
      id,
      (body) => host.command(body),
      (error) => {
        if (!this.#ended) this.end('error', error);
      },
    );
    this.#core = this.#createCore();
    this.#media = this.#createMedia();
    this.#safety = this.#createSafety();
    this.#hold = this.#createHold();
  }

  get localStream(): MediaStream | undefined {
    return this.#media.localStream;
  }

  get playsSound(): boolean {
    return this.#core.core?.playsSound ?? false;
  }

  get remoteTracks(): ReadonlyMap<string, MediaStreamTrack> {
    return this.#media.session?.remoteTracks ?? new Map();
  }

  get muted(): boolean {
    return this.isMuted('microphone');
  }

  get cameraOn(): boolean {
    return this.#media.devices.cameraOn;
  }

  get receiving(): boolean {
    return this.#media.receiving;
  }

  /** Places the call once `connected`. Failures end it. */
  async place(connected: Promise<void>): Promise<void> {
    try {
      const devices = this.#media.devices.open(this.media);
      // Awaited below; until then a failure must not count as unhandled.
      devices.catch(() => undefined);
      await connected;
      if (this.#hasEnded()) return;
      await this.#commands.start(this.peer, this.media);
      this.#registered = true;
      if (this.#hasEnded()) {
        this.#commands.hangUp();
        return;
      }
      const offered = this.#media.offerFirst();
      offered.catch(() => undefined);
      // Ring only when the devices are sure: at once where permission was given before, else after the prompt.
      await devices;
      if (this.#hasEnded()) return;
      await this.#commands.propose();
      await Promise.all([offered, this.#media.devices.joined()]);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  async accept(media: MediaOfCall = this.media): Promise<void> {
    if (this.state !== 'incoming' || this.#media.devices.begun) {
      throw new XmppCallError('invalid-state', { message: `accept() in state ${this.state}` });
    }
    try {
      const devices = this.#media.devices.open({ audio: true, video: media.video && this.media.video });
      this.#media.prepare().catch(() => undefined);
      await devices;
      this.#answered = true;
      const accepted = this.#commands.accept();
      for (const event of this.#early.splice(0)) this.#media.take(event);
      await accepted;
      await this.#media.devices.joined();
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  reject(): void {
    if (this.state !== 'incoming') return;
    this.#commands.reject();
    this.end('rejected');
  }

  hangUp({ gone = false }: { readonly gone?: boolean } = {}): void {
    if (this.#ended) return;
    if (this.#registered) this.#commands.hangUp(gone);
    this.end('local-hang-up');
  }

  isMuted(content: LocalContent): boolean {
    return this.#media.devices.isMuted(content);
  }

  setMuted(muted: boolean, content: LocalContent = 'microphone'): void {
    if (this.#ended || muted === this.isMuted(content)) return;
    this.#media.devices.setMuted(muted, content);
    this.#mediaChanged();
  }

  get onHold(): boolean {
    return this.#hold.isOn;
  }

  hold(): void {
    if (this.#ended || this.activeSince === undefined)
      throw new XmppCallError('invalid-state', { message: `hold() in state ${this.state}` });
    this.#setHold(true);
  }

  resume(): void {
    if (!this.#ended) this.#setHold(false);
  }

  async setCamera(on: boolean): Promise<void> {
    if (this.#ended || !this.#media.devices.begun)
      throw new XmppCallError('invalid-state', { message: 'no media session' });
    await this.#media.devices.setCamera(on);
  }

  /** Changes to a device that was chosen; undefined for the default. @throws XmppCallError */
  async useDevice(kind: 'microphone' | 'camera', deviceId: string | undefined): Promise<void> {
    try {
      if (!this.#ended) await this.#media.devices.use(kind, deviceId);
    } catch (cause) {
      throw toCallError(cause);
    }
  }

  /** Another loudspeaker was chosen. */
  speakerChanged(): void {
    this.#hold.apply();
    this.dispatchEvent(new Event('streams-change'));
  }

  setMediaCore(preference: MediaCorePreference): boolean {
    return this.#core.prefer(preference);
  }

  setFrameKey(...key: Parameters<Call['setFrameKey']>): void {
    this.#core.setFrameKey(...key);
  }

  get messages(): readonly ChatMessage[] {
    return this.#chat.messages;
  }

  get peerTyping(): PeerTyping {
    return this.#chat.typing;
  }

  async sendMessage(text: string): Promise<ChatMessage> {
    if (this.#ended) throw new XmppCallError('invalid-state', { message: 'the call has ended' });
    const id = randomUuid();
    await this.#commands.sendMessage(id, text);
    return this.#chat.add(id, text);
  }

  setComposing(composing: boolean, text = ''): void {
    if (!this.#ended) this.#commands.setComposing(composing, text);
  }

  get safetyCode(): SafetyCodeStatus {
    return this.#safety.status;
  }

  verifySafety(): Promise<SafetyCode> {
    return this.#safety.verify();
  }

  confirmSafety(areSame: boolean): void {
    this.#safety.confirm(areSame);
  }

  async getStatistics(): Promise<CallStatistics> {
    const { session } = this.#media;
    if (!session) throw new XmppCallError('invalid-state', { message: 'no media session' });
    const { statistics, frameEncryption } = this.#core;
    return { ...(await session.sampleStatistics()), core: statistics, frameEncryption };
  }

  get iceLog(): IceLog | undefined {
    return this.#media.session?.iceLog;
  }

  /** Events of the worker that concern this call. */
  handle(body: WireEvent['body']): void {
    if (this.#ended || this.#chat.handle(body)) return;
    if (body.case === 'callChanged') {
      const { state, endReason, failure, peer, sessionId } = body.value;
      if (sessionId) this.sessionId = sessionId;
      if (peer) this.#core.answered(peer);
      if (state === WireCallState.ENDED) this.end(wordFor(END_REASONS, endReason), failure && toError(failure));
      else this.#changeState(wordFor(CALL_STATES, state));
    } else if (body.case === 'remoteInfo') {
      this.#told = body.value;
      this.#changeRemote();
    } else if (body.case === 'peerMediaCore') {
      this.#core.learn(body.value.device, body.value.announced);
    } else if (body.case === 'safetyCodeOffered') {
      this.#safety.offered();
    } else if (body.case === 'peerSafetyMessage') {
      this.#safety.receive(body.value.message);
    } else if (body.case === 'safetyMessageRefused') {
      this.#safety.refused();
    } else if (isNegotiation(body)) {
      // Nothing of a connection exists before the user has answered: its address would show (RFC 8828 §3).
      if (this.#answered) this.#media.take(body);
      else if (this.#early.length < MAX_EARLY) this.#early.push(body);
    }
  }

  /** Ends the call on this side: devices off, connection closed. Final. */
  end(reason: EndReason, error?: XmppCallError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#early = [];
    this.#core.close();
    this.#media.close();
    this.#safety.close();
    this.endReason = reason;
    this.error = error;
    this.#changeState('ended');
    this.#host.onEnded(this);
  }

  /** As a method: the state changes while a function waits, which the compiler does not see. */
  #hasEnded(): boolean {
    return this.#ended;
  }

  #createCore(): CallCore {
    const host = this.#host;
    return new CallCore({
      direction: this.direction,
      mediaCore: host.mediaCore,
      clock: host.clock,
      openCore: (signal, preference) => host.openCore(this, signal, preference),
      mayOpenEarly: () => host.mayOpenCoreEarly(this),
      onFrameEncryption: (detail) => {
        this.dispatchEvent(new CustomEvent('frame-encryption', { detail }));
      },
      log: (level, message, context) => {
        host.log(level, message, { call: this.id, ...context });
      },
    });
  }

  #createMedia(): CallMedia {
    const host = this.#host;
    const commands = this.#commands;
    const { media, remoteStream } = this;
    const remote = () => this.remote;
    const onHold = () => this.onHold;
    return new CallMedia({
      media,
      core: this.#core,
      remoteStream,
      clock: host.clock,
      iceTransportPolicy: host.iceTransportPolicy,
      get remote() {
        return remote();
      },
      get onHold() {
        return onHold();
      },
      get chosen() {
        return host.devices;
      },
      iceServers: () => host.iceServers(),
      freshIceServers: () => host.freshIceServers(),
      describe: async (type, sdp) => {
        if (!this.#ended) await commands.describe(type, sdp);
      },
      refuseOffer: (detail) => {
        host.log('warn', "the browser does not take an offer of the peer's", { call: this.id, detail });
        commands.refuseOffer(detail);
      },
      onCandidate: (candidate, mid, ufrag) => {
        commands.candidate(candidate, mid, ufrag);
      },
      onConnectivity: (state, hadRelay) => {
        commands.mediaConnection(state, hadRelay);
        if (state === 'disconnected') host.networkChanged();
      },
      onStreams: () => {
        this.#hold.apply();
        this.dispatchEvent(new Event('streams-change'));
      },
      onMedia: () => {
        this.#mediaChanged();
      },
      onReceiving: () => {
        this.dispatchEvent(new Event('receiving-change'));
      },
      onSeen: (mid) => {
        this.#seen.add(mid);
        this.#changeRemote();
      },
      onSilence: () => {
        host.networkChanged();
      },
      onError: (error) => {
        this.dispatchEvent(new CallErrorEvent(error));
      },
      onFailure: (cause) => {
        this.#fail(cause);
      },
    });
  }

  #createHold(): CallHold {
    const [media, core, remoteStream, host] = [this.#media, this.#core, this.remoteStream, this.#host];
    const remote = () => this.remote;
    return new CallHold({
      remoteStream,
      get session() {
        return media.session;
      },
      get core() {
        return core.core;
      },
      get playsElsewhere() {
        return host.devices.speaker !== undefined;
      },
      get isHeld() {
        return remote().held;
      },
    });
  }

  #setHold(isOn: boolean): void {
    if (isOn === this.onHold) return;
    this.#hold.set(isOn);
    this.#commands.setHeld(isOn);
    this.dispatchEvent(new Event('media-change'));
  }

  #createSafety(): SafetyCodeLoader {
    return new SafetyCodeLoader({
      clock: this.#host.clock,
      role: this.direction === 'outgoing' ? 'initiator' : 'responder',
      sid: () => this.sessionId ?? this.id,
      descriptions: () => this.#media.descriptions(),
      send: (message) => {
        this.#commands.sendSafetyMessage(message);
      },
      onChange: () => {
        this.dispatchEvent(new Event('safety-code-change'));
      },
      onLoadFailed: (cause) => {
        this.#host.log('warn', 'the code for safety codes did not load', { call: this.id, error: String(cause) });
      },
    });
  }

  #changeRemote(): void {
    const next = statusOf(this.#told, this.#seen);
    if (JSON.stringify(next) === JSON.stringify(this.remote)) return;
    const isHoldNew = next.held !== this.remote.held;
    this.remote = next;
    if (isHoldNew) this.#hold.apply();
    this.dispatchEvent(new Event('remote-change'));
  }

  #mediaChanged(): void {
    if (this.#ended) return;
    if (this.#registered) {
      const { session, devices } = this.#media;
      const content = (id: LocalContent, source: ContentSource, sends: boolean) => ({
        mid: session?.midOf(id) ?? '',
        source,
        muted: this.isMuted(id) || !sends,
      });
      // Without a microphone there is no sound, as if the user had muted.
      const contents = [
        content('microphone', ContentSource.MICROPHONE, devices.sounding),
        content('camera', ContentSource.CAMERA, this.cameraOn),
      ];
      this.#commands.setMuted(contents);
    }
    this.dispatchEvent(new Event('media-change'));
  }

  #changeState(state: CallState): void {
    if (state === this.state) return;
    this.state = state;
    if (state === 'ringing') this.#core.rang();
    if (state === 'active') this.activeSince ??= Date.now();
    this.dispatchEvent(new Event('state-change'));
  }

  /** Ends the call because this side cannot go on; the worker tells the peer. */
  #fail(cause: unknown): XmppCallError {
    const error = toCallError(cause);
    if (this.#ended) return error;
    if (this.#registered) this.#commands.mediaFailure(error);
    this.end('error', error);
    return error;
  }
}
