export type Colour = readonly [red: number, green: number, blue: number];

/** The seven bars of the upper part of the SMPTE pattern, left to right. */
export const COLOUR_BARS: readonly Colour[] = [
  [255, 255, 255],
  [255, 255, 0],
  [0, 255, 255],
  [0, 255, 0],
  [255, 0, 255],
  [255, 0, 0],
  [0, 0, 255],
];

const TOLERANCE = 80;

/** True where no component is further than 80 of 255 from the wanted one: what video coding and scaling leave of a colour. */
export function similar(colour: Colour, wanted: Colour): boolean {
  return colour.every((component, index) => Math.abs(component - (wanted[index] ?? 0)) <= TOLERANCE);
}

/** Pixels of a window or a video frame. */
export class Picture {
  /** `rgb`: three bytes per pixel, row by row. */
  constructor(
    readonly width: number,
    readonly height: number,
    private readonly rgb: Uint8Array,
  ) {
    if (rgb.length !== width * height * 3) {
      throw new RangeError(`${String(rgb.length)} bytes are not ${String(width)} x ${String(height)} pixels`);
    }
  }

  /** Reads a binary PPM (P6) with 8 bits per component. Throws a RangeError for anything else. */
  static fromPpm(file: Buffer): Picture {
    const header = /^P6\s+(\d+)\s+(\d+)\s+255\s/u.exec(file.subarray(0, 64).toString('latin1'));
    if (!header) throw new RangeError('not a PPM of 8 bits');
    return new Picture(Number(header[1]), Number(header[2]), file.subarray(header[0].length));
  }

  /** Colour at a place given as fractions (0 to below 1) of width and height. */
  at(x: number, y: number): Colour {
    const offset = (Math.floor(y * this.height) * this.width + Math.floor(x * this.width)) * 3;
    return [this.rgb[offset] ?? 0, this.rgb[offset + 1] ?? 0, this.rgb[offset + 2] ?? 0];
  }

  /** Fraction of the pixels that are similar to `wanted`. */
  share(wanted: Colour): number {
    let count = 0;
    for (let offset = 0; offset < this.rgb.length; offset += 3) {
      const pixel: Colour = [this.rgb[offset] ?? 0, this.rgb[offset + 1] ?? 0, this.rgb[offset + 2] ?? 0];
      if (similar(pixel, wanted)) count += 1;
    }
    return count / (this.width * this.height);
  }
}

/** True if every bar of the SMPTE pattern stands in its place, a third down from the top. */
export function showsColourBars(picture: Picture): boolean {
  return COLOUR_BARS.every((bar, index) => similar(picture.at((index + 0.5) / COLOUR_BARS.length, 1 / 3), bar));
}
