import { CodecError } from '@xmpp-call/wasm-runtime';
import type { Vp8Instance } from './exports.js';
import { RGB_BYTES, endOf, isRgb, locatePlanes, newSpans, type PlaneSpan, type Vp8Image } from './image.js';

/** Rows of pixels that are converted at a time; even. */
const STRIP_ROWS = 16;

/**
 * Where a picture waits in the codec's memory to be encoded: the planes of the one loaded last. The memory is kept, and grows to
 * the largest picture.
 */
export class Staging {
  readonly #instance: Vp8Instance;
  readonly #spans = newSpans();
  #address = 0;
  #capacity = 0;
  y = 0;
  u = 0;
  v = 0;
  yStride = 0;
  chromaStride = 0;
  isNv12 = false;

  constructor(instance: Vp8Instance) {
    this.#instance = instance;
  }

  /**
   * Memory for a picture, in place of the one before.
   * @throws {CodecError} `out-of-memory`
   */
  reserve(bytes: number): number {
    if (bytes <= this.#capacity) return this.#address;
    this.free();
    this.#address = this.#instance.allocate(bytes);
    this.#capacity = bytes;
    return this.#address;
  }

  free(): void {
    if (this.#address !== 0) this.#instance.free(this.#address);
    this.#address = 0;
    this.#capacity = 0;
  }

  /**
   * Copies a picture, converting it if it is RGB.
   * @throws {CodecError} `invalid-argument` if the data does not hold the picture, `out-of-memory`
   */
  load(image: Vp8Image): void {
    const { format, width, height, data } = image;
    locatePlanes(format, width, height, image.layout, this.#spans);
    let begin = Number.POSITIVE_INFINITY;
    let end = 0;
    for (const span of this.#spans) {
      if (span.rows === 0) continue;
      begin = Math.min(begin, span.offset);
      end = Math.max(end, endOf(span));
    }
    if (end > data.length) {
      throw new CodecError(
        'invalid-argument',
        `${data.length} bytes do not hold ${format} ${width}x${height}: ${end} are needed`,
      );
    }
    if (isRgb(format)) {
      this.#convert(image, this.#spans[0]);
      return;
    }
    const address = this.reserve(end - begin);
    this.#instance.bytes.set(begin === 0 && end === data.length ? data : data.subarray(begin, end), address);
    this.#place(address - begin);
  }

  /**
   * Takes over planes that were written straight to the reserved memory.
   * @throws {CodecError} `invalid-argument`
   */
  adopt(format: 'I420' | 'I420A' | 'NV12', width: number, height: number, layout: readonly PlaneLayout[]): void {
    locatePlanes(format, width, height, layout, this.#spans);
    if (this.#spans.some((span) => span.rows > 0 && endOf(span) > this.#capacity)) {
      throw new CodecError('invalid-argument', `The layout of ${format} ${width}x${height} ends beyond the picture`);
    }
    this.#place(this.#address);
  }

  #place(base: number): void {
    const [y, u, v] = this.#spans;
    this.isNv12 = v.rows === 0;
    if (!this.isNv12 && u.stride !== v.stride) {
      throw new CodecError('invalid-argument', 'The strides of the two chroma planes differ');
    }
    this.y = base + y.offset;
    this.u = base + u.offset;
    this.v = this.isNv12 ? this.u + 1 : base + v.offset;
    this.yStride = y.stride;
    this.chromaStride = u.stride;
  }

  /** Strip by strip, so that no memory is taken for a whole picture of four bytes per pixel. */
  #convert(image: Vp8Image, span: PlaneSpan): void {
    const { width, height, data } = image;
    const chromaWidth = (width + 1) >> 1;
    const chromaBytes = chromaWidth * ((height + 1) >> 1);
    const rowBytes = width * RGB_BYTES;
    const base = this.reserve(width * height + 2 * chromaBytes + STRIP_ROWS * rowBytes);
    const strip = base + width * height + 2 * chromaBytes;
    this.isNv12 = false;
    this.y = base;
    this.u = base + width * height;
    this.v = this.u + chromaBytes;
    this.yStride = width;
    this.chromaStride = chromaWidth;
    const isBgr = image.format === 'BGRA' || image.format === 'BGRX' ? 1 : 0;
    const bytes = this.#instance.bytes;
    for (let row = 0; row < height; row += STRIP_ROWS) {
      const rows = Math.min(STRIP_ROWS, height - row);
      const from = span.offset + row * span.stride;
      if (span.stride === rowBytes) {
        bytes.set(data.subarray(from, from + rows * rowBytes), strip);
      } else {
        for (let index = 0; index < rows; index += 1) {
          const at = from + index * span.stride;
          bytes.set(data.subarray(at, at + rowBytes), strip + index * rowBytes);
        }
      }
      const chroma = (row >> 1) * chromaWidth;
      this.#rgbToI420(strip, width, rows, isBgr, this.y + row * width, this.u + chroma, this.v + chroma);
    }
  }

  #rgbToI420(strip: number, width: number, rows: number, isBgr: number, y: number, u: number, v: number): void {
    this.#instance.assertUsable();
    try {
      this.#instance.exports.rgb_to_i420(strip, width, rows, isBgr, y, u, v);
    } catch (cause) {
      throw this.#instance.crashed(cause);
    }
  }
}
