/** Flags in a frame's header that say which token probabilities are new (RFC 6386 §13.4). */
const TOKEN_PROBABILITIES = 1056;
/** Their own probabilities (RFC 6386 §13.4): 255, but for these, each after the number of 255s before it. */
// prettier-ignore
const TOKEN_UPDATES = [
  33, 176, 0, 246, 9, 223, 0, 241, 0, 252, 8, 249, 0, 253, 0, 253, 9, 244, 0, 252, 8, 234, 0, 254, 0, 254, 8, 253,
  11, 246, 0, 254, 8, 239, 0, 253, 0, 254, 8, 254, 1, 254, 9, 248, 0, 254, 8, 251, 1, 254, 20, 253, 0, 254, 8, 251,
  0, 254, 0, 254, 8, 254, 1, 254, 9, 254, 0, 253, 1, 254, 6, 250, 1, 254, 1, 254, 6, 254, 43, 217, 10, 225, 0, 252,
  0, 241, 0, 253, 2, 254, 4, 234, 0, 250, 0, 241, 0, 250, 0, 253, 1, 253, 0, 254, 4, 254, 9, 223, 0, 254, 0, 254, 8,
  238, 0, 253, 0, 254, 0, 254, 8, 248, 0, 254, 8, 249, 0, 254, 21, 253, 9, 247, 0, 254, 21, 253, 0, 254, 8, 252, 22,
  254, 0, 254, 8, 253, 22, 254, 0, 253, 8, 250, 10, 254, 43, 186, 0, 251, 0, 250, 8, 234, 0, 251, 0, 244, 0, 254, 7,
  251, 0, 251, 0, 243, 0, 253, 0, 254, 1, 254, 5, 253, 0, 254, 8, 236, 0, 253, 0, 254, 8, 251, 0, 253, 0, 253, 0,
  254, 0, 254, 7, 254, 0, 254, 8, 254, 0, 254, 0, 254, 20, 254, 9, 254, 0, 254, 9, 254, 21, 254, 120, 248, 10, 250,
  0, 254, 0, 252, 0, 254, 7, 248, 0, 254, 0, 249, 0, 253, 8, 253, 0, 253, 8, 246, 0, 253, 0, 253, 8, 252, 0, 254, 0,
  251, 0, 254, 0, 254, 7, 254, 0, 252, 8, 248, 0, 254, 0, 253, 8, 253, 1, 254, 0, 254, 8, 251, 0, 254, 8, 245, 0,
  251, 0, 254, 8, 253, 0, 253, 0, 254, 9, 251, 0, 253, 8, 252, 0, 253, 0, 254, 9, 254, 10, 252, 9, 249, 1, 254, 10,
  254, 10, 253, 8, 250, 32, 254,
];
/** Of the flags that say which motion vector probabilities are new (RFC 6386 §17.2), rows and columns. */
// prettier-ignore
const MOTION_UPDATES = [
  237, 246, 253, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 250, 250, 252, 254, 254,
  231, 243, 245, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 251, 251, 254, 254, 254,
];
/** That a macroblock does not move, by what its neighbours weigh that do not either (RFC 6386 §19.3, mode contexts). */
const ZERO_MOTION = [7, 14, 135, 60, 159, 234] as const;
const MACROBLOCK = 16;
const EVEN = 128;
/** As good as always 0, as good as always 1. */
const ALMOST_0 = 255;
const ALMOST_1 = 1;

/**
 * A VP8 frame that shows the last picture once more and changes nothing in the decoder: 30 to 150 bytes. It stands where a
 * frame has to be left out: decoders wait for each frame that the browser's encoder has numbered (RFC 7741 §4.2, PictureID).
 * @param width pixels, of the stream, as `height`
 */
export function repeatFrame(width: number, height: number): Uint8Array {
  const partition = firstPartition(Math.ceil(width / MACROBLOCK), Math.ceil(height / MACROBLOCK));
  // An inter frame of version 0, shown (RFC 6386 §9.1).
  const tag = 0b1_000_1 | (partition.length << 5);
  // The second partition, of coefficients, is read though there are none.
  return Uint8Array.of(tag & 0xff, (tag >> 8) & 0xff, tag >> 16, ...partition, 0);
}

function firstPartition(columns: number, rows: number): readonly number[] {
  const writer = new BoolWriter();
  // No segments; a filter of level 0 without adjustments; one partition; quantizer 0 without deltas (RFC 6386 §19.2).
  writer.literal(0, 1 + 1 + 6 + 3 + 1 + 2 + 7 + 5);
  // No reference is refreshed or copied, no sign bias, and what this header says of probabilities is forgotten.
  writer.literal(0, 1 + 1 + 2 + 2 + 1 + 1 + 1 + 1);
  for (const probability of tokenUpdates()) writer.bit(0, probability);
  // Coefficients can be skipped; probabilities of that, of intra, of another reference than the last, and than golden.
  writer.literal(1, 1);
  for (const probability of [ALMOST_1, ALMOST_1, ALMOST_0, EVEN]) writer.literal(probability, 8);
  // Intra modes stay as they are.
  writer.literal(0, 2);
  for (const probability of MOTION_UPDATES) writer.bit(0, probability);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      writer.bit(1, ALMOST_1);
      writer.bit(1, ALMOST_1);
      writer.bit(0, ALMOST_0);
      const neighbours = (row > 0 ? 2 : 0) + (column > 0 ? 2 : 0) + (row > 0 && column > 0 ? 1 : 0);
      writer.bit(0, ZERO_MOTION[neighbours] ?? EVEN);
    }
  }
  return writer.finish();
}

function tokenUpdates(): Uint8Array {
  const probabilities = new Uint8Array(TOKEN_PROBABILITIES).fill(255);
  let position = -1;
  for (let i = 0; i < TOKEN_UPDATES.length; i += 2) {
    position += 1 + (TOKEN_UPDATES[i] ?? 0);
    probabilities[position] = TOKEN_UPDATES[i + 1] ?? 255;
  }
  return probabilities;
}

/** The boolean entropy encoder of RFC 6386 §7. */
class BoolWriter {
  readonly #bytes: number[] = [];
  #range = 255;
  /** Less than 256; its bits follow those that are written. */
  #low = 0;
  /** Bits written of the byte that is not full yet. */
  #byte = 0;
  #count = 0;

  /** @param probability of 0, in 256ths */
  bit(value: 0 | 1, probability: number): void {
    const split = 1 + (((this.#range - 1) * probability) >> 8);
    if (value === 1) {
      this.#low += split;
      this.#range -= split;
    } else {
      this.#range = split;
    }
    if (this.#low > 255) this.#carry();
    for (; this.#range < 128; this.#range *= 2) this.#shift();
  }

  /** Its lowest bits, the highest of them first. */
  literal(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit--) this.bit((value >> bit) & 1 ? 1 : 0, EVEN);
  }

  finish(): readonly number[] {
    // All of `low`, and the byte that it ends in.
    for (let i = 0; i < 16; i++) this.#shift();
    return this.#bytes;
  }

  #shift(): void {
    this.#byte = (this.#byte << 1) | (this.#low >> 7);
    this.#low = (this.#low << 1) & 0xff;
    this.#count += 1;
    if (this.#count < 8) return;
    this.#bytes.push(this.#byte);
    this.#byte = 0;
    this.#count = 0;
  }

  #carry(): void {
    this.#low -= 256;
    this.#byte += 1;
    if (this.#byte >> this.#count === 0) return;
    this.#byte = 0;
    let last = this.#bytes.length - 1;
    for (; this.#bytes[last] === 0xff; last--) this.#bytes[last] = 0;
    this.#bytes[last] = (this.#bytes[last] ?? 0) + 1;
  }
}
