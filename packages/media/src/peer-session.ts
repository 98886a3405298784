import { preferCodecs } from './codec-preferences.js';
import { openCamera } from './devices.js';
import type { OpenedDevices } from './devices.js';
import { MediaError, toMediaError } from './errors.js';
import { OperationQueue } from './operation-queue.js';
import { StatisticsSampler } from './statistics.js';
import type { CallStatistics } from './statistics.js';

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

export interface RemoteCandidateInit {
  readonly candidate: string;
  readonly mid: string;
  readonly mLineIndex: number;
  readonly ufrag?: string;
}

/**
 * One call's RTCPeerConnection, its devices and its streams. Descriptions pass through a queue; `close` releases
 * everything and can be called at any time.
 */
export class PeerSession {
  readonly #remote: MediaStream;
  readonly #connection: RTCPeerConnection;
  readonly #observer: PeerSessionObserver;
  readonly #queue = new OperationQueue();
  readonly #closing = new AbortController();
  readonly #statistics = new StatisticsSampler();
  readonly #hasRelay: boolean;
  #local: MediaStream | undefined;
  #muted = false;
  #waitingCandidates: RTCIceCandidateInit[] = [];
  #gathered = false;

  constructor({ iceServers, iceTransportPolicy, observer, connect, remoteStream }: PeerSessionOptions) {
    this.#observer = observer;
    this.#remote = remoteStream;
    this.#hasRelay = iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)));
    const configuration: RTCConfiguration = {
      iceServers: [...iceServers],
      iceTransportPolicy: iceTransportPolicy ?? 'all',
      // Peers without BUNDLE (Dino) need one transport per content; max-bundle would leave video without one.
      bundlePolicy: 'balanced',
      rtcpMuxPolicy: 'require',
    };
    this.#connection = connect?.(configuration) ?? new RTCPeerConnection(configuration);
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
   * Applies the peer's offer (rolling back one of ours, RFC 8829 §4.1.10.2) and gives the answer.
   * @throws MediaError
   */
  answer(offer: string): Promise<string> {
    return this.#run(async () => {
      await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer });
      for (const transceiver of this.#connection.getTransceivers()) {
        if (transceiver.direction === 'stopped' || transceiver.currentDirection !== null) continue;
        preferCodecs(transceiver, kindOf(transceiver));
        await this.#answerWith(transceiver);
      }
      await this.#connection.setLocalDescription();
      await this.#flushCandidates();
      return this.#localSdp();
    });
  }

  /** @throws MediaError */
  applyAnswer(answer: string): Promise<void> {
    return this.#run(async () => {
      await this.#connection.setRemoteDescription({ type: 'answer', sdp: answer });
      this.#dropEndedRemoteTracks();
      await this.#flushCandidates();
      this.#reportIsolation();
    });
  }

  /** A candidate that the browser refuses is dropped: others may work. */
  async addCandidate({ candidate, mid, mLineIndex, ufrag }: RemoteCandidateInit): Promise<void> {
    if (candidate === '') return;
    const init: RTCIceCandidateInit = { candidate, sdpMid: mid, sdpMLineIndex: mLineIndex };
    if (ufrag) init.usernameFragment = ufrag;
    await this.#run(async () => {
      if (this.#connection.remoteDescription) await this.#addCandidate(init);
      else this.#waitingCandidates.push(init);
    });
  }

  /** Silences or opens the microphone; no negotiation. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    for (const track of this.#local?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  /**
   * Turns the camera on or off. Off stops the device, so that its light goes out.
   * @returns whether the session must be offered anew (`createOffer`) for the peer to get the picture
   * @throws MediaError when the camera cannot be had; the session stays as it was
   */
  async setCamera(on: boolean): Promise<{ readonly negotiationNeeded: boolean }> {
    if (on === this.cameraOn) return { negotiationNeeded: false };
    if (!on) {
      await this.#stopCamera();
      return { negotiationNeeded: false };
    }
    const track = await openCamera(this.#closing.signal);
    try {
      return await this.#run(async () => ({ negotiationNeeded: await this.#startCamera(track) }));
    } catch (cause) {
      track.stop();
      throw cause;
    }
  }

  async sampleStatistics(): Promise<CallStatistics> {
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
    this.#waitingCandidates = [];
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
        this.#addRemoteTrack(track);
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

  #addRemoteTrack(track: MediaStreamTrack): void {
    const before = this.#remote.getTracks();
    // Before others go: Firefox ends an element whose stream is without any track for a moment, and it does not go on.
    this.#remote.addTrack(track);
    for (const old of before) if (old.kind === track.kind && old !== track) this.#remote.removeTrack(old);
    const report = () => {
      this.#observer.onStreams();
    };
    for (const type of ['mute', 'unmute', 'ended'])
      track.addEventListener(type, report, { signal: this.#closing.signal });
    report();
  }

  #dropEndedRemoteTracks(): void {
    for (const transceiver of this.#connection.getTransceivers()) {
      const receiving = transceiver.currentDirection === 'sendrecv' || transceiver.currentDirection === 'recvonly';
      const { track } = transceiver.receiver;
      if (receiving || !this.#remote.getTracks().includes(track)) continue;
      this.#remote.removeTrack(track);
      this.#observer.onStreams();
    }
  }

  async #answerWith(transceiver: RTCRtpTransceiver): Promise<void> {
    const kind = kindOf(transceiver);
    const [track] = this.#local?.getTracks().filter((candidate) => candidate.kind === kind) ?? [];
    transceiver.direction = 'sendrecv';
    if (track) await transceiver.sender.replaceTrack(track);
  }

  async #send(kind: 'audio' | 'video', track: MediaStreamTrack): Promise<void> {
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

  async #startCamera(track: MediaStreamTrack): Promise<boolean> {
    const before = this.#transceiver('video')?.currentDirection;
    await this.#send('video', track);
    this.#observer.onStreams();
    if (before === 'sendrecv' || before === 'sendonly') return false;
    const transceiver = this.#transceiver('video');
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

  #transceiver(kind: 'audio' | 'video'): RTCRtpTransceiver | undefined {
    return this.#connection.getTransceivers().find((one) => one.direction !== 'stopped' && kindOf(one) === kind);
  }

  #localStream(): MediaStream {
    return (this.#local ??= new MediaStream());
  }

  #localSdp(): string {
    const sdp = this.#connection.localDescription?.sdp;
    if (!sdp) throw new MediaError('media-failed', 'no local description');
    return sdp;
  }

  async #flushCandidates(): Promise<void> {
    const waiting = this.#waitingCandidates;
    this.#waitingCandidates = [];
    for (const init of waiting) await this.#addCandidate(init);
  }

  async #addCandidate(init: RTCIceCandidateInit): Promise<void> {
    try {
      await this.#connection.addIceCandidate(init);
    } catch (cause) {
      // A name that does not resolve, an address family that is off: one candidate less, not a failed call.
      if (!(cause instanceof DOMException) && !(cause instanceof TypeError)) throw cause;
    }
  }

  async #run<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await this.#queue.run(operation);
    } catch (cause) {
      throw toMediaError(cause);
    }
  }
}

function kindOf(transceiver: RTCRtpTransceiver): 'audio' | 'video' {
  return transceiver.receiver.track.kind === 'video' ? 'video' : 'audio';
}
