import { MediaError, PeerSession, devicesGranted, openDevices } from '@xmpp-call/media';
import type { CallStatistics, OpenedDevices, PeerConnectivity } from '@xmpp-call/media';
import type { MediaCore } from '@xmpp-call/media/media-core.js';
import { CallState as WireCallState, MediaConnectionState, SdpType } from '@xmpp-call/wire';
import type { Event as WireEvent } from '@xmpp-call/wire';
import type {
  Call,
  CallDirection,
  CallEventMap,
  CallMedia,
  CallState,
  EndReason,
  MediaCorePreference,
  RemoteStatus,
} from './api.js';
import { XmppCallError } from './errors.js';
import type { ErrorCode } from './errors.js';
import { CallErrorEvent } from './events.js';
import { typedEventTarget } from './typed-event-target.js';
import type { WirePort } from './wire-port.js';
import { CALL_STATES, END_REASONS, toError, toWireErrorCode, wordFor } from './wire-map.js';

/** What a call needs of the client that it belongs to. */
export interface CallHost {
  /** Rejects when there is no worker (any more). */
  command: WirePort['command'];
  iceServers(): Promise<readonly RTCIceServer[]>;
  readonly iceTransportPolicy: RTCIceTransportPolicy | undefined;
  /**
   * Undefined where a call has to do with the browser's codecs.
   * @param preference what the call was asked for; else it is as the client has it
   */
  openCore(
    call: ClientCall,
    signal: AbortSignal,
    preference: MediaCorePreference | undefined,
  ): Promise<MediaCore | undefined>;
  /** The call has ended and lets go of everything. */
  onEnded(call: ClientCall): void;
}

export interface ClientCallInit {
  readonly host: CallHost;
  readonly id: string;
  readonly peer: string;
  readonly direction: CallDirection;
  readonly media: CallMedia;
}

type WireEventBody = WireEvent['body'];
type FrameKey = Parameters<Call['setFrameKey']>;

const CONNECTIVITY: Readonly<Record<PeerConnectivity, MediaConnectionState>> = {
  connected: MediaConnectionState.CONNECTED,
  disconnected: MediaConnectionState.DISCONNECTED,
  failed: MediaConnectionState.FAILED,
};

/** A Call: joins what the worker says with the media session of this page. */
export class ClientCall extends typedEventTarget<CallEventMap>() implements Call {
  readonly id: string;
  readonly peer: string;
  readonly direction: CallDirection;
  readonly media: CallMedia;
  readonly remoteStream = new MediaStream();
  state: CallState;
  endReason: EndReason | undefined;
  error: XmppCallError | undefined;
  activeSince: number | undefined;
  muted = false;
  cameraOn = false;
  remote: RemoteStatus = { audioMuted: false, videoMuted: false, held: false };
  receiving = true;

  readonly #host: CallHost;
  readonly #ending = new AbortController();
  #devices: Promise<OpenedDevices> | undefined;
  #session: Promise<PeerSession> | undefined;
  #openSession: PeerSession | undefined;
  #core: MediaCore | undefined;
  /** Asked for in this call; else it is as the client has it. */
  #corePreference: MediaCorePreference | undefined;
  #frameKey: FrameKey | undefined;
  /** The worker has been told of this call. */
  #registered: boolean;
  /** Descriptions and candidates are applied strictly in the order in which they came. */
  #inOrder: Promise<void> = Promise.resolve();

  constructor({ host, id, peer, direction, media }: ClientCallInit) {
    super();
    this.#host = host;
    this.id = id;
    this.peer = peer;
    this.direction = direction;
    this.media = media;
    this.state = direction === 'outgoing' ? 'calling' : 'incoming';
    this.#registered = direction === 'incoming';
  }

  get localStream(): MediaStream | undefined {
    return this.#openSession?.localStream;
  }

  get playsSound(): boolean {
    return this.#core?.playsSound ?? false;
  }

  /** Places the call once `connected`. Failures end it. */
  async place(connected: Promise<void>): Promise<void> {
    try {
      const devices = this.#openDevices(this.media);
      await connected;
      if (this.#hasEnded()) return;
      await this.#host.command({ case: 'startCall', value: { callId: this.id, to: this.peer, media: this.media } });
      this.#registered = true;
      if (this.#hasEnded()) {
        this.#tell({ case: 'hangUp', value: { callId: this.id } });
        return;
      }
      const offered = this.#offerFirst();
      // Awaited below; until then a failure must not count as unhandled.
      offered.catch(() => undefined);
      // Ring only when the devices are sure: at once where permission was given before, else after the prompt.
      if (!(await devicesGranted(this.media.video))) await devices;
      if (this.#hasEnded()) return;
      await this.#host.command({ case: 'propose', value: { callId: this.id } });
      await Promise.all([offered, devices]);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  async accept(media: CallMedia = this.media): Promise<void> {
    if (this.state !== 'incoming' || this.#devices) {
      throw new XmppCallError('invalid-state', { message: `accept() in state ${this.state}` });
    }
    try {
      const devices = this.#openDevices({ audio: true, video: media.video && this.media.video });
      this.#ensureSession().catch(() => undefined);
      if (!(await devicesGranted(media.video))) await devices;
      await this.#host.command({ case: 'acceptCall', value: { callId: this.id } });
      await devices;
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
    if (this.#hasEnded()) return;
    if (this.#registered) this.#tell({ case: 'hangUp', value: { callId: this.id, gone } });
    this.end('local-hang-up');
  }

  setMuted(muted: boolean): void {
    if (this.#hasEnded() || muted === this.muted) return;
    this.muted = muted;
    this.#openSession?.setMuted(muted);
    this.#mediaChanged();
  }

  async setCamera(on: boolean): Promise<void> {
    if (this.#hasEnded() || !this.#session) throw new XmppCallError('invalid-state', { message: 'no media session' });
    try {
      const session = await this.#session;
      const { negotiationNeeded } = await session.setCamera(on);
      this.cameraOn = session.cameraOn;
      this.#mediaChanged();
      if (negotiationNeeded) await this.#offer(session);
    } catch (cause) {
      throw toCallError(cause);
    }
  }

  setMediaCore(preference: MediaCorePreference): boolean {
    this.#corePreference = preference;
    this.#core?.setPreference(preference);
    return this.#core !== undefined || this.#openSession === undefined;
  }

  setFrameKey(...key: FrameKey): void {
    this.#frameKey = key;
    this.#core?.setFrameKey(...key);
  }

  async getStatistics(): Promise<CallStatistics> {
    if (!this.#openSession) throw new XmppCallError('invalid-state', { message: 'no media session' });
    return { ...(await this.#openSession.sampleStatistics()), core: this.#core?.statistics };
  }

  /** Events of the worker that concern this call. */
  handle(body: WireEventBody): void {
    if (this.#hasEnded()) return;
    switch (body.case) {
      case 'callChanged':
        if (body.value.state === WireCallState.ENDED) {
          this.end(wordFor(END_REASONS, body.value.endReason), body.value.failure && toError(body.value.failure));
        } else {
          this.#changeState(wordFor(CALL_STATES, body.value.state));
        }
        break;
      case 'remoteInfo': {
        const { audioMuted, videoMuted, held } = body.value;
        this.remote = { audioMuted, videoMuted, held };
        this.dispatchEvent(new Event('remote-change'));
        break;
      }
      case 'remoteDescription':
      case 'remoteCandidate':
      case 'offerWanted':
        this.#inOrder = this.#inOrder
          .then(() => this.#negotiate(body))
          .catch((cause: unknown) => {
            this.#fail(cause);
          });
        break;
      default:
    }
  }

  /** Ends the call on this side: devices off, connection closed. Final. */
  end(reason: EndReason, error?: XmppCallError): void {
    if (this.#hasEnded()) return;
    this.#ending.abort();
    this.#openSession?.close();
    this.endReason = reason;
    this.error = error;
    this.cameraOn = false;
    this.#changeState('ended');
    this.#host.onEnded(this);
  }

  #hasEnded(): boolean {
    return this.#ending.signal.aborted;
  }

  async #negotiate(
    body: Extract<WireEventBody, { case: 'remoteDescription' | 'remoteCandidate' | 'offerWanted' }>,
  ): Promise<void> {
    const session = await this.#ensureSession();
    if (this.#hasEnded()) return;
    switch (body.case) {
      case 'remoteCandidate':
        await session.addCandidate(body.value);
        return;
      case 'offerWanted':
        await this.#offer(session, { iceRestart: body.value.iceRestart });
        return;
      case 'remoteDescription':
        if (body.value.type === SdpType.ANSWER) {
          await session.applyAnswer(body.value.sdp);
        } else {
          await this.#devices;
          const sdp = await session.answer(body.value.sdp);
          await this.#describe(SdpType.ANSWER, sdp);
        }
    }
  }

  async #offerFirst(): Promise<void> {
    const session = await this.#ensureSession();
    session.addMedia(this.media);
    await this.#offer(session);
  }

  async #offer(session: PeerSession, options: { readonly iceRestart?: boolean } = {}): Promise<void> {
    await this.#describe(SdpType.OFFER, await session.createOffer(options));
  }

  async #describe(type: SdpType, sdp: string): Promise<void> {
    if (this.#hasEnded()) return;
    await this.#host.command({ case: 'localDescription', value: { callId: this.id, type, sdp } });
  }

  #openDevices({ video }: CallMedia): Promise<OpenedDevices> {
    const devices = openDevices({ video, signal: this.#ending.signal });
    this.#devices = devices;
    // The session may come before or after the devices; whoever is last joins them.
    devices
      .then((opened) => this.#useDevices(opened))
      .catch((cause: unknown) => {
        this.#fail(cause);
      });
    return devices;
  }

  async #useDevices(opened: OpenedDevices): Promise<void> {
    const stop = () => {
      opened.audio.stop();
      opened.video?.stop();
    };
    this.#ending.signal.addEventListener('abort', stop, { once: true });
    if (this.#hasEnded()) {
      stop();
      return;
    }
    if (opened.videoError) this.#report(toCallError(opened.videoError));
    const session = await this.#ensureSession();
    await session.useDevices(opened);
    this.cameraOn = session.cameraOn;
    if (this.cameraOn || this.media.video) this.#mediaChanged();
  }

  #ensureSession(): Promise<PeerSession> {
    return (this.#session ??= this.#createSession());
  }

  async #createSession(): Promise<PeerSession> {
    const [iceServers, core] = await Promise.all([
      this.#host.iceServers(),
      this.#host.openCore(this, this.#ending.signal, this.#corePreference),
    ]);
    if (this.#hasEnded()) throw new MediaError('media-failed', 'the call has ended');
    const { iceTransportPolicy } = this.#host;
    this.#core = core;
    // What was asked for while it opened.
    if (this.#corePreference) core?.setPreference(this.#corePreference);
    if (this.#frameKey) core?.setFrameKey(...this.#frameKey);
    const session = new PeerSession({
      iceServers,
      connect: core?.connect,
      ...(iceTransportPolicy && { iceTransportPolicy }),
      remoteStream: this.remoteStream,
      observer: {
        onCandidate: (candidate, mid, ufrag) => {
          this.#tell({ case: 'localCandidate', value: { callId: this.id, candidate, mid, ufrag } });
        },
        onConnectivity: (state) => {
          const value = { callId: this.id, state: CONNECTIVITY[state], hadRelay: session.hasRelay };
          this.#tell({ case: 'mediaConnection', value });
        },
        onStreams: () => {
          this.#streamsChanged(session);
        },
      },
    });
    session.setMuted(this.muted);
    this.#openSession = session;
    return session;
  }

  #streamsChanged(session: PeerSession): void {
    if (this.cameraOn && !session.cameraOn) {
      // The camera was unplugged or its permission withdrawn.
      this.cameraOn = false;
      this.#mediaChanged();
    }
    this.dispatchEvent(new Event('streams-change'));
  }

  #mediaChanged(): void {
    if (this.#hasEnded()) return;
    if (this.#registered) {
      this.#tell({ case: 'setMuted', value: { callId: this.id, audio: this.muted, video: !this.cameraOn } });
    }
    this.dispatchEvent(new Event('media-change'));
  }

  #changeState(state: CallState): void {
    if (state === this.state) return;
    this.state = state;
    if (state === 'active') this.activeSince ??= Date.now();
    this.dispatchEvent(new Event('state-change'));
  }

  #report(error: XmppCallError): void {
    this.dispatchEvent(new CallErrorEvent(error));
  }

  /** Ends the call because this side cannot go on; the worker tells the peer. */
  #fail(cause: unknown): XmppCallError {
    const error = toCallError(cause);
    if (this.#hasEnded()) return error;
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
      if (!this.#hasEnded() && toCallError(cause).code === 'worker-failed') this.end('error', toCallError(cause));
    });
  }
}

export function toCallError(cause: unknown): XmppCallError {
  if (cause instanceof XmppCallError) return cause;
  if (cause instanceof MediaError) {
    const code: ErrorCode = cause.code;
    return new XmppCallError(code, { message: cause.message, cause });
  }
  return new XmppCallError('internal', { message: cause instanceof Error ? cause.message : String(cause), cause });
}
