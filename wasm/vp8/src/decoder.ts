import { CodecError } from '@xmpp-call/wasm-runtime';
import { STATUS_OK, STATUS_OUT_OF_MEMORY, statusError, type Vp8Instance } from './exports.js';
import { claimedPixels, isKeyFrame } from './packet.js';
import { Vp8Picture } from './picture.js';

export interface Vp8DecoderOptions {
  /** Pixels of the largest picture to decode; default 4096 x 2304, which takes 60 MB. */
  maxPixels?: number | undefined;
}

const DEFAULT_MAX_PIXELS = 4096 * 2304;
const SMALLEST_BUFFER_BYTES = 16 * 1024;

/** A VP8 decoder. Made by `Vp8.createDecoder`. */
export class Vp8Decoder {
  readonly #instance: Vp8Instance;
  readonly #maxPixels: number;
  readonly #decoder: number;
  readonly #picture: Vp8Picture;
  #input = 0;
  #inputBytes = 0;
  #needsKeyFrame = true;
  #isClosed = false;

  /** @throws {CodecError} `invalid-argument`, `out-of-memory` */
  constructor(instance: Vp8Instance, { maxPixels = DEFAULT_MAX_PIXELS }: Vp8DecoderOptions = {}) {
    if (!Number.isSafeInteger(maxPixels) || maxPixels < 1) {
      throw new CodecError('invalid-argument', `maxPixels is ${maxPixels}, not a number of pixels`);
    }
    this.#instance = instance;
    this.#maxPixels = maxPixels;
    this.#decoder = instance.call(() => instance.exports.decoder_new());
    if (this.#decoder === 0) throw new CodecError('out-of-memory', 'No memory for a decoder');
    this.#picture = new Vp8Picture(instance, this.#decoder);
  }

  /** Whether the decoder can do nothing with a packet that is not a key frame. */
  get needsKeyFrame(): boolean {
    return this.#needsKeyFrame;
  }

  /**
   * Decodes a packet.
   * @returns the picture, until the next call: always the same object; `undefined` if the frame is not one to show
   * @throws {CodecError} `corrupt-packet` if it cannot be decoded: pictures that follow are marked as corrupt until the next
   *   key frame, or cannot be decoded, if this was one; `too-large` if a key frame claims more than `maxPixels`, before
   *   any memory is taken; `out-of-memory`, `closed`, `crashed`
   */
  decode(packet: Uint8Array): Vp8Picture | undefined {
    this.#assertOpen();
    Vp8Picture.forget(this.#picture);
    const first = packet[0];
    if (first === undefined) throw new CodecError('corrupt-packet', 'The packet is empty');
    const isKey = isKeyFrame(first);
    if (isKey) {
      // Until it is decoded: what follows refers to it.
      this.#needsKeyFrame = true;
      const pixels = claimedPixels(packet);
      if (pixels > this.#maxPixels) {
        throw new CodecError('too-large', `The packet claims ${pixels} pixels; at most ${this.#maxPixels} are decoded`);
      }
    } else if (this.#needsKeyFrame) {
      throw new CodecError('corrupt-packet', 'There is no key frame that the packet could refer to');
    }
    const status = this.#decode(packet);
    if (status !== STATUS_OK) {
      if (status === STATUS_OUT_OF_MEMORY) this.#needsKeyFrame = true;
      const detail = this.#instance.call(() => this.#instance.exports.decoder_detail(this.#decoder));
      throw statusError(this.#instance, status, 'The packet cannot be decoded', detail);
    }
    this.#needsKeyFrame = false;
    return Vp8Picture.update(this.#picture, isKey);
  }

  /** Gives the memory back to the instance. May be called again. */
  dispose(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    Vp8Picture.forget(this.#picture);
    if (this.#instance.isCrashed) return;
    if (this.#input !== 0) this.#instance.free(this.#input);
    this.#instance.call(() => this.#instance.exports.decoder_delete(this.#decoder));
  }

  #decode(packet: Uint8Array): number {
    const instance = this.#instance;
    this.#reserveInput(packet.length);
    instance.bytes.set(packet, this.#input);
    try {
      return instance.exports.decoder_decode(this.#decoder, this.#input, packet.length);
    } catch (cause) {
      throw instance.crashed(cause);
    }
  }

  #reserveInput(bytes: number): void {
    if (bytes <= this.#inputBytes) return;
    if (this.#input !== 0) this.#instance.free(this.#input);
    this.#input = 0;
    this.#inputBytes = 0;
    const wanted = Math.max(bytes, SMALLEST_BUFFER_BYTES);
    this.#input = this.#instance.allocate(wanted);
    this.#inputBytes = wanted;
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new CodecError('closed', 'The decoder was disposed');
    this.#instance.assertUsable();
  }
}
