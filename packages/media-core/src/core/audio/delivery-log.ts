import type { AudioPacket } from './audio-playout.js';

/** Whether a packet is of the stream, and where in it: positions go on where sequence numbers wrap. */
export type Admission =
  | { readonly kind: 'admitted'; readonly position: number }
  /** Too far from the others to be believed, until another one follows it. */
  | { readonly kind: 'doubtful' }
  /** The sender began anew with the doubtful packet before this one. */
  | { readonly kind: 'restart'; readonly position: number; readonly previous: AudioPacket };

/** What is known of a packet: nothing, that its sound can be had from a later one, or the packet itself. */
export type Delivery = 'none' | 'recoverable' | 'received';

/** Farther ahead or behind than this, in packets, a sequence number is doubtful: 10 s and 2 s. */
const MAX_AHEAD = 500;
const MAX_BEHIND = 100;
/** A capture time that contradicts the sequence by more than this, in ms, is doubtful. */
const MAX_CONTRADICTION_MS = 100;
/** Nor can more packets have been sent than this many ms, and what passed by the capture time, hold of the shortest. */
const MAX_CROWD_MS = 500;
const SHORTEST_MS = 10;
/** Packets that may be missing between the first two of a new beginning. */
const MAX_GAP_AT_RESTART = 5;
const HISTORY = 256;
const STATES: readonly Delivery[] = ['none', 'recoverable', 'received'];

/** Tells which packets of a stream came, across wrapping sequence numbers and new beginnings of the sender. */
export class DeliveryLog {
  readonly #positions = new Float64Array(HISTORY).fill(-1);
  readonly #states = new Uint8Array(HISTORY);
  #newest: { readonly position: number; readonly captureTime: number } | undefined;
  #doubtful: AudioPacket | undefined;

  admit(packet: AudioPacket): Admission {
    const { sequence, captureTime } = packet;
    // Far from zero, so that packets from before the first one have positions too.
    this.#newest ??= { position: 2 ** 33 + sequence, captureTime };
    const ahead = (sequence - this.#newest.position) | 0;
    const elapsed = captureTime - this.#newest.captureTime;
    if (this.#isPlausible(ahead, elapsed)) {
      const position = this.#newest.position + ahead;
      if (ahead > 0) this.#newest = { position, captureTime };
      this.#doubtful = undefined;
      return { kind: 'admitted', position };
    }
    const previous = this.#doubtful;
    this.#doubtful = packet;
    if (!previous || !follows(packet, previous)) return { kind: 'doubtful' };
    return { kind: 'restart', position: this.restart(packet), previous };
  }

  /** Believes a packet whatever came before: the stream begins anew with it. @returns its position */
  restart({ sequence, captureTime }: AudioPacket): number {
    this.#positions.fill(-1);
    this.#newest = { position: 2 ** 33 + sequence, captureTime };
    this.#doubtful = undefined;
    return this.#newest.position;
  }

  /** Notes what is now known of a packet, and gives what was; long forgotten ones count as received. */
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
    return elapsed > Math.max(-MAX_CONTRADICTION_MS, ahead * SHORTEST_MS - MAX_CROWD_MS);
  }
}

function follows(packet: AudioPacket, previous: AudioPacket): boolean {
  const ahead = (packet.sequence - previous.sequence) | 0;
  return ahead > 0 && ahead <= MAX_GAP_AT_RESTART && packet.captureTime > previous.captureTime;
}
