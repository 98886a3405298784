/** An I420 picture, 8 bits per sample, planes tightly packed: luma of `width`, chroma of `(width + 1) >> 1` per row. */
export interface I420Frame {
  readonly width: number;
  readonly height: number;
  /** The three planes one after the other; `y`, `u` and `v` are views of it. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly y: Uint8Array<ArrayBuffer>;
  readonly u: Uint8Array<ArrayBuffer>;
  readonly v: Uint8Array<ArrayBuffer>;
}

/** A synthesised video: the same options give the same bytes. `frame(index)` makes a new picture at each call. */
export interface Clip {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  frame(index: number): I420Frame;
}

export interface ClipOptions {
  readonly width: number;
  readonly height: number;
  /** Length in frames, meant for 30 per second. */
  readonly frames: number;
  readonly seed?: number;
}

export function i420Bytes(width: number, height: number): number {
  return width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1);
}

/** A picture over `data`, or over new memory. */
export function i420Frame(width: number, height: number, data = new Uint8Array(i420Bytes(width, height))): I420Frame {
  const luma = width * height;
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  if (data.byteLength !== luma + 2 * chroma) {
    throw new RangeError(`${data.byteLength} bytes are no I420 picture of ${width}x${height}`);
  }
  return {
    width,
    height,
    data,
    y: data.subarray(0, luma),
    u: data.subarray(luma, luma + chroma),
    v: data.subarray(luma + chroma),
  };
}

export function* framesOf(clip: Clip): Generator<I420Frame, void, undefined> {
  for (let index = 0; index < clip.frames; index += 1) yield clip.frame(index);
}

/** Peak signal-to-noise ratio of the luma in dB; Infinity if equal. */
export function lumaPsnr(a: I420Frame, b: I420Frame): number {
  if (a.width !== b.width || a.height !== b.height) throw new RangeError('The pictures differ in size');
  let sum = 0;
  for (let index = 0; index < a.y.length; index += 1) {
    const difference = (a.y[index] ?? 0) - (b.y[index] ?? 0);
    sum += difference * difference;
  }
  return sum === 0 ? Infinity : 10 * Math.log10((255 * 255 * a.y.length) / sum);
}
