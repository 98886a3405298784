import type { PeerConnectivity } from '@xmpp-call/media';
import { CallState as WireCallState, ContentSource, MediaConnectionState, MediaKind } from '@xmpp-call/wire';
import type { Event as WireEvent, RemoteInfo } from '@xmpp-call/wire';
import type {
  Call,
  CallDirection,
  CallEventMap,
  CallMedia as MediaOfCall,
  CallState,
  CallStatistics,
  EndReason,
  IceLog,
  LocalContent,
  LogLevel,
  MediaCorePreference,
  RemoteStatus,
  SafetyCode,
  SafetyCodeStatus,
} from './api.js';
import { CallMedia } from './call-media.js';
import type { Clock } from './clock.js';
import { XmppCallError } from './errors.js';
import type { ErrorCode } from './errors.js';
import { CallErrorEvent } from './call-error-event.js';
import { isNegotiation } from './negotiator.js';
import type { NegotiationEvent } from './negotiator.js';
import type { OpenedCore } from './open-media-core.js';
import { NOTHING_KNOWN, statusOf } from './remote-status.js';
import type { CallSafety } from './safety-code/call-safety.js';
import { toCallError } from './to-call-error.js';
import { typedEventTarget } from './typed-event-target.js';
import type { WirePort } from './wire-port.js';
import { CALL_STATES, END_REASONS, toError, toWireErrorCode, wordFor } from './wire-map.js';

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
  /** Undefined where a call has to do with the browser's codecs. */
  openCore(call: ClientCall, signal: AbortSignal, preference: MediaCorePreference): Promise<OpenedCore | undefined>;
  /** Fetches what `openCore` needs. */
  fetchCore(): void;
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

const CONNECTIVITY: Readonly<Record<PeerConnectivity, MediaConnectionState>> = {
  connected: MediaConnectionState.CONNECTED,
  disconnected: MediaConnectionState.DISCONNECTED,
  failed: MediaConnectionState.FAILED,
};
const SAFETY_ERRORS: Partial<Record<SafetyCodeStatus['phase'], ErrorCode>> = {
  failed: 'security-failed',
  unanswered: 'no-answer',
};
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
  safetyCode: SafetyCodeStatus = { phase: 'unavailable' };

  readonly #host: CallHost;
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
  #safety: Promise<CallSafety> | undefined;

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
    this.#media = this.#createMedia();
  }

  get localStream(): MediaStream | undefined {
    return this.#media.localStream;
  }

  get playsSound(): boolean {
    return this.#media.core?.playsSound ?? false;
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
      await this.#host.command({
        case: 'startCall',
        value: { callId: this.id, to: this.peer, media: proposed(this.media) },
      });
      this.#registered = true;
      if (this.#hasEnded()) {
        this.#tell({ case: 'hangUp', value: { callId: this.id } });
        return;
      }
      const offered = this.#media.offerFirst();
      offered.catch(() => undefined);
      // Ring only when the devices are sure: at once where permission was given before, else after the prompt.
      await devices;
      if (this.#hasEnded()) return;
      await this.#host.command({ case: 'propose', value: { callId: this.id } });
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
      const accepted = this.#host.command({ case: 'acceptCall', value: { callId: this.id } });
      for (const event of this.#early.splice(0)) this.#media.take(event);
      await accepted;
      await this.#media.devices.joined();
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  reject(): void {
    if (this.state !== 'incoming') return;
    this.#tell({ case: 'rejectCall', value: { callId: this.id } });
    this.end('rejected');
  }

  hangUp({ gone = false }: { readonly gone?: boolean } = {}): void {
    if (this.#ended) return;
    if (this.#registered) this.#tell({ case: 'hangUp', value: { callId: this.id, gone } });
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

  async setCamera(on: boolean): Promise<void> {
    if (this.#ended || !this.#media.devices.begun)
      throw new XmppCallError('invalid-state', { message: 'no media session' });
    await this.#media.devices.setCamera(on);
  }

  setMediaCore(preference: MediaCorePreference): boolean {
    return this.#media.setPreference(preference);
  }

  setFrameKey(...key: Parameters<Call['setFrameKey']>): void {
    this.#media.setFrameKey(...key);
  }

  async verifySafety(): Promise<SafetyCode> {
    if (this.safetyCode.phase === 'unavailable')
      throw new XmppCallError('invalid-state', { message: 'the peer has no safety codes, or the call is not active' });
    const safety = await this.#loadSafety();
    const status = await safety.verify();
    if ('code' in status) return status.code;
    throw new XmppCallError(SAFETY_ERRORS[status.phase] ?? 'invalid-state');
  }

  confirmSafety(areSame: boolean): void {
    this.#withSafety((safety) => {
      safety.confirm(areSame);
    });
  }

  async getStatistics(): Promise<CallStatistics> {
    const { session, coreStatistics } = this.#media;
    if (!session) throw new XmppCallError('invalid-state', { message: 'no media session' });
    return { ...(await session.sampleStatistics()), core: coreStatistics };
  }

  get iceLog(): IceLog | undefined {
    return this.#media.session?.iceLog;
  }

  /** Events of the worker that concern this call. */
  handle(body: WireEvent['body']): void {
    if (this.#ended) return;
    if (body.case === 'callChanged') {
      const { state, endReason, failure, peer, sessionId } = body.value;
      if (sessionId) this.sessionId = sessionId;
      if (peer) this.#media.answered(peer);
      if (state === WireCallState.ENDED) this.end(wordFor(END_REASONS, endReason), failure && toError(failure));
      else this.#changeState(wordFor(CALL_STATES, state));
    } else if (body.case === 'remoteInfo') {
      this.#told = body.value;
      this.#changeRemote();
    } else if (body.case === 'peerMediaCore') {
      this.#media.learnMediaCore(body.value.device, body.value.announced);
    } else if (body.case === 'safetyCodeOffered') {
      if (this.safetyCode.phase === 'unavailable') this.#changeSafety({ phase: 'available' });
    } else if (body.case === 'peerSafetyMessage') {
      this.#withSafety((safety) => {
        safety.receive(body.value.message);
      });
    } else if (body.case === 'safetyMessageRefused') {
      this.#withSafety((safety) => {
        safety.refused();
      });
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
    this.#media.close();
    if (this.#safety)
      this.#withSafety((safety) => {
        safety.close();
      });
    this.endReason = reason;
    this.error = error;
    this.#changeState('ended');
    this.#host.onEnded(this);
  }

  /** As a method: the state changes while a function waits, which the compiler does not see. */
  #hasEnded(): boolean {
    return this.#ended;
  }

  #createMedia(): CallMedia {
    const host = this.#host;
    const callId = this.id;
    const { media, direction, remoteStream } = this;
    const remote = () => this.remote;
    return new CallMedia({
      media,
      direction,
      mediaCore: host.mediaCore,
      remoteStream,
      clock: host.clock,
      iceTransportPolicy: host.iceTransportPolicy,
      get remote() {
        return remote();
      },
      iceServers: () => host.iceServers(),
      freshIceServers: () => host.freshIceServers(),
      openCore: (signal, preference) => host.openCore(this, signal, preference),
      fetchCore: () => {
        host.fetchCore();
      },
      describe: async (type, sdp) => {
        if (!this.#ended) await host.command({ case: 'localDescription', value: { callId, type, sdp } });
      },
      refuseOffer: (detail) => {
        host.log('warn', "the browser does not take an offer of the peer's", { call: callId, detail });
        this.#tell({ case: 'refuseOffer', value: { callId, detail } });
      },
      onCandidate: (candidate, mid, ufrag) => {
        this.#tell({ case: 'localCandidate', value: { callId, candidate, mid, ufrag } });
      },
      onConnectivity: (state, hadRelay) => {
        this.#tell({ case: 'mediaConnection', value: { callId, state: CONNECTIVITY[state], hadRelay } });
        if (state === 'disconnected') host.networkChanged();
      },
      onStreams: () => {
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

  /** Of most calls nobody wants to see a code. */
  #loadSafety(): Promise<CallSafety> {
    this.#safety ??= this.#createSafety().catch((cause: unknown) => {
      this.#safety = undefined;
      throw toCallError(cause);
    });
    return this.#safety;
  }

  async #createSafety(): Promise<CallSafety> {
    const { CallSafety } = await import('./safety-code/call-safety.js');
    return new CallSafety({
      clock: this.#host.clock,
      role: this.direction === 'outgoing' ? 'initiator' : 'responder',
      safetyCode: () => this.safetyCode,
      descriptions: () => this.#media.descriptions(),
      sid: () => this.sessionId ?? this.id,
      send: (message) => {
        this.#tell({ case: 'sendSafetyMessage', value: { callId: this.id, message } });
      },
      changeSafety: (status) => {
        this.#changeSafety(status);
      },
    });
  }

  #withSafety(use: (safety: CallSafety) => void): void {
    this.#loadSafety().then(use, (cause: unknown) => {
      this.#host.log('warn', 'the code for safety codes did not load', { call: this.id, error: String(cause) });
    });
  }

  #changeSafety(status: SafetyCodeStatus): void {
    if (this.#ended || JSON.stringify(status) === JSON.stringify(this.safetyCode)) return;
    this.safetyCode = status;
    this.dispatchEvent(new Event('safety-code-change'));
  }

  #changeRemote(): void {
    const next = statusOf(this.#told, this.#seen);
    if (JSON.stringify(next) === JSON.stringify(this.remote)) return;
    this.remote = next;
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
      this.#tell({ case: 'setMuted', value: { callId: this.id, contents } });
    }
    this.dispatchEvent(new Event('media-change'));
  }

  #changeState(state: CallState): void {
    if (state === this.state) return;
    this.state = state;
    if (state === 'active') this.activeSince ??= Date.now();
    this.dispatchEvent(new Event('state-change'));
  }

  /** Ends the call because this side cannot go on; the worker tells the peer. */
  #fail(cause: unknown): XmppCallError {
    const error = toCallError(cause);
    if (this.#ended) return error;
    if (this.#registered) {
      const value = { callId: this.id, code: toWireErrorCode(error.code), detail: error.message };
      this.#tell({ case: 'mediaFailure', value });
    }
    this.end('error', error);
    return error;
  }

  /** A command whose reply does not matter: the worker says the consequences by events. */
  #tell(body: Parameters<WirePort['command']>[0]): void {
    this.#host.command(body).catch((cause: unknown) => {
      if (!this.#ended && toCallError(cause).code === 'worker-failed') this.end('error', toCallError(cause));
    });
  }
}

function proposed({ video }: MediaOfCall) {
  const audio = { kind: MediaKind.AUDIO, source: ContentSource.MICROPHONE };
  return { contents: video ? [audio, { kind: MediaKind.VIDEO, source: ContentSource.CAMERA }] : [audio] };
}
