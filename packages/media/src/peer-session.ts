import { preferCodecs } from './codec-preferences.js';
import type { OpenedDevices } from './devices.js';
import { MediaError, toMediaError } from './errors.js';
import { RemoteCandidates, haveRelay, restartsIce } from './ice.js';
import type { RemoteCandidateInit } from './ice.js';
import { OperationQueue } from './operation-queue.js';
import { RemoteTracks } from './remote-tracks.js';
import { StatisticsSampler, packetsOf } from './statistics.js';
import type { SessionStatistics, ReceivedPackets } from './statistics.js';
import { kindOf, receives, sends, transceiverOf } from './transceivers.js';
import type { MediaKind } from './transceivers.js';

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
  readonly #remote: MediaStream;
  readonly #remoteTracks: RemoteTracks;
  readonly #connection: RTCPeerConnection;
  readonly #observer: PeerSessionObserver;
  readonly #queue = new OperationQueue();
  readonly #closing = new AbortController();
  readonly #statistics = new StatisticsSampler();
  #hasRelay: boolean;
  #local: MediaStream | undefined;
  #muted = false;
  readonly #candidates: RemoteCandidates;
  #gathered = false;

  constructor({ iceServers, iceTransportPolicy, observer, connect, remoteStream }: PeerSessionOptions) {
    this.#observer = observer;
    this.#remote = remoteStream;
    this.#remoteTracks = new RemoteTracks(
      remoteStream,
      () => {
        observer.onStreams();
      },
      this.#closing.signal,
    );
    this.#hasRelay = haveRelay(iceServers);
    const configuration: RTCConfiguration = {
      iceServers: [...iceServers],
      iceTransportPolicy: iceTransportPolicy ?? 'all',
      // Peers without BUNDLE (Dino) need one transport per content; max-bundle would leave video without one.
      bundlePolicy: 'balanced',
      rtcpMuxPolicy: 'require',
    };
    this.#connection = connect?.(configuration) ?? new RTCPeerConnection(configuration);
    this.#candidates = new RemoteCandidates(this.#connection);
    this.#listen();
  }

  /** Whether a TURN server was among the ICE servers. */
  get hasRelay(): boolean {
    return this.#hasRelay;
  }

  get localStream(): MediaStream | undefined {
    return this.#local;
  }

  get cameraOn(): boolean {
    return this.#local?.getVideoTracks().some((track) => track.readyState === 'live') ?? false;
  }

  /** A first offer has been answered: what fails from now on is rolled back, and the session goes on as it was. */
  get established(): boolean {
    return this.#connection.currentRemoteDescription !== null;
  }

  /** The camera is on and its picture goes to the peer, as far as was agreed. */
  get sendsCamera(): boolean {
    return this.cameraOn && sends(this.#transceiver('video')?.currentDirection);
  }

  /** Something carries pictures, or is to carry them. */
  get hasVideo(): boolean {
    return this.#transceiver('video') !== undefined;
  }

  /** Which kinds the peer may send, as far as was agreed. */
  get receives(): { readonly audio: boolean; readonly video: boolean } {
    return {
      audio: receives(this.#transceiver('audio')?.currentDirection),
      video: receives(this.#transceiver('video')?.currentDirection),
    };
  }

  /** Makes the m-lines of an outgoing call, before or after the devices are open. */
  addMedia({ video }: { readonly video: boolean }): void {
    const stream = this.#localStream();
    for (const kind of video ? (['audio', 'video'] as const) : (['audio'] as const)) {
      const track = stream.getTracks().find((one) => one.kind === kind);
      const init: RTCRtpTransceiverInit = { direction: 'sendrecv', streams: [stream] };
      preferCodecs(this.#connection.addTransceiver(track ?? kind, init), kind);
    }
  }

  /** Takes over the opened devices: they are stopped by `close`. */
  async useDevices(devices: OpenedDevices): Promise<void> {
    if (this.#closing.signal.aborted) {
      devices.audio.stop();
      devices.video?.stop();
      return;
    }
    devices.audio.enabled = !this.#muted;
    await this.#send('audio', devices.audio);
    if (devices.video) await this.#send('video', devices.video);
    this.#observer.onStreams();
  }

  /** TURN credentials expire: an ICE restart wants fresh ones. Servers that the browser refuses leave those of before. */
  setIceServers(iceServers: readonly RTCIceServer[]): void {
    if (this.#closing.signal.aborted) return;
    try {
      this.#connection.setConfiguration({ ...this.#connection.getConfiguration(), iceServers: [...iceServers] });
      this.#hasRelay = haveRelay(iceServers);
    } catch (cause) {
      if (!(cause instanceof DOMException) && !(cause instanceof TypeError)) throw cause;
    }
  }

  /** Whether an offer of the peer's restarts ICE. */
  restartsIce(offer: string): boolean {
    return restartsIce(this.#connection.currentRemoteDescription, offer);
  }

  /** @throws MediaError */
  createOffer(options: { readonly iceRestart?: boolean } = {}): Promise<string> {
    return this.#run(async () => {
      await this.#connection.setLocalDescription(
        await this.#connection.createOffer({ iceRestart: options.iceRestart ?? false }),
      );
      return this.#localSdp();
    });
  }

  /**
   * Applies the peer's offer (rolling back one of ours, RFC 8829 §4.1.10.2) and gives the answer. Once established, an offer
   * that the browser refuses is rolled back.
   * @throws MediaError
   */
  answer(offer: string): Promise<string> {
    return this.#run(async () => {
      try {
        await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer });
        for (const transceiver of this.#connection.getTransceivers()) {
          if (transceiver.direction === 'stopped' || transceiver.currentDirection !== null) continue;
          preferCodecs(transceiver, kindOf(transceiver));
          await this.#answerWith(transceiver);
        }
        await this.#connection.setLocalDescription();
      } catch (cause) {
        await this.#rollBack();
        throw cause;
      }
      await this.#candidates.flush();
      return this.#localSdp();
    });
  }

  /** Once established, an answer that the browser refuses is rolled back together with our offer. @throws MediaError */
  applyAnswer(answer: string): Promise<void> {
    return this.#run(async () => {
      try {
        await this.#connection.setRemoteDescription({ type: 'answer', sdp: answer });
      } catch (cause) {
        await this.#rollBack();
        throw cause;
      }
      this.#remoteTracks.dropEnded(this.#connection.getTransceivers());
      await this.#candidates.flush();
      this.#reportIsolation();
    });
  }

  /** Takes back an offer of ours that will have no answer; does nothing where there is none. @throws MediaError */
  rollBack(): Promise<void> {
    return this.#run(() => this.#rollBack());
  }

  /** A candidate that the browser refuses is dropped: others may work. */
  async addCandidate(candidate: RemoteCandidateInit): Promise<void> {
    if (candidate.candidate !== '') await this.#run(() => this.#candidates.add(candidate));
  }

  /** Silences or opens the microphone; no negotiation. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    for (const track of this.#local?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  /**
   * Sends an opened camera, which is stopped by `stopCamera` and `close`.
   * @returns whether the session must be offered anew (`createOffer`) for the peer to get the picture
   * @throws MediaError and stops the track; the session stays as it was
   */
  async startCamera(track: MediaStreamTrack): Promise<{ readonly negotiationNeeded: boolean }> {
    try {
      return await this.#run(async () => {
        await this.#send('video', track);
        this.#observer.onStreams();
        return { negotiationNeeded: this.#wantVideo() };
      });
    } catch (cause) {
      track.stop();
      throw cause;
    }
  }

  /** Of a camera that is on: whether the peer's offer left it without a way, so that an offer of ours is needed. */
  async claimVideo(): Promise<{ readonly negotiationNeeded: boolean }> {
    const [track] = this.#local?.getVideoTracks() ?? [];
    return track && !this.hasVideo ? this.startCamera(track) : { negotiationNeeded: false };
  }

  /** Stops the device, so that its light goes out; no negotiation. */
  stopCamera(): Promise<void> {
    return this.#run(() => this.#stopCamera());
  }

  /** Sends another microphone in place of one that was lost. @throws MediaError and stops the track */
  async replaceMicrophone(track: MediaStreamTrack): Promise<void> {
    track.enabled = !this.#muted;
    try {
      await this.#run(() => this.#send('audio', track));
    } catch (cause) {
      track.stop();
      throw cause;
    }
    this.#observer.onStreams();
  }

  /** RTP packets of the peer since the beginning. */
  async receivedPackets(): Promise<ReceivedPackets> {
    const received = { audio: 0, video: 0 };
    for (const transceiver of this.#connection.getTransceivers()) {
      const kind = kindOf(transceiver);
      received[kind] += packetsOf(await transceiver.receiver.getStats());
    }
    return received;
  }

  async sampleStatistics(): Promise<SessionStatistics> {
    return this.#statistics.sample(await this.#connection.getStats());
  }

  /** Stops devices, closes the connection. Nothing is reported afterwards. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#queue.close();
    this.#connection.close();
    for (const stream of [this.#local, this.#remote]) {
      for (const track of stream?.getTracks() ?? []) {
        track.stop();
        stream?.removeTrack(track);
      }
    }
    this.#candidates.clear();
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
      ({ track }) => {
        this.#remoteTracks.add(track);
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

  async #answerWith(transceiver: RTCRtpTransceiver): Promise<void> {
    const kind = kindOf(transceiver);
    const [track] = this.#local?.getTracks().filter((candidate) => candidate.kind === kind) ?? [];
    transceiver.direction = 'sendrecv';
    if (track) await transceiver.sender.replaceTrack(track);
  }

  async #send(kind: MediaKind, track: MediaStreamTrack): Promise<void> {
    const stream = this.#localStream();
    for (const old of stream.getTracks()) {
      if (old.kind !== kind || old === track) continue;
      old.stop();
      stream.removeTrack(old);
    }
    stream.addTrack(track);
    track.addEventListener(
      'ended',
      () => {
        this.#observer.onStreams();
      },
      { signal: this.#closing.signal },
    );
    const transceiver = this.#transceiver(kind);
    if (transceiver) {
      await transceiver.sender.replaceTrack(track);
      transceiver.sender.setStreams(stream);
    } else if (this.#connection.getTransceivers().length > 0) {
      preferCodecs(this.#connection.addTransceiver(track, { direction: 'sendrecv', streams: [stream] }), kind);
    }
  }

  /** Makes the transceiver of our picture send. @returns whether that has to be agreed */
  #wantVideo(): boolean {
    const transceiver = this.#transceiver('video');
    if (sends(transceiver?.currentDirection)) return false;
    if (transceiver) transceiver.direction = 'sendrecv';
    return true;
  }

  async #stopCamera(): Promise<void> {
    for (const track of this.#local?.getVideoTracks() ?? []) {
      track.stop();
      this.#local?.removeTrack(track);
    }
    await this.#transceiver('video')?.sender.replaceTrack(null);
    this.#observer.onStreams();
  }

  /** Before the first exchange is done there is nothing to go back to. */
  async #rollBack(): Promise<void> {
    if (!this.established) return;
    const { signalingState } = this.#connection;
    if (signalingState === 'have-local-offer') await this.#connection.setLocalDescription({ type: 'rollback' });
    if (signalingState === 'have-remote-offer') await this.#connection.setRemoteDescription({ type: 'rollback' });
  }

  #transceiver(kind: MediaKind): RTCRtpTransceiver | undefined {
    return transceiverOf(this.#connection, kind);
  }

  #localStream(): MediaStream {
    return (this.#local ??= new MediaStream());
  }

  #localSdp(): string {
    const sdp = this.#connection.localDescription?.sdp;
    if (!sdp) throw new MediaError('media-failed', 'no local description');
    return sdp;
  }

  async #run<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await this.#queue.run(operation);
    } catch (cause) {
      throw toMediaError(cause);
    }
  }
}
