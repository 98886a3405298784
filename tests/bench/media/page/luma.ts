/** A luma plane. */
export interface Plane {
  readonly data: Uint8Array;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

/** Scales a plane by linear interpolation between sample centres. */
export function scaleLuma(from: Plane, into: Uint8Array, width: number, height: number): void {
  const columns = positions(from.width, width);
  const rows = positions(from.height, height);
  rows.forEach(({ first: top, second: bottom, part: down }, y) => {
    columns.forEach(({ first: left, second: right, part: across }, x) => {
      const at = (column: number, row: number) => from.data[row * from.stride + column] ?? 0;
      const above = at(left, top) * (1 - across) + at(right, top) * across;
      const below = at(left, bottom) * (1 - across) + at(right, bottom) * across;
      into[y * width + x] = Math.round(above * (1 - down) + below * down);
    });
  });
}

/** The two source samples of each target sample, and the weight of the second. */
function positions(from: number, to: number) {
  return Array.from({ length: to }, (_, index) => {
    const place = Math.min(Math.max(((index + 0.5) * from) / to - 0.5, 0), from - 1);
    const first = Math.floor(place);
    return { first, second: Math.min(first + 1, from - 1), part: place - first };
  });
}
