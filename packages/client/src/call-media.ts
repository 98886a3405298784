import { MediaError, Microphone, PeerSession, devicesGranted, openCamera, openDevices } from '@xmpp-call/media';
import type { OpenedDevices, PeerConnectivity, ReceivedPackets } from '@xmpp-call/media';
import { SdpType } from '@xmpp-call/wire';
import type { CallMedia as MediaOfCall, RemoteStatus } from './api.js';
import type { CallCore } from './call-core.js';
import { CameraSwitch } from './camera-switch.js';
import type { CameraHost } from './camera-switch.js';
import { within } from './clock.js';
import type { Clock } from './clock.js';
import { XmppCallError } from './errors.js';
import { hasMediaCoreToken } from './media-core-support.js';
import { Negotiator } from './negotiator.js';
import type { NegotiationEvent } from './negotiator.js';
import { Receiving, SAMPLE_MS } from './receiving.js';
import { toCallError } from './to-call-error.js';

/** What the media of a call need of it. */
export interface MediaOwner {
  /** What the call was proposed with. */
  readonly media: MediaOfCall;
  readonly core: CallCore;
  readonly remoteStream: MediaStream;
  readonly remote: RemoteStatus;
  readonly iceTransportPolicy: RTCIceTransportPolicy | undefined;
  readonly clock: Clock;
  /** Waits for a connection to ask over. */
  iceServers(): Promise<readonly RTCIceServer[]>;
  /** Over the connection that is there. */
  freshIceServers(): Promise<readonly RTCIceServer[]>;
  /** Tells the worker. @throws XmppCallError */
  describe(type: SdpType, sdp: string): Promise<void>;
  refuseOffer(detail: string): void;
  onCandidate(candidate: string, mid: string, ufrag: string): void;
  onConnectivity(state: PeerConnectivity, hadRelay: boolean): void;
  onStreams(): void;
  /** `cameraOn` or `sounding` changed. */
  onMedia(): void;
  onReceiving(): void;
  /** A picture of the peer has arrived, for the first time. */
  onPicture(): void;
  /** ICE says connected, and no packet arrives. */
  onSilence(): void;
  /** Something failed, and the call goes on. */
  onError(error: XmppCallError): void;
  /** The call cannot go on. */
  onFailure(cause: unknown): void;
}

/** ms that an ICE restart waits for fresh TURN credentials. */
const REFRESH_MS = 2000;

/** The media of one call in this page: its devices, its connection, and what is known of what arrives. */
export class CallMedia {
  readonly #owner: MediaOwner;
  readonly #closing = new AbortController();
  readonly #negotiator: Negotiator;
  readonly #camera: CameraSwitch;
  readonly #receiving = new Receiving();
  #muted = false;
  #session: Promise<PeerSession> | undefined;
  #open: PeerSession | undefined;
  /** What the devices give while there is no connection yet. */
  #preview: MediaStream | undefined;
  /** The devices are in the session. */
  #joined: Promise<void> | undefined;
  #hasJoined = false;
  #microphone: Microphone | undefined;
  #cameraOn = false;
  #connectivity: PeerConnectivity | undefined;
  #stopSampling: (() => void) | undefined;
  #sawPicture = false;
  /** Descriptions and candidates are applied strictly in the order in which they came. */
  #inOrder: Promise<void> = Promise.resolve();

  constructor(owner: MediaOwner) {
    this.#owner = owner;
    this.#camera = new CameraSwitch(owner.media.video);
    this.#negotiator = new Negotiator({
      prepare: () => this.prepare(),
      joined: () => Promise.resolve(this.#joined),
      refreshServers: (session) => this.#refreshServers(session),
      describe: (type, sdp) => owner.describe(type, sdp),
      refuseOffer: (detail) => {
        owner.refuseOffer(detail);
      },
      dropCamera: (session) => this.#dropCamera(session),
      onError: (error) => {
        this.#report(error);
      },
    });
  }

  /** Undefined before the connection was made. */
  get session(): PeerSession | undefined {
    return this.#open;
  }

  get localStream(): MediaStream | undefined {
    return this.#preview ?? this.#open?.localStream;
  }

  /** Devices were asked for: the call is placed or accepted. */
  get begun(): boolean {
    return this.#joined !== undefined;
  }

  get cameraOn(): boolean {
    return this.#cameraOn;
  }

  /** Whether the microphone is there and not silenced by the system; true before it was opened. */
  get sounding(): boolean {
    return this.#microphone?.sounding ?? true;
  }

  get receiving(): boolean {
    return this.#receiving.holds;
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#open?.setMuted(muted);
    // Who wants to be heard may be asked for a microphone once more.
    if (!muted) this.#microphone?.reopen();
  }

  /** The last wish counts, also one from before the devices are open. @throws XmppCallError */
  async setCamera(on: boolean): Promise<void> {
    if (!on && !this.#hasJoined) {
      this.#camera.wanted = false;
      this.#stopPreviewVideo();
      return;
    }
    try {
      await this.#camera.set(on, this.#cameraHost());
    } catch (cause) {
      if (this.#hasEnded()) throw new XmppCallError('invalid-state', { message: 'the call has ended', cause });
      throw toCallError(cause);
    }
  }

  /** Opens the devices. Resolves when the peer may hear of the call: at once where no prompt is to come. @throws MediaError */
  async openDevices({ video }: MediaOfCall): Promise<void> {
    this.#camera.wanted = video;
    const devices = openDevices({ video, signal: this.#closing.signal });
    // The session may come before or after the devices; whoever is last joins them.
    this.#joined = devices.then((opened) => this.#useDevices(opened));
    this.#joined.catch((cause: unknown) => {
      this.#fail(cause);
    });
    if (!(await devicesGranted(video))) await devices;
  }

  /** Resolves once the devices are in the session. @throws MediaError */
  async joined(): Promise<void> {
    await this.#joined;
  }

  /** Makes the connection, once. */
  prepare(): Promise<PeerSession> {
    return (this.#session ??= this.#createSession());
  }

  async offerFirst(): Promise<void> {
    await this.#negotiator.offerFirst(await this.prepare(), this.#owner.media);
  }

  /** Takes what the worker says of the negotiation, in the order in which it comes. */
  take(event: NegotiationEvent): void {
    if (event.case === 'remoteDescription' && event.value.type === SdpType.OFFER)
      this.#owner.core.offered(hasMediaCoreToken(event.value.sdp));
    this.#inOrder = this.#inOrder
      .then(() => (this.#hasEnded() ? undefined : this.#negotiator.take(event)))
      .catch((cause: unknown) => {
        this.#fail(cause);
      });
  }

  /** Devices off, connection closed; nothing is reported any more. */
  close(): void {
    this.#closing.abort();
    this.#stopSampling?.();
    this.#open?.close();
    this.#preview = undefined;
    this.#cameraOn = false;
  }

  #hasEnded(): boolean {
    return this.#closing.signal.aborted;
  }

  #fail(cause: unknown): void {
    if (!this.#hasEnded()) this.#owner.onFailure(cause);
  }

  #report(error: XmppCallError): void {
    if (!this.#hasEnded()) this.#owner.onError(error);
  }

  async #useDevices(opened: OpenedDevices): Promise<void> {
    const { signal } = this.#closing;
    const stop = () => {
      opened.audio.stop();
      opened.video?.stop();
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
      return;
    }
    if (opened.videoError) {
      this.#camera.wanted = false;
      this.#report(toCallError(opened.videoError));
    }
    if (!this.#camera.wanted) opened.video?.stop();
    if (!this.#open) this.#showPreview(opened);
    const session = await this.prepare();
    const video = this.#camera.wanted && opened.video?.readyState === 'live' ? opened.video : undefined;
    if (!video) opened.video?.stop();
    await session.useDevices({ ...opened, video });
    this.#preview = undefined;
    this.#hasJoined = true;
    this.#microphone = new Microphone({
      track: opened.audio,
      signal,
      use: (track) => session.replaceMicrophone(track),
      onChange: () => {
        this.#owner.onMedia();
      },
      onLost: (error) => {
        this.#report(toCallError(error));
      },
    });
    // Turned off while the devices joined.
    if (session.cameraOn && !this.#camera.wanted) await session.stopCamera();
    if (session.established) await this.#negotiator.settleCamera(session);
    this.#cameraOn = session.cameraOn;
    if (this.#cameraOn || this.#owner.media.video || !this.sounding) this.#owner.onMedia();
  }

  /** The user sees the camera while the connection waits for what the peer announces. */
  #showPreview({ audio, video }: OpenedDevices): void {
    const isOn = video?.readyState === 'live';
    this.#preview = new MediaStream(isOn ? [audio, video] : [audio]);
    this.#cameraOn = isOn;
    this.#owner.onStreams();
    if (isOn) this.#owner.onMedia();
  }

  #stopPreviewVideo(): void {
    const tracks = this.#preview?.getVideoTracks() ?? [];
    for (const track of tracks) {
      track.stop();
      this.#preview?.removeTrack(track);
    }
    if (tracks.length === 0) return;
    this.#cameraOn = false;
    this.#owner.onStreams();
    this.#owner.onMedia();
  }

  async #cameraHost(): Promise<CameraHost> {
    const session = await this.prepare();
    await this.#joined;
    return {
      get cameraOn() {
        return session.cameraOn;
      },
      open: () => openCamera(this.#closing.signal),
      start: (track) => this.#startCamera(session, track),
      stop: () => this.#stopCamera(session),
    };
  }

  async #startCamera(session: PeerSession, track: MediaStreamTrack): Promise<void> {
    const { negotiationNeeded } = await session.startCamera(track);
    this.#cameraChanged(session);
    if (!negotiationNeeded) return;
    try {
      await this.#negotiator.offerCamera(session);
    } catch (cause) {
      await this.#stopCamera(session);
      throw cause;
    }
  }

  async #stopCamera(session: PeerSession): Promise<void> {
    await session.stopCamera();
    this.#cameraChanged(session);
  }

  async #dropCamera(session: PeerSession): Promise<void> {
    this.#camera.wanted = false;
    await this.#stopCamera(session);
  }

  #cameraChanged({ cameraOn }: PeerSession): void {
    if (this.#hasEnded() || cameraOn === this.#cameraOn) return;
    this.#cameraOn = cameraOn;
    this.#owner.onMedia();
  }

  /** Servers that come late, or not at all, do not hold a restart up. */
  async #refreshServers(session: PeerSession): Promise<void> {
    const { clock } = this.#owner;
    const asked = this.#owner.freshIceServers().catch(() => undefined);
    const servers = await within<readonly RTCIceServer[] | undefined>(asked, REFRESH_MS, () => undefined, clock);
    if (servers) session.setIceServers(servers);
  }

  async #createSession(): Promise<PeerSession> {
    const { signal } = this.#closing;
    const [iceServers, core] = await Promise.all([this.#owner.iceServers(), this.#owner.core.forConnection()]);
    if (signal.aborted) throw new MediaError('media-failed', 'the call has ended');
    const { iceTransportPolicy, remoteStream } = this.#owner;
    const session = new PeerSession({
      iceServers,
      connect: core?.connect,
      ...(iceTransportPolicy && { iceTransportPolicy }),
      remoteStream,
      observer: {
        onCandidate: (candidate, mid, ufrag) => {
          this.#owner.onCandidate(candidate, mid, ufrag);
        },
        onConnectivity: (state) => {
          this.#connectivity = state;
          this.#owner.onConnectivity(state, session.hasRelay);
          if (state === 'connected') this.#beginSampling(session);
        },
        onStreams: () => {
          this.#streamsChanged(session);
        },
      },
    });
    session.setMuted(this.#muted);
    this.#open = session;
    return session;
  }

  #streamsChanged(session: PeerSession): void {
    if (this.#cameraOn && !session.cameraOn) {
      // The camera was unplugged or its permission withdrawn.
      this.#camera.wanted = false;
      this.#cameraChanged(session);
    }
    this.#owner.onStreams();
  }

  #beginSampling(session: PeerSession): void {
    if (this.#stopSampling || this.#hasEnded()) return;
    this.#stopSampling = () => undefined;
    void this.#sample(session);
  }

  /** Looks once a second whether packets arrive, until the end. */
  async #sample(session: PeerSession): Promise<void> {
    // A look that fails says nothing; the next one may.
    const packets = await session.receivedPackets().catch(() => undefined);
    if (this.#hasEnded()) return;
    if (packets) this.#judge(session, packets);
    this.#stopSampling = this.#owner.clock.after(SAMPLE_MS, () => {
      void this.#sample(session);
    });
  }

  #judge({ receives }: PeerSession, packets: ReceivedPackets): void {
    const { clock, remote } = this.#owner;
    const before = this.#receiving.holds;
    if (packets.video > 0 && !this.#sawPicture) {
      this.#sawPicture = true;
      this.#owner.onPicture();
    }
    const expectsSound = receives.audio && !remote.audioMuted;
    const expectsPicture = receives.video && !remote.videoMuted && this.#sawPicture;
    const probe = this.#receiving.take({
      now: clock.now(),
      packets: packets.audio + packets.video,
      expected: (expectsSound || expectsPicture) && !remote.held,
      connected: this.#connectivity === 'connected',
    });
    if (before !== this.#receiving.holds) this.#owner.onReceiving();
    if (probe) this.#owner.onSilence();
  }
}
