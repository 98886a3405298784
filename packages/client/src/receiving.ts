/** ms between two looks. */
export const SAMPLE_MS = 1000;
/** ms without a packet after which nothing is being received; Opus in DTX sends one each 400 ms (RFC 7587 §3.1.3). */
const SILENT_AFTER_MS = 3000;
/** ms without a packet, though ICE says connected, after which the network is to be looked at. */
const PROBE_AFTER_MS = 5000;

export interface ReceivingSample {
  /** ms, monotonic. */
  readonly now: number;
  /** RTP packets of the peer since the beginning. */
  readonly packets: number;
  /** The peer is to send something: it has agreed to, and neither muted nor held all of it. */
  readonly expected: boolean;
  /** What ICE says. */
  readonly connected: boolean;
}

/** Judges from packet counts whether the peer is being received: ICE says "connected" for long when nothing arrives. */
export class Receiving {
  #packets = 0;
  #arrivedAt: number | undefined;
  #probed = false;
  #holds = true;

  /** Packets of the peer arrived within the last 3 s, or none are expected. */
  get holds(): boolean {
    return this.#holds;
  }

  /** @returns whether the network is to be probed: once for each time that packets stay away. */
  take({ now, packets, expected, connected }: ReceivingSample): boolean {
    // Counts start over with a receiver; any other count is an arrival.
    const arrived = packets !== this.#packets;
    this.#packets = packets;
    if (arrived || !expected || this.#arrivedAt === undefined) {
      this.#arrivedAt = now;
      this.#holds = true;
      this.#probed = false;
      return false;
    }
    const silent = now - this.#arrivedAt;
    this.#holds = silent < SILENT_AFTER_MS;
    if (this.#probed || !connected || silent < PROBE_AFTER_MS) return false;
    this.#probed = true;
    return true;
  }
}
