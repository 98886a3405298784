import { Microphone, devicesGranted, openCamera, openDevices, openMicrophone, openScreen } from '@xmpp-call/media';
import type { OpenedDevices, PeerSession } from '@xmpp-call/media';
import type { CallMedia, ChosenDevices, LocalContent } from './api.js';
import { CameraSwitch } from './camera-switch.js';
import type { CameraHost } from './camera-switch.js';
import { XmppCallError } from './errors.js';
import { toCallError } from './to-call-error.js';

/** What the devices of a call need of it. */
export interface DevicesOwner {
  /** What the call was proposed with. */
  readonly media: CallMedia;
  /** Which devices were chosen. */
  readonly chosen: ChosenDevices;
  /** Whether a muted microphone is stopped. */
  readonly releasesMicrophone: boolean;
  /** Undefined before the connection was made. */
  readonly session: PeerSession | undefined;
  /** Makes the connection, once. */
  prepare(): Promise<PeerSession>;
  /** Offers the picture of a camera that was turned on. @throws MediaError or XmppCallError */
  offerCamera(session: PeerSession): Promise<void>;
  /** Turns a camera off that has no way to the peer. */
  settleCamera(session: PeerSession): Promise<void>;
  onStreams(): void;
  /** `cameraOn` or `sounding` changed. */
  onMedia(): void;
  /** Something failed, and the call goes on. */
  onError(error: XmppCallError): void;
  /** The call cannot go on. */
  onFailure(cause: unknown): void;
}

/** What is sent in place of the camera, and whether that was on before. */
interface SharedScreen {
  readonly track: MediaStreamTrack;
  readonly cameraWasOn: boolean;
}

/** What this side sends in a call: its devices, from the prompt to the end. */
export class CallDevices {
  readonly #owner: DevicesOwner;
  readonly #signal: AbortSignal;
  readonly #camera: CameraSwitch;
  readonly #muted = new Set<LocalContent>();
  /** What the devices give while there is no connection yet. */
  #preview: MediaStream | undefined;
  /** The devices are in the session. */
  #joined: Promise<void> | undefined;
  #hasJoined = false;
  #microphone: Microphone | undefined;
  #cameraOn = false;
  #screen: SharedScreen | undefined;
  /** The camera is as it was before the last screen. */
  #restored: Promise<void> = Promise.resolve();

  /** @param signal the call has ended */
  constructor(owner: DevicesOwner, signal: AbortSignal) {
    this.#owner = owner;
    this.#signal = signal;
    this.#camera = new CameraSwitch(owner.media.video);
  }

  get preview(): MediaStream | undefined {
    return this.#preview;
  }

  /** Devices were asked for. */
  get begun(): boolean {
    return this.#joined !== undefined;
  }

  get cameraOn(): boolean {
    return this.#cameraOn && !this.sharing;
  }

  /** Whether a screen is sent. */
  get sharing(): boolean {
    return this.#screen !== undefined;
  }

  /** A picture is sent, of the camera or of a screen. */
  get showing(): boolean {
    return this.#cameraOn;
  }

  /** Whether the microphone is there and not silenced by the system; true before it was opened. */
  get sounding(): boolean {
    return this.#microphone?.sounding ?? true;
  }

  isMuted(content: LocalContent): boolean {
    return this.#muted.has(content);
  }

  setMuted(muted: boolean, content: LocalContent): void {
    if (muted) this.#muted.add(content);
    else this.#muted.delete(content);
    this.#owner.session?.setMuted(muted, content);
    // Who wants to be heard may be asked for a microphone once more.
    if (content !== 'microphone') return;
    if (!muted) this.#microphone?.reopen();
    else if (this.#owner.releasesMicrophone) this.#microphone?.release();
  }

  /** A session that was made is to send what is not muted. */
  muteIn(session: PeerSession): void {
    for (const content of this.#muted) session.setMuted(true, content);
  }

  /** The last wish counts, also one from before the devices are open. @throws XmppCallError */
  async setCamera(on: boolean): Promise<void> {
    if (!on && !this.#hasJoined) {
      this.#camera.wanted = false;
      this.#stopPreviewVideo();
      return;
    }
    if (this.#screen) {
      // The camera takes the place of the screen.
      this.#screen = { ...this.#screen, cameraWasOn: on };
      if (on) await this.stopSharing();
      return;
    }
    try {
      await this.#camera.set(on, this.#cameraHost());
    } catch (cause) {
      if (this.#signal.aborted) throw new XmppCallError('invalid-state', { message: 'the call has ended', cause });
      throw toCallError(cause);
    }
  }

  /**
   * Changes to a device that was chosen, where this call uses one of its kind: that of before goes on where it cannot be had.
   * @throws MediaError
   */
  async use(kind: 'microphone' | 'camera', deviceId: string | undefined): Promise<void> {
    const options = { signal: this.#signal, deviceId, exact: deviceId !== undefined };
    if (!this.#hasJoined) return;
    if (kind === 'microphone') {
      await this.#microphone?.replace(await openMicrophone(options));
    } else if (this.#cameraOn) {
      const session = await this.#owner.prepare();
      await this.#startCamera(session, await openCamera(options));
      this.#owner.onStreams();
    }
  }

  /** Sends a screen in place of the camera; to be called from a gesture. @throws XmppCallError */
  async shareScreen(): Promise<void> {
    try {
      await this.#share(await openScreen(this.#signal));
    } catch (cause) {
      throw toCallError(cause);
    }
  }

  /** Ends it; the camera is on again where it was. */
  async stopSharing(): Promise<void> {
    if (!this.#screen) return;
    await this.#stopCamera(await this.#owner.prepare());
    await this.#screenEnded();
  }

  /** Opens the devices. Resolves when the peer may hear of the call: at once where no prompt is to come. @throws MediaError */
  async open({ video }: CallMedia): Promise<void> {
    this.#camera.wanted = video;
    const devices = openDevices({ video, signal: this.#signal, choice: this.#owner.chosen });
    // The session may come before or after the devices; whoever is last joins them.
    this.#joined = devices.then((opened) => this.#join(opened));
    this.#joined.catch((cause: unknown) => {
      this.#owner.onFailure(cause);
    });
    if (!(await devicesGranted(video))) await devices;
  }

  /** Resolves once the devices are in the session. @throws MediaError */
  async joined(): Promise<void> {
    await this.#joined;
  }

  /** The camera cannot be sent: its light goes out. */
  async dropCamera(session: PeerSession): Promise<void> {
    this.#camera.wanted = false;
    await this.#stopCamera(session);
    if (this.#screen) this.#screen = { ...this.#screen, cameraWasOn: false };
    await this.#screenEnded();
  }

  /** Tracks have changed: the camera may have been unplugged or its permission withdrawn. */
  checkCamera(session: PeerSession): void {
    if (!this.#cameraOn || session.cameraOn) return;
    this.#camera.wanted = false;
    this.#cameraChanged(session);
    // By the browser's own bar, or because the window was closed.
    void this.#screenEnded();
  }

  /** The owner has ended the call and closed the session. */
  close(): void {
    this.#preview = undefined;
    this.#cameraOn = false;
    this.#screen = undefined;
  }

  async #join(opened: OpenedDevices): Promise<void> {
    const signal = this.#signal;
    const owner = this.#owner;
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
      owner.onError(toCallError(opened.videoError));
    }
    if (!this.#camera.wanted) opened.video?.stop();
    if (!owner.session) this.#showPreview(opened);
    const session = await owner.prepare();
    const video = this.#camera.wanted && opened.video?.readyState === 'live' ? opened.video : undefined;
    if (!video) opened.video?.stop();
    await session.useDevices({ ...opened, video });
    this.#preview = undefined;
    this.#hasJoined = true;
    this.#microphone = new Microphone({
      track: opened.audio,
      chosen: () => owner.chosen.microphone,
      wanted: () => !owner.releasesMicrophone || !this.#muted.has('microphone'),
      stop: () => session.stopMicrophone(),
      signal,
      use: (track) => session.replaceMicrophone(track),
      onChange: () => {
        owner.onMedia();
      },
      onLost: (error) => {
        owner.onError(toCallError(error));
      },
    });
    // Muted before it was there.
    if (owner.releasesMicrophone && this.#muted.has('microphone')) this.#microphone.release();
    // Turned off while the devices joined.
    if (session.cameraOn && !this.#camera.wanted) await session.stopCamera();
    if (session.established) await owner.settleCamera(session);
    this.#cameraOn = session.cameraOn;
    if (this.#cameraOn || owner.media.video || !this.sounding) owner.onMedia();
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
    const session = await this.#owner.prepare();
    await this.#joined;
    return {
      get cameraOn() {
        return session.cameraOn;
      },
      open: () => openCamera({ signal: this.#signal, deviceId: this.#owner.chosen.camera }),
      start: (track) => this.#startCamera(session, track),
      stop: () => this.#stopCamera(session),
    };
  }

  async #startCamera(session: PeerSession, track: MediaStreamTrack): Promise<void> {
    const { negotiationNeeded } = await session.startCamera(track);
    this.#cameraChanged(session);
    if (!negotiationNeeded) return;
    try {
      await this.#owner.offerCamera(session);
    } catch (cause) {
      await this.#stopCamera(session);
      throw cause;
    }
  }

  async #stopCamera(session: PeerSession): Promise<void> {
    await session.stopCamera();
    this.#cameraChanged(session);
  }

  async #share(track: MediaStreamTrack): Promise<void> {
    try {
      const session = await this.#owner.prepare();
      await this.#joined;
      this.#screen = { track, cameraWasOn: this.#screen?.cameraWasOn ?? this.#cameraOn };
      await this.#startCamera(session, track);
      this.#owner.onMedia();
      this.#owner.onStreams();
    } catch (cause) {
      track.stop();
      await this.#screenEnded();
      throw cause;
    }
  }

  /** Resolves when the camera is on again, where it was before. */
  #screenEnded(): Promise<void> {
    const screen = this.#screen;
    this.#screen = undefined;
    if (screen) this.#restored = this.#restoreCamera(screen);
    return this.#restored;
  }

  async #restoreCamera({ track, cameraWasOn }: SharedScreen): Promise<void> {
    track.stop();
    if (this.#signal.aborted) return;
    this.#owner.onMedia();
    try {
      if (cameraWasOn) await this.setCamera(true);
    } catch (cause) {
      this.#owner.onError(toCallError(cause));
    }
  }

  #cameraChanged({ cameraOn }: PeerSession): void {
    if (this.#signal.aborted || cameraOn === this.#cameraOn) return;
    this.#cameraOn = cameraOn;
    this.#owner.onMedia();
  }
}
