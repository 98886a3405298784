/** The little-endian words and byte runs that the reference programs read and write. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.byteLength;
  }

  word(): number {
    this.#offset += 4;
    return this.#view.getUint32(this.#offset - 4, true);
  }

  signedWord(): number {
    return this.word() | 0;
  }

  /** A copy, so that the program's whole output is not kept and typed arrays of any width fit. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    if (this.#offset + length > this.#bytes.byteLength) throw new RangeError('The output ends within a record');
    this.#offset += length;
    return Uint8Array.from(this.#bytes.subarray(this.#offset - length, this.#offset));
  }
}

export function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(index * 4, value, true));
  return bytes;
}

/** Values from a frame on, as an argument of the programs: `FRAME:VALUE,FRAME:VALUE`. */
export function changeList(changes: ReadonlyMap<number, number>): string {
  return Array.from(changes, (change) => change.join(':')).join(',');
}
