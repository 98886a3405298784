import type { RedundantPacket } from '../frames/frame-trailer.js';
import type { PacketMs } from './packet-duration.js';

/** An audio packet as it arrived. */
export interface AudioPacket {
  /** The sender's count of packets, modulo 2^32. */
  readonly sequence: number;
  /** When the packet's first sample was recorded, in ms of the sender's clock. */
  readonly captureTime: number;
  /** Not empty. */
  readonly payload: Uint8Array;
  /** Of its sound. */
  readonly durationMs: PacketMs;
  /** The encoder fell silent: there may be no packets after this one for as long as that lasts. */
  readonly isDtx: boolean;
  /** Whether the payload holds in-band FEC of the packet before it. */
  readonly hasFec: boolean;
  /** Earlier packets, sent once more. */
  readonly redundancy: readonly RedundantPacket[];
}

/** What to do for the next piece of sound: one packet's duration, if nothing else is said. */
export type PlayoutDecision =
  /** Decode the payload; `decode-redundant`: it is a copy that came in a later packet. */
  | { readonly kind: 'decode' | 'decode-redundant'; readonly payload: Uint8Array; readonly captureTime: number }
  /**
   * Decode the payload, and the next one if it is there, then take a little sound out (`accelerate`; `trim`: less than can be
   * taken out of anything but silence) or put some in (`expand`) with a `TimeStretch`; that it finds nothing to splice does no
   * harm.
   */
  | {
      readonly kind: 'accelerate' | 'trim' | 'expand';
      readonly payload: Uint8Array;
      /** Of the next slot, where sound is taken out of two short packets: then both are played. */
      readonly following?: Uint8Array | undefined;
      readonly captureTime: number;
      /** Time presses: for `TimeStretch`. */
      readonly urgent: boolean;
      /** ms that it may be changed by. */
      readonly mostMs: number;
    }
  /** Decode the packet before this payload out of its in-band FEC; the payload itself is decoded next. */
  | { readonly kind: 'fec'; readonly payload: Uint8Array; readonly captureTime: number }
  /** Let the decoder conceal so many ms, a multiple of 2.5. */
  | { readonly kind: 'conceal'; readonly durationMs: number }
  /** Play so many ms of silence, a multiple of 2.5; of comfort noise, if `comfort`: the sender is silent, not cut off. */
  | { readonly kind: 'silence'; readonly durationMs: number; readonly comfort: boolean };

/** Counts since the start, in packets where nothing else is said. */
export interface JitterBufferStatistics {
  readonly received: number;
  readonly duplicates: number;
  /** Arrived when their turn was over. */
  readonly late: number;
  /** Slots without content, concealed or passed over; those of late packets are among them. */
  readonly lost: number;
  readonly recoveredByFec: number;
  readonly recoveredByRedundancy: number;
  /** There, but dropped: to get back to the target delay, since the buffer was full, or not believed to be of this stream. */
  readonly discarded: number;
  /** Asked-for splices. */
  readonly accelerated: number;
  readonly expanded: number;
  /** Packets and copies that wait now. */
  readonly held: number;
  /** Times that the sender began anew. */
  readonly restarts: number;
  /** ms. */
  readonly concealedMs: number;
  readonly concealmentEvents: number;
  /** ms by which what is played now is later than by the fastest packet's way. */
  readonly delayMs: number;
  /** ms that `delayMs` is steered to. */
  readonly targetMs: number;
}
