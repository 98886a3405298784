import { inspectPacket, type OpusPacketInfo } from '@xmpp-call/opus';
import { type PacketMs, packetMsOf } from '../../core/audio/packet-duration.js';

const SHORT_MS = 10;
const BOTH_MS = 20;

/** `none`: frames of another duration have no room for ours. `spared`: the next one has room for the sound of both. */
export type CarrierRoom = 'packet' | 'none' | 'spared';

/** What the browser's frames of audio have room for. */
export class AudioCarriers {
  /** Whether two short carriers make one packet, since the way is too narrow for the headers of both. */
  areSparse = false;
  #durationMs: PacketMs = 20;
  #packetMs: PacketMs = 20;
  #isSilent = false;
  #isSpared = false;

  /** ms of sound that the last one has room for. */
  get packetMs(): PacketMs {
    return this.#packetMs;
  }

  /** Whether the browser's encoder was silent: such a frame has no bytes. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** @param mayBeSpared whether there is a packet that may wait for the next carrier */
  next(carrier: Uint8Array, mayBeSpared: boolean): CarrierRoom {
    const takesBoth = this.#isSpared;
    const fits = this.#fits(carrier);
    this.#isSpared = mayBeSpared && this.areSparse && fits && !takesBoth && this.#durationMs === SHORT_MS;
    this.#packetMs = takesBoth ? BOTH_MS : this.#durationMs;
    if (this.#isSpared) return 'spared';
    return fits ? 'packet' : 'none';
  }

  #fits(carrier: Uint8Array): boolean {
    this.#isSilent = carrier.length === 0;
    if (this.#isSilent) return true;
    const known = packetMsOf(inspect(carrier)?.duration);
    this.#durationMs = known ?? this.#durationMs;
    return known !== undefined;
  }
}

/** Undefined for what is not Opus: nothing is known of it. */
export function inspect(packet: Uint8Array): OpusPacketInfo | undefined {
  try {
    return inspectPacket(packet);
  } catch {
    return undefined;
  }
}
