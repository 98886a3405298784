export interface RemoteCandidateInit {
  readonly candidate: string;
  readonly mid: string;
  readonly mLineIndex: number;
  readonly ufrag?: string;
}

export function haveRelay(iceServers: readonly RTCIceServer[]): boolean {
  return iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)));
}

/** Whether an offer restarts ICE: the credentials of the transport before are not in it (RFC 8839 §4.4.1.1.1). */
export function restartsIce(before: RTCSessionDescription | null, offer: string): boolean {
  const [known] = ufragsOf(before?.sdp ?? '');
  return known !== undefined && !ufragsOf(offer).includes(known);
}

function ufragsOf(sdp: string): string[] {
  return Array.from(sdp.matchAll(/^a=ice-ufrag:(\S+)/gm), ([, ufrag = '']) => ufrag);
}

/** The peer's candidates: kept until there is a description that they belong to. */
export class RemoteCandidates {
  #waiting: RTCIceCandidateInit[] = [];

  constructor(private readonly connection: RTCPeerConnection) {}

  async add({ candidate, mid, mLineIndex, ufrag }: RemoteCandidateInit): Promise<void> {
    const init: RTCIceCandidateInit = { candidate, sdpMid: mid, sdpMLineIndex: mLineIndex };
    if (ufrag) init.usernameFragment = ufrag;
    if (this.connection.remoteDescription) await this.#give(init);
    else this.#waiting.push(init);
  }

  async flush(): Promise<void> {
    for (const init of this.#waiting.splice(0)) await this.#give(init);
  }

  clear(): void {
    this.#waiting = [];
  }

  async #give(init: RTCIceCandidateInit): Promise<void> {
    try {
      await this.connection.addIceCandidate(init);
    } catch (cause) {
      // A name that does not resolve, an address family that is off: one candidate less, not a failed call.
      if (!(cause instanceof DOMException) && !(cause instanceof TypeError)) throw cause;
    }
  }
}
