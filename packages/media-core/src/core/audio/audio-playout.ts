import type { RedundantPacket } from '../frames/frame-trailer.js';
import type { PacketMs } from './packet-duration.js';

/** A received audio packet. */
export interface AudioPacket {
  /** Sequence number of the sender, modulo 2^32. */
  readonly sequence: number;
  /** Capture time of the first sample [ms], on the sender's clock. */
  readonly captureTime: number;
  /** Encoded audio, not empty. */
  readonly payload: Uint8Array;
  /** Duration of the encoded audio [ms]. */
  readonly durationMs: PacketMs;
  /** The encoder entered DTX (RFC 6716 §2.1.9): packets may stay away while it lasts. */
  readonly isDtx: boolean;
  /** Whether the payload contains in-band FEC (RFC 6716 §2.1.7) of the preceding packet. */
  readonly hasFec: boolean;
  /** Copies of earlier packets. */
  readonly redundancy: readonly RedundantPacket[];
}

/** What to play next; lasts one packet unless a duration is given. */
export type PlayoutDecision =
  /** Decode the payload; for `decode-redundant` it is a copy from a later packet. */
  | { readonly kind: 'decode' | 'decode-redundant'; readonly payload: Uint8Array; readonly captureTime: number }
  /**
   * Decode the payload, and `following` if present, then shorten the audio (`accelerate`), shorten it by less than a
   * pitch period, which only works in silence (`trim`), or lengthen it (`expand`) with `TimeStretch`. It does no harm
   * if no splice is found.
   */
  | {
      readonly kind: 'accelerate' | 'trim' | 'expand';
      readonly payload: Uint8Array;
      /** Payload of the next packet, where shortening needs two short packets. Both are played. */
      readonly following?: Uint8Array | undefined;
      readonly captureTime: number;
      /** Accept a worse splice; see `TimeStretch`. */
      readonly urgent: boolean;
      /** Maximum change of the duration [ms]. */
      readonly mostMs: number;
    }
  /** Decode the preceding packet from this payload's in-band FEC; the payload itself is decoded next. */
  | { readonly kind: 'fec'; readonly payload: Uint8Array; readonly captureTime: number }
  /** Let the decoder conceal `durationMs`, a multiple of 2.5 ms. */
  | { readonly kind: 'conceal'; readonly durationMs: number }
  /** Play silence for `durationMs`, a multiple of 2.5 ms; comfort noise with `comfort`, while the sender is in DTX. */
  | { readonly kind: 'silence'; readonly durationMs: number; readonly comfort: boolean };

/** Counters since the start; in packets unless the name says otherwise. */
export interface JitterBufferStatistics {
  readonly received: number;
  readonly duplicates: number;
  /** Arrived after their playout time. */
  readonly late: number;
  /** Slots that were concealed or skipped, late packets included. */
  readonly lost: number;
  readonly recoveredByFec: number;
  readonly recoveredByRedundancy: number;
  /**
   * Buffered or arrived, but dropped: to reduce the delay, because the buffer was full, or because the sequence number
   * was implausible.
   */
  readonly discarded: number;
  /** Splices requested. */
  readonly accelerated: number;
  readonly expanded: number;
  /** Packets and copies buffered now. */
  readonly held: number;
  /** Restarts of the stream. */
  readonly restarts: number;
  readonly concealedMs: number;
  readonly concealmentEvents: number;
  /** Current playout delay [ms], relative to the base delay. */
  readonly delayMs: number;
  /** Target of `delayMs` [ms]. */
  readonly targetMs: number;
}
