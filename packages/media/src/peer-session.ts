import { Descriptions } from './descriptions.js';
import type { OpenedDevices } from './devices.js';
import { toMediaError } from './errors.js';
import { IceRecorder } from './ice-log.js';
import type { IceLog } from './ice-log.js';
import { haveRelay } from './ice.js';
import type { RemoteCandidateInit } from './ice.js';
import { LocalContents } from './local-contents.js';
import type { ContentId } from './local-contents.js';
import { OperationQueue } from './operation-queue.js';
import { RemoteTracks } from './remote-tracks.js';
import { contentsReceived } from './received-contents.js';
import type { ReceivedContent } from './received-contents.js';
import type { SessionStatistics, StatisticsSampler } from './statistics.js';
import { sends } from './transceivers.js';

/** `failed` can follow every state; the others only describe connectivity. */
export type PeerConnectivity = 'connected' | 'disconnected' | 'failed';

/** What happens inside a session, as calls to its owner. */
export interface PeerSessionObserver {
  /** `candidate` as in RTCIceCandidate; empty at the end of candidates. */
  onCandidate(candidate: string, mid: string, ufrag: string): void;
  onConnectivity(state: PeerConnectivity): void;
  /** Tracks of the local or remote stream were added, removed, muted or ended. */
  onStreams(): void;
}

export interface PeerSessionOptions {
  readonly iceServers: readonly RTCIceServer[];
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
  readonly observer: PeerSessionObserver;
  /** Makes the connection, with something behind it; by default `new RTCPeerConnection`. */
  readonly connect?: ((configuration: RTCConfiguration) => RTCPeerConnection) | undefined;
  /** Receives the peer's tracks, at most one of each kind. */
  readonly remoteStream: MediaStream;
}

/**
 * One call's RTCPeerConnection, its devices and its streams. Descriptions pass through a queue; `close` releases
 * everything and can be called at any time.
 */
export class PeerSession {
  readonly #connection: RTCPeerConnection;
  readonly #local: LocalContents;
  readonly #remote: RemoteTracks;
  readonly #descriptions: Descriptions;
  readonly #observer: PeerSessionObserver;
  readonly #queue = new OperationQueue();
  readonly #closing = new AbortController();
  #sampler: Promise<StatisticsSampler> | undefined;
  readonly #ice = new IceRecorder();
  #hasRelay: boolean;
  #gathered = false;
  #wantsPause = false;
  /** Waits for its turn. */
  #pausing: Promise<void> | undefined;

  constructor({ iceServers, iceTransportPolicy, observer, connect, remoteStream }: PeerSessionOptions) {
    this.#observer = observer;
    this.#hasRelay = haveRelay(iceServers);
    const configuration: RTCConfiguration = {
      iceServers: [...iceServers],
      iceTransportPolicy: iceTransportPolicy ?? 'all',
      // Peers without BUNDLE (Dino) need one transport per content; max-bundle would leave video without one.
      bundlePolicy: 'balanced',
      rtcpMuxPolicy: 'require',
    };
    this.#connection = connect?.(configuration) ?? new RTCPeerConnection(configuration);
    const { signal } = this.#closing;
    const changed = () => {
      observer.onStreams();
    };
    this.#local = new LocalContents(this.#connection, changed, signal);
    this.#remote = new RemoteTracks(this.#connection, remoteStream, changed, signal);
    this.#descriptions = new Descriptions(this.#connection, this.#local, this.#remote);
    this.#ice.servers(iceServers);
    this.#ice.watch(this.#connection, signal);
    this.#listen();
  }

  /** What happened to the connectivity, also after `close`. */
  get iceLog(): IceLog {
    return this.#ice;
  }

  /** The descriptions that both sides have agreed on last, which the browser holds the certificates against. */
  get agreedDescriptions(): { readonly local: string; readonly remote: string } | undefined {
    const { currentLocalDescription: local, currentRemoteDescription: remote } = this.#connection;
    return local && remote ? { local: local.sdp, remote: remote.sdp } : undefined;
  }

  /** Whether a TURN server was among the ICE servers. */
  get hasRelay(): boolean {
    return this.#hasRelay;
  }

  get localStream(): MediaStream | undefined {
    return this.#local.stream;
  }

  get cameraOn(): boolean {
    return this.#local.track('camera')?.readyState === 'live';
  }

  /** A first offer has been answered: what fails from now on is rolled back, and the session goes on as it was. */
  get established(): boolean {
    return this.#descriptions.established;
  }

  /** The camera is on and its picture goes to the peer, as far as was agreed. */
  get sendsCamera(): boolean {
    return this.cameraOn && sends(this.#local.transceiver('camera')?.currentDirection);
  }

  /** Something carries pictures, or is to carry them. */
  get hasVideo(): boolean {
    return this.#local.transceiver('camera') !== undefined;
  }

  /** The peer's tracks, as far as was agreed; `remoteStream` shows the first of each kind. */
  get remoteTracks(): ReadonlyMap<string, MediaStreamTrack> {
    return this.#remote.byMid();
  }

  /** Makes the m-lines of an outgoing call, before or after the devices are open. */
  addMedia({ video }: { readonly video: boolean }): void {
    this.#local.add('microphone');
    if (video) this.#local.add('camera');
  }

  /** Takes over the opened devices: they are stopped by `close`. */
  async useDevices(devices: OpenedDevices): Promise<void> {
    if (this.#closing.signal.aborted) {
      devices.audio.stop();
      devices.video?.stop();
      return;
    }
    await this.#local.send('microphone', devices.audio);
    if (devices.video) await this.#local.send('camera', devices.video);
    this.#observer.onStreams();
  }

  /** TURN credentials expire: an ICE restart wants fresh ones. Servers that the browser refuses leave those of before. */
  setIceServers(iceServers: readonly RTCIceServer[]): void {
    if (this.#closing.signal.aborted) return;
    try {
      this.#connection.setConfiguration({ ...this.#connection.getConfiguration(), iceServers: [...iceServers] });
      this.#hasRelay = haveRelay(iceServers);
      this.#ice.servers(iceServers);
    } catch (cause) {
      if (!(cause instanceof DOMException) && !(cause instanceof TypeError)) throw cause;
    }
  }

  /** Whether an offer of the peer's restarts ICE. */
  restartsIce(offer: string): boolean {
    return this.#descriptions.restartsIce(offer);
  }

  /** @throws MediaError */
  createOffer(options: { readonly iceRestart?: boolean } = {}): Promise<string> {
    return this.#run(() => this.#descriptions.createOffer(options.iceRestart ?? false));
  }

  /**
   * Applies the peer's offer (rolling back one of ours, RFC 8829 §4.1.10.2) and gives the answer. Once established, an offer
   * that the browser refuses is rolled back.
   * @throws MediaError
   */
  answer(offer: string): Promise<string> {
    this.#ice.described(offer);
    return this.#run(() => this.#descriptions.answer(offer));
  }

  /** Once established, an answer that the browser refuses is rolled back together with our offer. @throws MediaError */
  applyAnswer(answer: string): Promise<void> {
    this.#ice.described(answer);
    return this.#run(async () => {
      await this.#descriptions.applyAnswer(answer);
      this.#reportIsolation();
    });
  }

  /** Takes back an offer of ours that will have no answer; does nothing where there is none. @throws MediaError */
  rollBack(): Promise<void> {
    return this.#run(() => this.#descriptions.rollBack());
  }

  /** A candidate that the browser refuses is dropped: others may work. */
  async addCandidate(candidate: RemoteCandidateInit): Promise<void> {
    if (candidate.candidate === '') return;
    this.#ice.candidate('remote-candidate', candidate.candidate, candidate.mid);
    await this.#run(() => this.#descriptions.addCandidate(candidate));
  }

  /** The m-line of a content of ours, once it is described. */
  midOf(content: ContentId): string | undefined {
    return this.#local.transceiver(content)?.mid ?? undefined;
  }

  /**
   * Sends tones as RFC 4733 events. Undefined where the peer takes none, or the microphone is not sent: both clock rates that
   * browsers offer (8000 and 48000 Hz) are offered, and the browser uses the one that the answer has.
   */
  get toneSender(): RTCDTMFSender | undefined {
    const { sender, currentDirection } = this.#local.transceiver('microphone') ?? {};
    const agreed = this.#connection.currentRemoteDescription?.sdp ?? '';
    const takesTones = sends(currentDirection) && /^a=rtpmap:\d+ telephone-event\//im.test(agreed);
    // Firefox has had no `canInsertDTMF` for long.
    return takesTones && sender?.dtmf && (sender.dtmf.canInsertDTMF as boolean | undefined) !== false
      ? sender.dtmf
      : undefined;
  }

  /** Sends silence or black in place of a content, or the content again; no negotiation. */
  setMuted(muted: boolean, content: ContentId = 'microphone'): void {
    this.#local.setMuted(content, muted);
  }

  /** Sends nothing, or what the devices give again; no negotiation. Of several wishes the last one counts. @throws MediaError */
  setPaused(isPaused: boolean): Promise<void> {
    this.#wantsPause = isPaused;
    // A peer that holds and resumes again and again queues nothing.
    this.#pausing ??= this.#run(() => {
      this.#pausing = undefined;
      return this.#local.setPaused(this.#wantsPause);
    });
    return this.#pausing;
  }

  /**
   * Sends an opened camera, which is stopped by `stopCamera` and `close`.
   * @returns whether the session must be offered anew (`createOffer`) for the peer to get the picture
   * @throws MediaError and stops the track; the session stays as it was
   */
  async startCamera(track: MediaStreamTrack): Promise<{ readonly negotiationNeeded: boolean }> {
    try {
      return await this.#run(async () => {
        await this.#local.send('camera', track);
        this.#observer.onStreams();
        return { negotiationNeeded: this.#local.claim('camera') };
      });
    } catch (cause) {
      track.stop();
      throw cause;
    }
  }

  /** Of a camera that is on: whether the peer's offer left it without an m-line, so that an offer of ours is needed. */
  async claimVideo(): Promise<{ readonly negotiationNeeded: boolean }> {
    const track = this.#local.track('camera');
    return track && !this.hasVideo ? this.startCamera(track) : { negotiationNeeded: false };
  }

  /** Stops the device, so that its light goes out; no negotiation. */
  stopCamera(): Promise<void> {
    return this.#run(async () => {
      await this.#local.stop('camera');
      this.#observer.onStreams();
    });
  }

  /** Stops the microphone, so that its light goes out; `replaceMicrophone` brings one back. */
  stopMicrophone(): Promise<void> {
    return this.#run(async () => {
      await this.#local.stop('microphone');
      this.#observer.onStreams();
    });
  }

  /** Sends another microphone in place of one that was lost. @throws MediaError and stops the track */
  async replaceMicrophone(track: MediaStreamTrack): Promise<void> {
    try {
      await this.#run(() => this.#local.send('microphone', track));
    } catch (cause) {
      track.stop();
      throw cause;
    }
    this.#observer.onStreams();
  }

  /** What has arrived of the peer, by content. */
  receivedContents(): Promise<ReceivedContent[]> {
    return contentsReceived(this.#connection.getTransceivers());
  }

  async sampleStatistics(): Promise<SessionStatistics> {
    const mids = this.#connection.getTransceivers().map(({ mid }) => mid);
    // Most calls are never asked, so that the code loads with the first question.
    this.#sampler ??= loadSampler().catch((error: unknown) => {
      this.#sampler = undefined;
      throw error;
    });
    const sampler = await this.#sampler;
    return sampler.sample(await this.#connection.getStats(), mids);
  }

  /** Stops devices, closes the connection. Nothing is reported afterwards. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#queue.close();
    this.#connection.close();
    this.#local.close();
    this.#remote.close();
    this.#descriptions.close();
  }

  #listen(): void {
    const { signal } = this.#closing;
    const connection = this.#connection;
    connection.addEventListener(
      'icecandidate',
      ({ candidate }) => {
        if (!candidate) return;
        this.#gathered = true;
        this.#observer.onCandidate(candidate.candidate, candidate.sdpMid ?? '', candidate.usernameFragment ?? '');
      },
      { signal },
    );
    connection.addEventListener(
      'icegatheringstatechange',
      () => {
        this.#reportIsolation();
      },
      { signal },
    );
    connection.addEventListener(
      'connectionstatechange',
      () => {
        const state = connection.connectionState;
        if (state === 'connected' || state === 'disconnected' || state === 'failed')
          this.#observer.onConnectivity(state);
      },
      { signal },
    );
    connection.addEventListener(
      'track',
      ({ transceiver }) => {
        this.#remote.add(transceiver);
      },
      { signal },
    );
  }

  /** Without a single candidate of ours (only relays are allowed, and none answers) ICE would not even begin to fail. */
  #reportIsolation(): void {
    const { iceGatheringState, remoteDescription } = this.#connection;
    if (iceGatheringState === 'complete' && remoteDescription && !this.#gathered)
      this.#observer.onConnectivity('failed');
  }

  async #run<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await this.#queue.run(operation);
    } catch (cause) {
      throw toMediaError(cause);
    }
  }
}

async function loadSampler(): Promise<StatisticsSampler> {
  const { StatisticsSampler: Sampler } = await import('./statistics.js');
  return new Sampler();
}
