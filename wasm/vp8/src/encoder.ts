import { CodecError } from '@xmpp-call/wasm-runtime';
import { FIXED_SETTINGS, parseOptions, type EncoderSettings, type Vp8EncoderOptions } from './encoder-options.js';
import { SETTINGS_WORDS, writeSettings } from './encoder-settings.js';
import { STATUS_OK, statusError, type Vp8Instance } from './exports.js';
import { FrameClock } from './frame-clock.js';
import { isSupportedFormat, type Vp8Image } from './image.js';
import { Staging } from './staging.js';
import { copyFrame } from './video-frame.js';

export interface Vp8EncodeOptions {
  /** Asks for a key frame. */
  keyFrame?: boolean | undefined;
  /**
   * Time of the picture in µs, later than that of the one before. Without it pictures follow each other at the nominal rate,
   * which is steadier: with it the bits of a frame grow with the time since the one before.
   */
  timestamp?: number | undefined;
}

/** Words of `Packet` in `glue/encoder.c`. */
const [DATA, SIZE, IS_KEY, IS_DROPPABLE, LAYER, QUANTIZER, MAX_SIZE] = [0, 1, 2, 3, 4, 5, 6];

/** A realtime VP8 encoder: constant bitrate, no delay, no dropped frames. Made by `Vp8.createEncoder`. */
export class Vp8Encoder {
  readonly #instance: Vp8Instance;
  readonly #encoder: number;
  readonly #staging: Staging;
  readonly #clock: FrameClock;
  #options: Vp8EncoderOptions;
  #settings: EncoderSettings;
  #isClosed = false;
  /** Whether a frame is on its way to the staging area. */
  #isCopying = false;
  #pixels: Uint8Array<ArrayBuffer> | undefined;

  /** @throws {CodecError} `invalid-argument`, `too-large`, `out-of-memory` */
  constructor(instance: Vp8Instance, options: Vp8EncoderOptions) {
    this.#options = { ...options };
    this.#settings = parseOptions(options);
    this.#instance = instance;
    this.#staging = new Staging(instance);
    this.#clock = new FrameClock(options.framesPerSecond);
    this.#encoder = instance.call(() => instance.exports.encoder_new());
    if (this.#encoder === 0) throw new CodecError('out-of-memory', 'No memory for an encoder');
    const status = this.#open(this.#settings);
    if (status === STATUS_OK) return;
    const error = this.#error(status, 'The encoder cannot be opened');
    this.dispose();
    throw error;
  }

  get width(): number {
    return this.#settings.width;
  }

  get height(): number {
    return this.#settings.height;
  }

  get framesPerSecond(): number {
    return this.#settings.framesPerSecond;
  }

  /** Bits per second. */
  get bitrate(): number {
    return this.#settings.bitrate;
  }

  /** Applies from the next frame on. */
  set bitrate(bitrate: number) {
    this.reconfigure({ bitrate });
  }

  get speed(): number {
    return this.#settings.speed;
  }

  /** Bytes that no packet exceeds: three per pixel. Packets at a usual bitrate are a hundred times smaller. */
  get maxPacketBytes(): number {
    return this.#packetWord(MAX_SIZE);
  }

  /** Bytes of the last packet. */
  get packetBytes(): number {
    return this.#packetWord(SIZE);
  }

  /** Whether the last packet is a key frame. */
  get isKeyFrame(): boolean {
    return this.#packetWord(IS_KEY) !== 0;
  }

  /** Whether no later frame refers to the last packet, so that it may be lost without harm. */
  get isDroppable(): boolean {
    return this.#packetWord(IS_DROPPABLE) !== 0;
  }

  /** Temporal layer of the last packet: 0 is needed by all others; the highest may be left out, then the one below. */
  get temporalLayer(): number {
    return this.#packetWord(LAYER);
  }

  /** Quantizer of the last packet, 0 (best) to 63. */
  get quantizer(): number {
    return this.#packetWord(QUANTIZER);
  }

  /**
   * Encodes a picture of the encoder's size; RGB is converted (BT.601, limited range).
   * @param packet  where the packet is written to
   * @returns bytes of the packet; 0 if the encoder has left the frame out
   * @throws {CodecError} `buffer-too-small` when the packet is made but does not fit: `packetBytes` tells its size, and
   *   `copyPacket` gets it until the next call; `invalid-argument` (nothing is encoded), `codec-failed` (the next frame will
   *   be a key frame), `closed`, `crashed`, `out-of-memory`
   */
  encode(image: Vp8Image, packet: Uint8Array, options?: Vp8EncodeOptions): number {
    this.#assertIdle();
    if (!isSupportedFormat(image.format)) throw new CodecError('invalid-argument', `No format ${String(image.format)}`);
    this.#checkSize(image.width, image.height);
    this.#staging.load(image);
    return this.#encodeStaged(packet, options);
  }

  /**
   * Encodes the visible part of a frame, which has the encoder's size; the frame stays open. I420 and NV12 are copied straight
   * into the codec's memory. Only one frame can be on its way.
   * @throws {CodecError} as `encode` does, and `invalid-argument` if the frame cannot be read
   */
  async encodeVideoFrame(frame: VideoFrame, packet: Uint8Array, options?: Vp8EncodeOptions): Promise<number> {
    this.#assertIdle();
    this.#checkSize(frame.visibleRect?.width ?? 0, frame.visibleRect?.height ?? 0);
    this.#isCopying = true;
    try {
      this.#pixels = await copyFrame(frame, this.#instance, this.#staging, this.#pixels);
    } finally {
      this.#isCopying = false;
      if (this.#isClosed) this.#free();
    }
    this.#assertIdle();
    return this.#encodeStaged(packet, options);
  }

  /**
   * Copies the last packet, until the next call to `encode`, `encodeVideoFrame` or `reconfigure`.
   * @returns its bytes
   * @throws {CodecError} `buffer-too-small`, `closed`, `crashed`
   */
  copyPacket(packet: Uint8Array): number {
    const bytes = this.packetBytes;
    if (packet.length < bytes) {
      throw new CodecError('buffer-too-small', `The packet has ${bytes} bytes, the buffer ${packet.length}`);
    }
    const address = this.#packetWord(DATA);
    packet.set(this.#instance.bytes.subarray(address, address + bytes));
    return bytes;
  }

  /**
   * Changes options from the next frame on. A change of size, layers, key frame interval or resilience yields a key frame.
   * @throws {CodecError} `invalid-argument`, `too-large`, `out-of-memory`: nothing was changed, but the next frame may be a
   *   key frame; `closed`, `crashed`
   */
  reconfigure(changes: Partial<Vp8EncoderOptions>): void {
    this.#assertOpen();
    const options = { ...this.#options, ...changes };
    const settings = parseOptions(options);
    const mustOpen = FIXED_SETTINGS.some((name) => settings[name] !== this.#settings[name]);
    if (mustOpen) this.#assertIdle();
    const status = mustOpen ? this.#open(settings) : this.#change(settings);
    if (status !== STATUS_OK) {
      const error = this.#error(status, 'The encoder cannot be changed');
      const isRestored = (mustOpen ? this.#open(this.#settings) : this.#change(this.#settings)) === STATUS_OK;
      if (!isRestored) this.dispose();
      throw error;
    }
    if (settings.framesPerSecond !== this.#settings.framesPerSecond) {
      this.#clock.setFramesPerSecond(settings.framesPerSecond);
    }
    if (settings.width !== this.#settings.width || settings.height !== this.#settings.height) this.#pixels = undefined;
    this.#options = options;
    this.#settings = settings;
  }

  /** Gives the memory back to the instance. May be called again, and while a frame is on its way. */
  dispose(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isCopying) this.#free();
  }

  #encodeStaged(packet: Uint8Array, options: Vp8EncodeOptions | undefined): number {
    const instance = this.#instance;
    const { y, u, v, yStride, chromaStride, isNv12 } = this.#staging;
    const time = this.#clock.next(options?.timestamp);
    const duration = this.#clock.duration;
    const isKeyWanted = options?.keyFrame === true ? 1 : 0;
    let status: number;
    try {
      status = instance.exports.encoder_encode(
        this.#encoder,
        y,
        u,
        v,
        yStride,
        chromaStride,
        isNv12 ? 1 : 0,
        time,
        duration,
        isKeyWanted,
      );
    } catch (cause) {
      throw instance.crashed(cause);
    }
    if (status !== STATUS_OK) throw this.#error(status, 'The frame cannot be encoded');
    return this.copyPacket(packet);
  }

  #open(settings: EncoderSettings): number {
    writeSettings(this.#instance.words, this.#encoder, settings);
    return this.#instance.call(() => this.#instance.exports.encoder_open(this.#encoder));
  }

  #change(settings: EncoderSettings): number {
    writeSettings(this.#instance.words, this.#encoder, settings);
    return this.#instance.call(() => this.#instance.exports.encoder_change(this.#encoder));
  }

  #free(): void {
    this.#pixels = undefined;
    if (this.#instance.isCrashed) return;
    this.#staging.free();
    this.#instance.call(() => this.#instance.exports.encoder_delete(this.#encoder));
  }

  #packetWord(index: number): number {
    this.#assertOpen();
    return this.#instance.words[(this.#encoder >> 2) + SETTINGS_WORDS + index] ?? 0;
  }

  #checkSize(width: number, height: number): void {
    if (width === this.width && height === this.height) return;
    throw new CodecError(
      'invalid-argument',
      `The picture has ${width}x${height}, the encoder ${this.width}x${this.height}`,
    );
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new CodecError('closed', 'The encoder was disposed');
    this.#instance.assertUsable();
  }

  #assertIdle(): void {
    this.#assertOpen();
    if (this.#isCopying)
      throw new CodecError('invalid-argument', 'The frame before is still on its way to the encoder');
  }

  #error(status: number, what: string): CodecError {
    const detail = this.#instance.call(() => this.#instance.exports.encoder_detail(this.#encoder));
    return statusError(this.#instance, status, what, detail);
  }
}
