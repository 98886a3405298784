/**
 * The number of a frame in its first row of macroblocks: flat cells, two white and two black ones, sixteen bits and a
 * checksum of eight.
 */
const CALIBRATION = [1, 0, 1, 0] as const;
const COUNTER_BITS = 16;
const CHECK_BITS = 8;

export const CELLS = CALIBRATION.length + COUNTER_BITS + CHECK_BITS;
const COUNTERS = 2 ** COUNTER_BITS;
/** Luma of a cell. */
export const WHITE = 210;
export const BLACK = 40;

/** Between white and black, at least. */
const MIN_CONTRAST = 50;

/** Pixels of a cell, square, in a picture of this width: a macroblock at 640. */
export function cellSize(pictureWidth: number): number {
  return Math.round(pictureWidth / 40);
}

/** What each cell shows, from left to right: 1 is white. */
export function stripOf(counter: number): number[] {
  const code = ((counter % COUNTERS) << CHECK_BITS) | checksum(counter % COUNTERS);
  const bits = Array.from({ length: COUNTER_BITS + CHECK_BITS }, (_, bit) => (code >>> (23 - bit)) & 1);
  return [...CALIBRATION, ...bits];
}

/**
 * @param levels brightness of each cell
 * @returns undefined where there is no strip, or a damaged one
 */
export function readStrip(levels: readonly number[]): number | undefined {
  const [white1 = 0, black1 = 0, white2 = 0, black2 = 0] = levels;
  const [white, black] = [Math.min(white1, white2), Math.max(black1, black2)];
  if (white - black < MIN_CONTRAST) return undefined;
  const threshold = (white + black) / 2;
  const code = levels.slice(CALIBRATION.length).reduce((bits, level) => (bits << 1) | (level > threshold ? 1 : 0), 0);
  const counter = code >>> CHECK_BITS;
  return checksum(counter) === (code & 0xff) ? counter : undefined;
}

/** Paints the strip into a luma plane. */
export function paintStrip(luma: Uint8Array, stride: number, pictureWidth: number, counter: number): void {
  const size = cellSize(pictureWidth);
  stripOf(counter).forEach((bit, cell) => {
    for (let row = 0; row < size; row += 1) {
      const start = row * stride + cell * size;
      luma.fill(bit ? WHITE : BLACK, start, start + size);
    }
  });
}

/** CRC-8, polynomial 0x07, with a start value for which an empty strip is not valid. */
function checksum(counter: number): number {
  let crc = 0xff;
  for (const shift of [8, 0]) {
    crc ^= (counter >>> shift) & 0xff;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
  }
  return crc;
}
