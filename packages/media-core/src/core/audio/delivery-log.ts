import type { AudioPacket } from './audio-playout.js';

/** Whether a packet belongs to the stream, and its position: the sequence number without wraps. */
export type Placement =
  | { readonly kind: 'placed'; readonly position: number }
  /** Too far from the other packets; ignored unless the next packet confirms it. */
  | { readonly kind: 'doubtful' }
  /** The sender restarted at `previous`, the doubtful packet before this one. */
  | { readonly kind: 'restart'; readonly position: number; readonly previous: AudioPacket };

/** State of a packet: nothing received, recoverable from a later packet by FEC or a copy, or received. */
export type Delivery = 'none' | 'recoverable' | 'received';

/** A sequence number further ahead or behind [packets] is doubtful: 10 s and 2 s at 20 ms. */
const MAX_AHEAD = 500;
const MAX_BEHIND = 100;
/** A capture time that contradicts the sequence number by more than this [ms] is doubtful. */
const MAX_CONTRADICTION_MS = 100;
/**
 * So is a sequence number that requires more packets of the shortest duration [ms] than fit into the elapsed capture
 * time plus this [ms].
 */
const MAX_BURST_MS = 500;
const MIN_PACKET_MS = 10;
/** Maximum gap between the first two packets after a restart of the sender [packets]. */
const MAX_GAP_AT_RESTART = 5;
const HISTORY = 256;
const STATES: readonly Delivery[] = ['none', 'recoverable', 'received'];

/**
 * Records which packets of a stream arrived, across wraps of the sequence number and restarts of the sender. A single
 * packet with an implausible sequence number or capture time changes nothing (docs/decisions/0025).
 */
export class DeliveryLog {
  readonly #positions = new Float64Array(HISTORY).fill(-1);
  readonly #states = new Uint8Array(HISTORY);
  #newest: { readonly position: number; readonly captureTime: number } | undefined;
  #doubtful: AudioPacket | undefined;

  place(packet: AudioPacket): Placement {
    const { sequence, captureTime } = packet;
    // An offset, so that packets older than the first one have positive positions too.
    this.#newest ??= { position: 2 ** 33 + sequence, captureTime };
    const ahead = (sequence - this.#newest.position) | 0;
    const elapsed = captureTime - this.#newest.captureTime;
    if (this.#isPlausible(ahead, elapsed)) {
      const position = this.#newest.position + ahead;
      if (ahead > 0) this.#newest = { position, captureTime };
      this.#doubtful = undefined;
      return { kind: 'placed', position };
    }
    const previous = this.#doubtful;
    this.#doubtful = packet;
    if (!previous || !follows(packet, previous)) return { kind: 'doubtful' };
    return { kind: 'restart', position: this.restart(packet), previous };
  }

  /**
   * Restarts the stream at a packet without checks.
   * @returns its position
   */
  restart({ sequence, captureTime }: AudioPacket): number {
    this.#positions.fill(-1);
    this.#newest = { position: 2 ** 33 + sequence, captureTime };
    this.#doubtful = undefined;
    return this.#newest.position;
  }

  /** Records the state of a packet and returns its state before. Packets older than the history count as received. */
  mark(position: number, delivery: Delivery): Delivery {
    const slot = position % HISTORY;
    const held = this.#positions[slot] ?? -1;
    if (held > position) return 'received';
    const known = held === position ? (this.#states[slot] ?? 0) : 0;
    this.#positions[slot] = position;
    this.#states[slot] = Math.max(known, STATES.indexOf(delivery));
    return STATES[known] ?? 'none';
  }

  #isPlausible(ahead: number, elapsed: number): boolean {
    if (ahead > MAX_AHEAD || ahead < -MAX_BEHIND) return false;
    if (ahead <= 0) return elapsed < MAX_CONTRADICTION_MS;
    return elapsed > Math.max(-MAX_CONTRADICTION_MS, ahead * MIN_PACKET_MS - MAX_BURST_MS);
  }
}

function follows(packet: AudioPacket, previous: AudioPacket): boolean {
  const ahead = (packet.sequence - previous.sequence) | 0;
  return ahead > 0 && ahead <= MAX_GAP_AT_RESTART && packet.captureTime > previous.captureTime;
}
