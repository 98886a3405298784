import type { AudioPacket } from '../core/audio/audio-playout.js';

/** Media worker to the renderer in the playout worklet. */
export type RendererCommand =
  /** The bytes of the Opus module, which the worklet cannot fetch. Creates the decoder again if it has failed. */
  | { readonly type: 'codec'; readonly bytes: ArrayBuffer }
  /** `arrivedAt` [ms] is on the worker's clock. The payloads of the packet are transferred. */
  | { readonly type: 'packet'; readonly packet: AudioPacket; readonly arrivedAt: number }
  /** Starts playout with a fade. */
  | { readonly type: 'begin' }
  /** Ends playout with a fade and disposes the decoder. */
  | { readonly type: 'end' }
  /** Capture times of later packets have another offset: the peer's core or its browser encodes from now on. */
  | { readonly type: 'source-changed' }
  /** Playout delay in addition to that for jitter [ms], for lip sync. */
  | { readonly type: 'extra-delay'; readonly ms: number };

/** Renderer in the playout worklet to media worker. */
export type RendererMessage =
  /** The codec is loaded. */
  | { readonly type: 'ready' }
  /** The decoder failed; there is none until the next `codec`. */
  | { readonly type: 'failed'; readonly error: string }
  /** A packet could not be decoded and was replaced by silence. */
  | { readonly type: 'undecodable'; readonly error: string }
  | RendererStatus;

/** Sent after each RENDERER_STATUS_MS of rendered audio, silence included. The interval restarts with the first packet played. */
export interface RendererStatus {
  readonly type: 'status';
  /** Samples played since the last status, from the first packet on. */
  readonly playedSamples: number;
  /** Those of `playedSamples` that were concealed. */
  readonly concealedSamples: number;
  /** Maximum playout delay [ms], relative to the base delay; 0 if nothing was played. */
  readonly delayMs: number;
  /** Total time of decoding [ms]. The clock has a resolution of 1 ms, so only the mean over many calls is of use. */
  readonly codecMs: number;
  /** Number of decoder calls in `codecMs`. */
  readonly decodes: number;
  /** The last packet that was played. */
  readonly heard?:
    | {
        /** ms, on the sender's clock. */
        readonly captureTime: number;
        /** When the worklet rendered its first sample [ms], on the worker's clock. */
        readonly at: number;
      }
    | undefined;
}

export const RENDERER_STATUS_MS = 100;
