/**
 * The part of the protobuf binary encoding (https://protobuf.dev/programming-guides/encoding/) that the contract uses:
 * unsigned varints up to 32 bits, and length-delimited bytes.
 */

export const VARINT = 0;
export const DELIMITED = 2;
export type WireType = typeof VARINT | typeof DELIMITED;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export class Writer {
  readonly #bytes: number[] = [];

  tag(number: number, type: WireType): this {
    return this.varint(number * 8 + type);
  }

  /** `value` is an integer from 0 to 2^32-1. */
  varint(value: number): this {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes.push((rest & 127) | 128);
    this.#bytes.push(rest);
    return this;
  }

  delimited(bytes: Uint8Array): this {
    this.varint(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  text(value: string): this {
    return this.delimited(encoder.encode(value));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }
}

/** Every method throws RangeError at the end of the bytes, or TypeError for text that is not UTF-8. */
export class Reader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#position === this.#bytes.length;
  }

  /** Bits beyond the 32nd are dropped. */
  varint(): number {
    let value = 0;
    for (let scale = 0; scale < 10; scale++) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) break;
      if (scale < 5) value += (byte & 127) * 2 ** (7 * scale);
      if (byte < 128) return value % 2 ** 32;
    }
    throw new RangeError('not a varint');
  }

  delimited(): Uint8Array {
    const length = this.varint();
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new RangeError('shorter than it says');
    const bytes = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return bytes;
  }

  text(): string {
    return decoder.decode(this.delimited());
  }

  /** Passes over a field of any wire type. */
  skip(type: number): void {
    if (type === VARINT) this.varint();
    else if (type === DELIMITED) this.delimited();
    else if (type === 1 || type === 5) this.#position += type === 1 ? 8 : 4;
    else throw new RangeError('unknown wire type');
    if (this.#position > this.#bytes.length) throw new RangeError('shorter than it says');
  }
}
