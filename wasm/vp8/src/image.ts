import { CodecError } from '@xmpp-call/wasm-runtime';

/** Pixel formats that the encoder takes, as `VideoFrame.format` names them. */
export type Vp8ImageFormat = 'I420' | 'I420A' | 'NV12' | 'RGBA' | 'RGBX' | 'BGRA' | 'BGRX';

/**
 * A picture of the caller's. `layout` is what `VideoFrame.copyTo` gives: offset and stride in bytes of each plane (Y, U, V; Y, UV;
 * or the pixels); without it the planes follow each other tightly. Chroma has half the size, rounded up. Alpha is ignored.
 */
export interface Vp8Image {
  format: Vp8ImageFormat;
  width: number;
  height: number;
  data: Uint8Array;
  layout?: readonly PlaneLayout[] | undefined;
}

export const RGB_BYTES = 4;

/** Where a plane is, how many rows it has and how many bytes of each count; no rows if the format has no such plane. */
export interface PlaneSpan {
  offset: number;
  stride: number;
  rowBytes: number;
  rows: number;
}

export type PlaneSpans = readonly [PlaneSpan, PlaneSpan, PlaneSpan];

export function newSpans(): PlaneSpans {
  const span = (): PlaneSpan => ({ offset: 0, stride: 0, rowBytes: 0, rows: 0 });
  return [span(), span(), span()];
}

export function isRgb(format: Vp8ImageFormat): boolean {
  return format === 'RGBA' || format === 'RGBX' || format === 'BGRA' || format === 'BGRX';
}

export function isSupportedFormat(format: string | null): format is Vp8ImageFormat {
  return (
    format === 'I420' || format === 'I420A' || format === 'NV12' || (format !== null && isRgb(format as Vp8ImageFormat))
  );
}

/**
 * Finds the planes that the encoder reads, and writes them to `spans`.
 * @throws {CodecError} `invalid-argument` if the layout is not one of the format
 */
export function locatePlanes(
  format: Vp8ImageFormat,
  width: number,
  height: number,
  layout: readonly PlaneLayout[] | undefined,
  spans: PlaneSpans,
): void {
  const planes = isRgb(format) ? 1 : format === 'NV12' ? 2 : 3;
  const chromaWidth = (width + 1) >> 1;
  const chromaRowBytes = planes === 2 ? chromaWidth * 2 : chromaWidth;
  let plane = 0;
  let end = 0;
  for (const span of spans) {
    const isLuma = plane === 0;
    span.rows = plane >= planes ? 0 : isLuma ? height : (height + 1) >> 1;
    span.rowBytes = !isLuma ? chromaRowBytes : planes === 1 ? width * RGB_BYTES : width;
    const given = layout?.[plane];
    if (layout !== undefined && span.rows > 0 && !isLayout(given, span.rowBytes)) {
      throw new CodecError(
        'invalid-argument',
        `The layout of plane ${plane} is not one of ${format} ${width}x${height}`,
      );
    }
    span.offset = given?.offset ?? end;
    span.stride = given?.stride ?? span.rowBytes;
    end = span.offset + span.stride * span.rows;
    plane += 1;
  }
}

/** Bytes from the beginning of the data to the end of a plane; the last row may be short. */
export function endOf(span: PlaneSpan): number {
  return span.offset + span.stride * (span.rows - 1) + span.rowBytes;
}

function isLayout(layout: PlaneLayout | undefined, rowBytes: number): layout is PlaneLayout {
  return (
    layout !== undefined &&
    Number.isSafeInteger(layout.offset) &&
    Number.isSafeInteger(layout.stride) &&
    layout.offset >= 0 &&
    layout.stride >= rowBytes &&
    layout.stride <= 0x7fffffff
  );
}
