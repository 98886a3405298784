/** A packet that can be played, received or as a copy. */
export interface StoredPacket {
  readonly payload: Uint8Array;
  /** ms of the sender's clock. */
  readonly captureTime: number;
  readonly isDtx: boolean;
  readonly hasFec: boolean;
  /** Whether it is a copy from a later packet. */
  readonly isRedundant: boolean;
}

/** Maximum content: duration [ms] and payload bytes, which together allow 240 kbit/s. */
const CAPACITY_MS = 1280;
const CAPACITY_BYTES = 40_000;

/** The packets of a jitter buffer by their position in the stream. */
export class PacketStore {
  readonly #packets = new Map<number, StoredPacket>();
  #bytes = 0;

  get size(): number {
    return this.#packets.size;
  }

  /** Whether packets have to be discarded. @param packetMs duration of a packet [ms] */
  isFull(packetMs: number): boolean {
    return this.#packets.size * packetMs > CAPACITY_MS || this.#bytes > CAPACITY_BYTES;
  }

  has(position: number): boolean {
    return this.#packets.has(position);
  }

  get(position: number): StoredPacket | undefined {
    return this.#packets.get(position);
  }

  /** Returns the first position from `start` on that holds a packet; `start` if there is none at all. */
  firstFrom(start: number): number {
    let position = start;
    if (this.#packets.size > 0) while (!this.#packets.has(position)) position++;
    return position;
  }

  put(position: number, packet: StoredPacket): void {
    this.delete(position);
    this.#packets.set(position, packet);
    this.#bytes += packet.payload.length;
  }

  delete(position: number): void {
    this.#bytes -= this.#packets.get(position)?.payload.length ?? 0;
    this.#packets.delete(position);
  }

  clear(): void {
    this.#packets.clear();
    this.#bytes = 0;
  }
}
