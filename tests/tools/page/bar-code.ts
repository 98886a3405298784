/**
 * A picture that says who sent it and which frame it is, in cells large enough to survive lossy coding and scaling:
 * a calibration row, four rows of bits (sender, counter, checksum) and a row of colours.
 */
export const WIDTH = 320;
export const HEIGHT = 240;

const CELL = 40;
const COLUMNS = WIDTH / CELL;
const BIT_ROWS = 4;
const COLOUR_ROW = 5;
const COUNTER_MODULUS = 0x10000;

type Rgb = readonly [number, number, number];

const COLOURS: readonly Rgb[] = [
  [220, 30, 30],
  [30, 200, 30],
  [40, 40, 220],
  [220, 220, 30],
  [220, 30, 220],
  [30, 220, 220],
  [220, 30, 30],
  [30, 200, 30],
];

/** What one frame says. */
export interface BarCode {
  /** 0 to 255. */
  readonly sender: number;
  /** Frame number modulo 65536. */
  readonly counter: number;
  /** How many of the eight coloured cells have their colour. */
  readonly colours: number;
}

type Fill = (colour: Rgb, x: number, y: number, width: number, height: number) => void;

export function paintBarCode(fill: Fill, sender: number, counter: number): void {
  for (let column = 0; column < COLUMNS; column += 1) {
    paintCell(fill, column, 0, column % 2 === 0 ? [255, 255, 255] : [0, 0, 0]);
    paintCell(fill, column, COLOUR_ROW, COLOURS[column] ?? [0, 0, 0]);
  }
  const code = encode(sender, counter % COUNTER_MODULUS);
  for (let bit = 0; bit < BIT_ROWS * COLUMNS; bit += 1) {
    const on = (code >>> (31 - bit)) & 1;
    paintCell(fill, bit % COLUMNS, 1 + Math.floor(bit / COLUMNS), on ? [255, 255, 255] : [0, 0, 0]);
  }
}

/**
 * @param pixels RGBA, WIDTH x HEIGHT
 * @returns undefined when the picture carries no bar code or a damaged one
 */
export function readBarCode(pixels: Uint8ClampedArray): BarCode | undefined {
  let white = 0;
  let black = 0;
  for (let column = 0; column < COLUMNS; column += 1) {
    if (column % 2 === 0) white += luma(cellMean(pixels, column, 0));
    else black += luma(cellMean(pixels, column, 0));
  }
  const threshold = (white + black) / COLUMNS;
  if (white - black < 60 * (COLUMNS / 2)) return undefined;
  let code = 0;
  for (let bit = 0; bit < BIT_ROWS * COLUMNS; bit += 1) {
    const on = luma(cellMean(pixels, bit % COLUMNS, 1 + Math.floor(bit / COLUMNS))) > threshold;
    code = ((code << 1) | (on ? 1 : 0)) >>> 0;
  }
  const sender = code >>> 24;
  const counter = (code >>> 8) & 0xffff;
  if (encode(sender, counter) !== code) return undefined;
  const colours = COLOURS.filter((colour, column) => nearest(cellMean(pixels, column, COLOUR_ROW)) === key(colour));
  return { sender, counter, colours: colours.length };
}

function encode(sender: number, counter: number): number {
  const body = ((sender & 0xff) << 16) | counter;
  return ((body << 8) | crc8(body)) >>> 0;
}

/** CRC-8, polynomial 0x07, over the 24 bits; the initial value keeps an all-black picture from being valid. */
function crc8(body: number): number {
  let crc = 0xff;
  for (const shift of [16, 8, 0]) {
    crc ^= (body >>> shift) & 0xff;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
  }
  return crc;
}

function paintCell(fill: Fill, column: number, row: number, colour: Rgb): void {
  fill(colour, column * CELL, row * CELL, CELL, CELL);
}

/** The middle of a cell; its edges are blurred by coding. */
function cellMean(pixels: Uint8ClampedArray, column: number, row: number): Rgb {
  const margin = CELL / 4;
  const sum = [0, 0, 0] as [number, number, number];
  let count = 0;
  for (let y = row * CELL + margin; y < (row + 1) * CELL - margin; y += 2) {
    for (let x = column * CELL + margin; x < (column + 1) * CELL - margin; x += 2) {
      const offset = (y * WIDTH + x) * 4;
      sum[0] += pixels[offset] ?? 0;
      sum[1] += pixels[offset + 1] ?? 0;
      sum[2] += pixels[offset + 2] ?? 0;
      count += 1;
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

function luma([red, green, blue]: Rgb): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function key(colour: Rgb): string {
  return colour.join();
}

function nearest(seen: Rgb): string {
  const distance = (colour: Rgb) => colour.reduce((sum, value, index) => sum + (value - (seen[index] ?? 0)) ** 2, 0);
  return key(COLOURS.reduce((best, colour) => (distance(colour) < distance(best) ? colour : best)));
}
