import type { MediaCore } from '@xmpp-call/media-core';
import type { PeerSession } from '@xmpp-call/media';

/** What holding needs of its call. */
export interface HoldOwner {
  /** Undefined before the connection was made. */
  readonly session: PeerSession | undefined;
  readonly core: MediaCore | undefined;
  readonly remoteStream: MediaStream;
  /** A loudspeaker was chosen, to which only elements can play. */
  readonly playsElsewhere: boolean;
  /** The peer holds the call. */
  readonly isHeld: boolean;
}

/**
 * A call on hold (XEP-0167 §9): nothing is sent and nothing is heard. A side that the peer holds sends nothing either, as the XEP asks,
 * but hears what comes: it may be music.
 */
export class CallHold {
  readonly #owner: HoldOwner;
  #isOn = false;

  constructor(owner: HoldOwner) {
    this.#owner = owner;
  }

  /** This side holds the call. */
  get isOn(): boolean {
    return this.#isOn;
  }

  set(isOn: boolean): void {
    this.#isOn = isOn;
    this.apply();
  }

  /** To be called when the session was made, its tracks are others, or the peer holds the call. */
  apply(): void {
    const { session, core, remoteStream, isHeld, playsElsewhere } = this.#owner;
    // A session that was closed meanwhile sends nothing anyway.
    session?.setPaused(this.#isOn || isHeld).catch(() => undefined);
    core?.setSilent(this.#isOn || playsElsewhere);
    for (const track of [...remoteStream.getTracks(), ...(session?.remoteTracks.values() ?? [])])
      track.enabled = !this.#isOn;
  }
}
