import { type FrameTrailer, trailerSize, writeTrailer } from '../../core/frames/frame-trailer.js';

const KEY_HEADER_BYTES = 10;
const START_CODE = [0x9d, 0x01, 0x2a];
const START_CODE_AT = 3;
/** The other two bits of a dimension tell how to scale it up. */
const SIZE_MASK = 0x3fff;

/** A frame of its own buffer: the payload, and the trailer if the peer wants one. */
export function frameOf(
  payload: Uint8Array,
  trailer: FrameTrailer | undefined,
  token: Uint8Array | undefined,
): Uint8Array<ArrayBuffer> {
  if (!trailer || !token) return Uint8Array.from(payload);
  const frame = new Uint8Array(payload.length + trailerSize(trailer.redundancy, trailer.report));
  frame.set(payload);
  writeTrailer(frame, payload.length, trailer, token);
  return frame;
}

/** Whether a VP8 payload is a key frame (RFC 6386 §9.1). */
export function isVp8KeyFrame(payload: Uint8Array): boolean {
  return payload.length > 0 && ((payload[0] ?? 1) & 1) === 0;
}

/** Pixels that a key frame of VP8 claims to have (RFC 6386 §9.1); 0 for what is none, as frames of other codecs. */
export function keyFramePixels(payload: Uint8Array): number {
  if (!isVp8KeyFrame(payload) || payload.length < KEY_HEADER_BYTES) return 0;
  if (START_CODE.some((byte, index) => payload[START_CODE_AT + index] !== byte)) return 0;
  const sizeAt = (offset: number) => ((payload[offset] ?? 0) | ((payload[offset + 1] ?? 0) << 8)) & SIZE_MASK;
  return sizeAt(6) * sizeAt(8);
}

/** The sender's numbers for its frames, modulo 2^32. */
export class FrameCounter {
  #next = 0;

  next(): number {
    const sequence = this.#next;
    this.#next = (this.#next + 1) >>> 0;
    return sequence;
  }

  /** The number that `next` will give. */
  get upcoming(): number {
    return this.#next;
  }
}
