import { CodecError } from '@xmpp-call/wasm-runtime';
import type { Vp8Instance } from './exports.js';

/** Words of `Picture` in `glue/decoder.c`. */
const [WIDTH, HEIGHT, Y, U, V, Y_STRIDE, CHROMA_STRIDE, IS_CORRUPT] = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * The picture that a decoder made last, in I420. It stands in the codec's memory and is gone with the next call to the decoder:
 * copy it by `copyTo`, or read it by `bytes` and `layout`. (Firefox 153 builds a `VideoFrame` as if there were no `layout`.)
 */
export class Vp8Picture {
  readonly #instance: Vp8Instance;
  readonly #decoder: number;
  #isKeyFrame = false;
  #isGone = true;

  constructor(instance: Vp8Instance, decoder: number) {
    this.#instance = instance;
    this.#decoder = decoder;
  }

  /** Pixels. */
  get width(): number {
    return this.#word(WIDTH);
  }

  get height(): number {
    return this.#word(HEIGHT);
  }

  get isKeyFrame(): boolean {
    return this.#isKeyFrame;
  }

  /** Whether the picture, or one that it refers to, was damaged; a key frame mends it. */
  get isCorrupt(): boolean {
    return this.#word(IS_CORRUPT) !== 0;
  }

  /** Bytes of the picture when its planes follow each other tightly: Y, U, V, chroma rounded up. */
  get i420Bytes(): number {
    const chroma = ((this.width + 1) >> 1) * ((this.height + 1) >> 1);
    return this.width * this.height + 2 * chroma;
  }

  /** A view of the codec's memory, from the first byte of the picture to the end of its last row, padding included. */
  get bytes(): Uint8Array<ArrayBuffer> {
    const end = this.#word(V) + this.#word(CHROMA_STRIDE) * ((this.height + 1) >> 1);
    return this.#instance.bytes.subarray(this.#word(Y), end);
  }

  /** Offset and stride in `bytes` of the planes Y, U, V. */
  get layout(): PlaneLayout[] {
    const start = this.#word(Y);
    return [
      { offset: 0, stride: this.#word(Y_STRIDE) },
      { offset: this.#word(U) - start, stride: this.#word(CHROMA_STRIDE) },
      { offset: this.#word(V) - start, stride: this.#word(CHROMA_STRIDE) },
    ];
  }

  /**
   * Copies the picture.
   * @param layout  of the planes in the destination; without it they follow each other tightly
   * @throws {CodecError} `buffer-too-small`, `invalid-argument` for a stride that is too short, `closed` when it is gone
   */
  copyTo(destination: Uint8Array, layout?: readonly PlaneLayout[]): void {
    const heap = this.#instance.bytes;
    const addresses = [this.#word(Y), this.#word(U), this.#word(V)] as const;
    let tight = 0;
    for (const [plane, address] of addresses.entries()) {
      const width = plane === 0 ? this.width : (this.width + 1) >> 1;
      const height = plane === 0 ? this.height : (this.height + 1) >> 1;
      const { offset, stride } =
        layout === undefined ? { offset: tight, stride: width } : planeOf(layout, plane, width);
      if (offset + stride * (height - 1) + width > destination.length) {
        throw new CodecError(
          'buffer-too-small',
          `${destination.length} bytes do not hold ${this.width}x${this.height}`,
        );
      }
      const sourceStride = this.#word(plane === 0 ? Y_STRIDE : CHROMA_STRIDE);
      for (let row = 0; row < height; row += 1) {
        const from = address + row * sourceStride;
        destination.set(heap.subarray(from, from + width), offset + row * stride);
      }
      tight = offset + stride * height;
    }
  }

  /** Whether the last call to the decoder has left a picture. */
  static update(picture: Vp8Picture, isKeyFrame: boolean): Vp8Picture | undefined {
    picture.#isGone = false;
    picture.#isKeyFrame = isKeyFrame;
    picture.#isGone = picture.width === 0;
    return picture.#isGone ? undefined : picture;
  }

  static forget(picture: Vp8Picture): void {
    picture.#isGone = true;
  }

  #word(index: number): number {
    if (this.#isGone) throw new CodecError('closed', 'The picture is gone with the call that followed it');
    return this.#instance.words[(this.#decoder >> 2) + index] ?? 0;
  }
}

function planeOf(layout: readonly PlaneLayout[], plane: number, width: number): PlaneLayout {
  const given = layout[plane];
  if (given !== undefined && given.stride >= width && given.offset >= 0) return given;
  throw new CodecError('invalid-argument', `The layout of plane ${plane} is not one of a picture ${width} wide`);
}
