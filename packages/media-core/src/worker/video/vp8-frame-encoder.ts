import type { Vp8, Vp8Encoder, Vp8EncoderOptions } from '@xmpp-call/vp8';
import type { EncodeTask } from '../../messages/encoder-messages.js';
import { FrameScaler } from './frame-scaler.js';
import { isUpright, orientationOf } from './plane-rotation.js';

/** Bound of a key frame, in percent of the mean frame: half of what half a second may take, as browsers have it. */
const MAX_INTRA_PERCENT = 900;

export interface EncodedPayload {
  /** Valid until the next call. */
  readonly payload: Uint8Array;
  readonly keyFrame: boolean;
  /** Time that it took, where that was in another worker. */
  readonly ms?: number | undefined;
}

/** One encoder of our VP8 that follows what is asked of it, picture by picture. */
export class Vp8FrameEncoder {
  readonly #encoder: Vp8Encoder;
  readonly #scaler = new FrameScaler();
  #applied: Vp8EncoderOptions;
  #packet: Uint8Array;

  constructor(vp8: Vp8, task: EncodeTask) {
    this.#applied = optionsOf(task);
    this.#encoder = vp8.createEncoder(this.#applied);
    this.#packet = new Uint8Array(this.#encoder.maxPacketBytes);
  }

  /** Encodes the visible part of a frame, upright; the frame stays open. Throws CodecError. */
  async encode(frame: VideoFrame, task: EncodeTask): Promise<EncodedPayload> {
    this.#apply(optionsOf(task));
    const { width, height, keyFrame } = task;
    const { visibleRect } = frame;
    const bytes =
      visibleRect?.width === width && visibleRect.height === height && isUpright(orientationOf(frame))
        ? await this.#encoder.encodeVideoFrame(frame, this.#packet, { keyFrame })
        : this.#encoder.encode(await this.#scaler.scale(frame, width, height), this.#packet, { keyFrame });
    return { payload: this.#packet.subarray(0, bytes), keyFrame: this.#encoder.isKeyFrame };
  }

  dispose(): void {
    this.#encoder.dispose();
  }

  #apply(options: Vp8EncoderOptions): void {
    const before = this.#applied;
    const isSame = Object.entries(options).every(([name, value]) => Reflect.get(before, name) === value);
    if (isSame) return;
    this.#encoder.reconfigure(options);
    this.#applied = options;
    if (this.#packet.length < this.#encoder.maxPacketBytes) {
      this.#packet = new Uint8Array(this.#encoder.maxPacketBytes);
    }
  }
}

function optionsOf({ width, height, frameRate, bitrate, speed, isScreen }: EncodeTask): Vp8EncoderOptions {
  return {
    width,
    height,
    framesPerSecond: frameRate,
    bitrate,
    speed,
    screenContent: isScreen,
    maxIntraBitratePercent: MAX_INTRA_PERCENT,
    // Each frame gets to the decoder, or a key frame follows: entropy contexts can be carried over.
    errorResilient: false,
  };
}
