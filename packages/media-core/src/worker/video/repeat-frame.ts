/** Number of flags in a frame header that announce new token probabilities (RFC 6386 §13.4). */
const TOKEN_PROBABILITIES = 1056;
/** The probabilities of these flags (RFC 6386 §13.4): pairs of a number of 255s and the value that follows them. */
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
/** Probabilities of the flags that announce new motion vector probabilities (RFC 6386 §17.2), for rows and columns. */
// prettier-ignore
const MOTION_UPDATES = [
  237, 246, 253, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 250, 250, 252, 254, 254,
  231, 243, 245, 253, 254, 254, 254, 254, 254, 254, 254, 254, 254, 254, 251, 251, 254, 254, 254,
];
/** Probability that a macroblock has no motion, by the weight of its neighbours without motion (RFC 6386 §19.3, mode contexts). */
const ZERO_MOTION = [7, 14, 135, 60, 159, 234] as const;
const MACROBLOCK = 16;
/** Probabilities of a 0 [1/256]: one half, the highest and the lowest. */
const EVEN = 128;
const ALMOST_0 = 255;
const ALMOST_1 = 1;

/**
 * Makes a VP8 frame of 30 to 150 bytes that repeats the last frame and does not change the decoder's state. It replaces a frame
 * that cannot be sent, because decoders wait for each frame that the browser's encoder has numbered (RFC 7741 §4.2, PictureID).
 * @param width of the stream [pixels], as `height`
 */
export function repeatFrame(width: number, height: number): Uint8Array {
  const partition = firstPartition(Math.ceil(width / MACROBLOCK), Math.ceil(height / MACROBLOCK));
  // An inter frame of version 0, shown (RFC 6386 §9.1).
  const tag = 0b1_000_1 | (partition.length << 5);
  // Decoders read the second partition, of coefficients, even if it is empty.
  return Uint8Array.of(tag & 0xff, (tag >> 8) & 0xff, tag >> 16, ...partition, 0);
}

function firstPartition(columns: number, rows: number): readonly number[] {
  const writer = new BoolWriter();
  // No segments; loop filter level 0 without adjustments; one partition; quantizer 0 without deltas (RFC 6386 §19.2).
  writer.literal(0, 1 + 1 + 6 + 3 + 1 + 2 + 7 + 5);
  // No reference frame is refreshed or copied, no sign bias, and the probabilities apply to this frame only.
  writer.literal(0, 1 + 1 + 2 + 2 + 1 + 1 + 1 + 1);
  for (const probability of tokenUpdates()) writer.bit(0, probability);
  // Coefficients may be skipped; probabilities for: skipped, inter, reference other than last, other than golden.
  writer.literal(1, 1);
  for (const probability of [ALMOST_1, ALMOST_1, ALMOST_0, EVEN]) writer.literal(probability, 8);
  // The probabilities of intra modes do not change.
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
  /** Less than 256; its bits follow the written ones. */
  #low = 0;
  /** Bits of the incomplete last byte. */
  #byte = 0;
  #count = 0;

  /** @param probability probability of a 0 [1/256] */
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

  /** Writes the lowest bits, most significant first. */
  literal(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit--) this.bit((value >> bit) & 1 ? 1 : 0, EVEN);
  }

  finish(): readonly number[] {
    // Writes all of `low` and completes the last byte.
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
