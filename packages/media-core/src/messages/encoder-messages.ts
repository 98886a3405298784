import type { Quality } from '../core/video/quality-ladder.js';

/** Settings of the encoder for one frame. */
export interface EncodeTask extends Omit<Quality, 'maxUsefulBitrate'> {
  /** bits/s. */
  readonly bitrate: number;
  readonly isScreen: boolean;
  readonly keyFrame: boolean;
}

/** Media worker to the worker that encodes frames for it. */
export type EncoderCommand =
  /** The first command, with the compiled module of VP8. */
  | { readonly type: 'open'; readonly module: WebAssembly.Module }
  /** Answered with the same `id`. The frame is transferred, and closed by the encoder. */
  | { readonly type: 'encode'; readonly id: number; readonly frame: VideoFrame; readonly task: EncodeTask }
  /** The next frame becomes a key frame. */
  | { readonly type: 'reset' };

export type EncoderAnswer =
  /** The worker runs. */
  | { readonly type: 'ready' }
  | {
      readonly type: 'encoded';
      readonly id: number;
      /** Transferred. */
      readonly payload: Uint8Array<ArrayBuffer>;
      readonly keyFrame: boolean;
      /** Time of encoding [ms]. */
      readonly ms: number;
    }
  /** `code` is that of a CodecError. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly code?: string | undefined };
