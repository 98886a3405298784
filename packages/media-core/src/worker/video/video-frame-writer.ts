import type { Clock } from '../../core/clock.js';
import type { StreamStatistics } from '../../core/core-statistics.js';
import type { FrameKeys } from '../frames/frame-keys.js';
import { frameOf, FrameCounter } from '../frames/framing.js';
import type { EncodedFrame } from '../frames/transformer.js';

export interface VideoFrameWriterOptions {
  readonly clock: Clock;
  readonly keys: FrameKeys;
  readonly statistics: StreamStatistics;
}

/** What the trailer says of a frame. */
export interface FrameMarks {
  /** ms. */
  readonly capturedAt: number;
  readonly keyFrame: boolean;
  /** Whether our encoder made it. */
  readonly wasmCodec: boolean;
}

/** Writes payloads into the browser's frames: with a trailer for a peer with the core, and encrypted if there is a key. */
export class VideoFrameWriter {
  /** The peer's token; a plain peer has none and gets no trailers. */
  peerToken: Uint8Array | undefined;

  readonly #options: VideoFrameWriterOptions;
  readonly #counter = new FrameCounter();
  #captureTime = 0;

  constructor(options: VideoFrameWriterOptions) {
    this.#options = options;
  }

  /** @returns whether the frame may be sent; false where it could not be encrypted */
  async write(frame: EncodedFrame, payload: Uint8Array, marks: FrameMarks): Promise<boolean> {
    const { capturedAt, keyFrame, wasmCodec } = marks;
    // Two frames never have the same capture time.
    this.#captureTime = Math.max(capturedAt, this.#captureTime + 1);
    const trailer = this.peerToken && {
      sequence: this.#counter.next(),
      captureTime: this.#captureTime,
      sentAt: this.#options.clock.now(),
      keyFrame,
      wasmCodec,
      discontinuous: false,
      layer: 0,
      redundancy: [],
    };
    this.#options.statistics.frame(payload.length);
    return this.seal(frame, frameOf(payload, trailer, this.peerToken), keyFrame);
  }

  /** Encrypts data without a trailer into the frame. @returns the same as `write` */
  async seal(frame: EncodedFrame, data: Uint8Array<ArrayBuffer>, keyFrame: boolean): Promise<boolean> {
    const sealed = await this.#options.keys.seal(data, keyFrame ? 'key' : 'delta');
    if (sealed && sealed.buffer !== frame.data) frame.data = sealed.buffer;
    return sealed !== undefined;
  }
}
