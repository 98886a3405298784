import type { LocalIceCandidate } from './local-candidates.js';
import { JingleSession } from './session.js';
import type { SessionOptions } from './session.js';

const MAX_CANDIDATES = 256;

/** The place of a call's session, with what the page gave before there was one. */
export class SessionSlot {
  #session: JingleSession | undefined;
  #offer: string | undefined;
  #candidates: LocalIceCandidate[] = [];
  #muted = { audio: false, video: false };

  get session(): JingleSession | undefined {
    return this.#session;
  }

  open(options: SessionOptions): JingleSession {
    const session = new JingleSession(options);
    this.#session = session;
    for (const candidate of this.#candidates) session.localCandidate(candidate);
    this.#candidates = [];
    session.setMuted(this.#muted.audio, this.#muted.video);
    return session;
  }

  /** An offer that is to wait for its session; a newer one takes the place of an older one. */
  keepOffer(sdp: string): void {
    this.#offer = sdp;
  }

  /** The offer that waited. */
  takeOffer(): string | undefined {
    const offer = this.#offer;
    this.#offer = undefined;
    return offer;
  }

  localCandidate(candidate: LocalIceCandidate): void {
    if (this.#session) this.#session.localCandidate(candidate);
    else if (this.#candidates.length < MAX_CANDIDATES) this.#candidates.push(candidate);
  }

  setMuted(audio: boolean, video: boolean): void {
    this.#muted = { audio, video };
    this.#session?.setMuted(audio, video);
  }

  clear(): void {
    this.#offer = undefined;
    this.#candidates = [];
  }
}
