import type { CorePreference } from '../core/choice/core-choice.js';
import { MediaStreamTrackProcessor } from './browser-apis.js';
import {
  markDescription,
  randomToken,
  sameToken,
  unmarkDescription,
  withoutLipSync,
  withShortPackets,
} from './core-marker.js';

/** Exchanges tokens with the peer in the descriptions, by which two cores recognise each other. */
export class PeerRecognition {
  /** Our token. */
  readonly token = randomToken();
  readonly #onPeerToken: (token: Uint8Array | undefined) => void;
  #peerToken: Uint8Array | undefined;

  /** @param onPeerToken the peer's latest description has another token than the one before, or none any more */
  constructor(onPeerToken: (token: Uint8Array | undefined) => void) {
    this.#onPeerToken = onPeerToken;
  }

  /** Undefined for a plain peer. */
  get peerToken(): Uint8Array | undefined {
    return this.#peerToken;
  }

  /** @returns our description for the peer */
  mark(sdp: string): string {
    return markDescription(sdp, this.token);
  }

  /** Reads the peer's token from its description. @returns the description for the browser */
  recognize(description: string, preference: CorePreference): string {
    const { sdp, token } = unmarkDescription(description);
    // A peer that echoes unknown parameters sends our own token back; it has no core.
    const peerToken = sameToken(token, this.token) ? undefined : token;
    if (!sameToken(peerToken, this.#peerToken)) {
      this.#peerToken = peerToken;
      this.#onPeerToken(peerToken);
    }
    // Without a track processor (Firefox) audio is captured on another clock than the browser's, which adds more delay than
    // short packets save; and the browser shows video beside our audio.
    if (!peerToken || preference === 'native') return sdp;
    return MediaStreamTrackProcessor ? withShortPackets(sdp) : withoutLipSync(sdp);
  }
}
