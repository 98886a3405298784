import { inspectPacket, type OpusPacketInfo } from '@xmpp-call/opus';
import { type PacketMs, packetMsOf } from '../../core/audio/packet-duration.js';

const SHORT_MS = 10;
const MERGED_MS = 20;

/**
 * What a carrier is used for. `packet`: one packet of ours. `none`: the browser's audio stays, because its duration is not
 * supported. `dropped`: nothing, because the next carrier takes the audio of both.
 */
export type CarrierUse = 'packet' | 'none' | 'dropped';

/** Decides what each audio frame of the browser is used for. */
export class AudioCarriers {
  /** Whether two carriers of 10 ms make one packet, because the headers of both are too much for the network path. */
  mergesCarriers = false;
  #durationMs: PacketMs = 20;
  #packetMs: PacketMs = 20;
  #isSilent = false;
  #isDropped = false;

  /** Duration of the packet for the last carrier [ms]. */
  get packetMs(): PacketMs {
    return this.#packetMs;
  }

  /** Whether the last carrier has no bytes, which means that the browser's encoder is in DTX. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** @param mayBeDropped whether the audio of this carrier may wait for the next one */
  next(carrier: Uint8Array, mayBeDropped: boolean): CarrierUse {
    const isSecondOfTwo = this.#isDropped;
    const isSupported = this.#isSupported(carrier);
    this.#isDropped =
      mayBeDropped && this.mergesCarriers && isSupported && !isSecondOfTwo && this.#durationMs === SHORT_MS;
    this.#packetMs = isSecondOfTwo ? MERGED_MS : this.#durationMs;
    if (this.#isDropped) return 'dropped';
    return isSupported ? 'packet' : 'none';
  }

  #isSupported(carrier: Uint8Array): boolean {
    this.#isSilent = carrier.length === 0;
    if (this.#isSilent) return true;
    const known = packetMsOf(inspect(carrier)?.duration);
    this.#durationMs = known ?? this.#durationMs;
    return known !== undefined;
  }
}

/** Returns undefined for a frame that is not an Opus packet. */
export function inspect(packet: Uint8Array): OpusPacketInfo | undefined {
  try {
    return inspectPacket(packet);
  } catch {
    return undefined;
  }
}
