import type { LocalContents } from './local-contents.js';
import { preferCodecs } from './codec-preferences.js';
import { MediaError } from './errors.js';
import { RemoteCandidates, restartsIce } from './ice.js';
import type { RemoteCandidateInit } from './ice.js';
import type { RemoteTracks } from './remote-tracks.js';
import { kindOf } from './transceivers.js';

/** Offers and answers of a connection (RFC 8829). The owner runs its operations one after the other. */
export class Descriptions {
  readonly #connection: RTCPeerConnection;
  readonly #local: LocalContents;
  readonly #remote: RemoteTracks;
  readonly #candidates: RemoteCandidates;

  constructor(connection: RTCPeerConnection, local: LocalContents, remote: RemoteTracks) {
    this.#connection = connection;
    this.#local = local;
    this.#remote = remote;
    this.#candidates = new RemoteCandidates(connection);
  }

  /** A first offer has been answered: what fails from now on is rolled back, and the session goes on as it was. */
  get established(): boolean {
    return this.#connection.currentRemoteDescription !== null;
  }

  /** Whether an offer of the peer's restarts ICE. */
  restartsIce(offer: string): boolean {
    return restartsIce(this.#connection.currentRemoteDescription, offer);
  }

  async createOffer(iceRestart: boolean): Promise<string> {
    await this.#connection.setLocalDescription(await this.#connection.createOffer({ iceRestart }));
    return this.#localSdp();
  }

  async answer(offer: string): Promise<string> {
    try {
      await this.#connection.setRemoteDescription({ type: 'offer', sdp: offer });
      for (const transceiver of this.#connection.getTransceivers()) {
        if (transceiver.direction === 'stopped' || transceiver.currentDirection !== null) continue;
        preferCodecs(transceiver, kindOf(transceiver));
        await this.#local.answerIn(transceiver);
      }
      await this.#connection.setLocalDescription();
    } catch (cause) {
      await this.rollBack();
      throw cause;
    }
    this.#remote.settle();
    await this.#candidates.flush();
    return this.#localSdp();
  }

  async applyAnswer(answer: string): Promise<void> {
    try {
      await this.#connection.setRemoteDescription({ type: 'answer', sdp: answer });
    } catch (cause) {
      await this.rollBack();
      throw cause;
    }
    this.#remote.dropEnded();
    await this.#candidates.flush();
  }

  /** Before the first exchange is done there is nothing to go back to. */
  async rollBack(): Promise<void> {
    if (!this.established) return;
    const { signalingState } = this.#connection;
    if (signalingState === 'have-local-offer') await this.#connection.setLocalDescription({ type: 'rollback' });
    if (signalingState === 'have-remote-offer') await this.#connection.setRemoteDescription({ type: 'rollback' });
  }

  addCandidate(candidate: RemoteCandidateInit): Promise<void> {
    return this.#candidates.add(candidate);
  }

  close(): void {
    this.#candidates.clear();
  }

  #localSdp(): string {
    const sdp = this.#connection.localDescription?.sdp;
    if (!sdp) throw new MediaError('media-failed', 'no local description');
    return sdp;
  }
}
