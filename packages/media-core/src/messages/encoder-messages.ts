import type { Quality } from '../core/video/quality-ladder.js';

/** What is asked of an encoder, picture by picture. */
export interface EncodeTask extends Omit<Quality, 'maxUsefulBitrate'> {
  /** bits/s. */
  readonly bitrate: number;
  readonly isScreen: boolean;
  readonly keyFrame: boolean;
}

/** Media worker to the worker that encodes for it. */
export type EncoderCommand =
  /** The first one: VP8, compiled. */
  | { readonly type: 'open'; readonly module: WebAssembly.Module }
  /** Transferred, and closed there. Answered by the same `id`. */
  | { readonly type: 'encode'; readonly id: number; readonly frame: VideoFrame; readonly task: EncodeTask }
  /** What comes next begins with a key frame. */
  | { readonly type: 'reset' };

export type EncoderAnswer =
  /** It lives. */
  | { readonly type: 'ready' }
  | {
      readonly type: 'encoded';
      readonly id: number;
      /** Transferred. */
      readonly payload: Uint8Array<ArrayBuffer>;
      readonly keyFrame: boolean;
      /** Time that it took. */
      readonly ms: number;
    }
  /** `code` of a CodecError. */
  | { readonly type: 'failed'; readonly id: number; readonly message: string; readonly code?: string | undefined };
