import type { AudioPacket } from '../core/audio/audio-playout.js';

/** Media worker to playout worklet. */
export type RendererCommand =
  /** The module of Opus, in bytes: it cannot be had there otherwise. A decoder that was given up is tried anew. */
  | { readonly type: 'codec'; readonly bytes: ArrayBuffer }
  /** `arrivedAt` is ms of the worker's clock. The packet's payloads are transferred. */
  | { readonly type: 'packet'; readonly packet: AudioPacket; readonly arrivedAt: number }
  /** Sound is played from now on, faded in. */
  | { readonly type: 'begin' }
  /** It fades out, and the decoder goes. */
  | { readonly type: 'end' }
  /** Capture times of the packets that come now are measured in another way. */
  | { readonly type: 'source-changed' }
  /** ms to hold sound back more than it needs, for lip sync. */
  | { readonly type: 'extra-delay'; readonly ms: number };

/** Playout worklet to media worker. */
export type RendererMessage =
  /** The codec is there. */
  | { readonly type: 'ready' }
  /** There is no decoder any more, until the next `codec`. */
  | { readonly type: 'failed'; readonly error: string }
  /** Silence took the place of a packet. */
  | { readonly type: 'undecodable'; readonly error: string }
  | RendererStatus;

/** Each RENDERER_STATUS_MS of sound that the worklet renders, silence among it, and so long after sound has begun. */
export interface RendererStatus {
  readonly type: 'status';
  /** Samples played since the status before, not counting those before the first packet was heard, */
  readonly playedSamples: number;
  /** and those of them that were made up. */
  readonly concealedSamples: number;
  /** The most by which what was played was later than by the fastest packet's way; 0 for nothing. */
  readonly delayMs: number;
  /** ms that pieces of sound took to be made, and how many those were: on a clock that ticks in ms, so the mean of many. */
  readonly codecMs: number;
  readonly pieces: number;
  /** The last packet that was played. */
  readonly heard?:
    | {
        /** ms of the sender's clock. */
        readonly captureTime: number;
        /** When its first sample left the worklet, ms of the worker's clock. */
        readonly at: number;
      }
    | undefined;
}

export const RENDERER_STATUS_MS = 100;
