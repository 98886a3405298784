import type { Vp8, Vp8Decoder, Vp8Picture } from '@xmpp-call/vp8';
import type { CodecSlot } from '../../core/codec-slot.js';
import type { StreamStatistics } from '../../core/core-statistics.js';
import { MAX_PIXELS } from '../../core/video/frame-size-limit.js';
import type { PipelineHost } from '../pipeline-host.js';

/** Creates a `VideoFrame` with a copy of the data. */
export type FrameFactory = (data: Uint8Array<ArrayBuffer>, init: VideoFrameBufferInit) => VideoFrame;

export interface FrameDecoderOptions {
  readonly host: PipelineHost;
  readonly codec: CodecSlot<Vp8>;
  readonly statistics: StreamStatistics;
  readonly createFrame: FrameFactory;
}

export type DecodeResult =
  /** `frame` is undefined for a payload that shows nothing. */
  | { readonly ok: true; readonly frame: VideoFrame | undefined }
  /** The next frames need a key frame. */
  | { readonly ok: false };

/** The colour space that VP8 decoders assume (RFC 6386 §9.2). */
const COLOR_SPACE = { matrix: 'smpte170m', primaries: 'smpte170m', transfer: 'smpte170m', fullRange: false } as const;

/** Decodes the VP8 frames of one sender, in their order, into `VideoFrame`s. */
export class Vp8FrameDecoder {
  readonly #options: FrameDecoderOptions;
  #decoder: Vp8Decoder | undefined;
  #i420 = new Uint8Array();

  constructor(options: FrameDecoderOptions) {
    this.#options = options;
  }

  /** @param captureTime ms; becomes the frame's time stamp */
  decode(payload: Uint8Array, captureTime: number): DecodeResult {
    const { host, codec, statistics } = this.#options;
    const started = host.clock.now();
    try {
      if (!codec.codec) return { ok: false };
      this.#decoder ??= codec.codec.createDecoder({ maxPixels: MAX_PIXELS });
      const decoded = this.#decoder.decode(payload);
      statistics.codec(host.clock.now() - started);
      if (decoded?.isCorrupt) return { ok: false };
      return { ok: true, frame: decoded && this.#frameOf(decoded, captureTime) };
    } catch (error) {
      host.log('warn', 'a video frame could not be decoded', { error: String(error) });
      if (!codec.failed(error)) this.close();
      return { ok: false };
    }
  }

  /** The next frame to decode has to be a key frame. */
  close(): void {
    this.#decoder?.dispose();
    this.#decoder = undefined;
  }

  #frameOf(decoded: Vp8Picture, captureTime: number): VideoFrame {
    const { width, height, i420Bytes } = decoded;
    if (this.#i420.length !== i420Bytes) this.#i420 = new Uint8Array(i420Bytes);
    decoded.copyTo(this.#i420);
    return this.#options.createFrame(this.#i420, {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp: Math.round(captureTime * 1000),
      colorSpace: COLOR_SPACE,
    });
  }
}
