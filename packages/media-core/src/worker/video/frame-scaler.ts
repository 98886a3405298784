import type { Vp8Image } from '@xmpp-call/vp8';
import { isUpright, orientationOf, rotate, rotatedSize } from './plane-rotation.js';
import type { Plane } from './plane.js';
import { PlaneScaler } from './plane-scaler.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

const RGB_FORMATS = ['RGBA', 'RGBX', 'BGRA', 'BGRX'] as const;
const RGB_BYTES = 4;

type ScaledFormat = 'I420' | (typeof RGB_FORMATS)[number];

/**
 * Pictures of the size that is to be encoded. They are scaled here, since a canvas would have to convert planes to RGB and
 * back, and since Firefox' main thread and a worker that both read canvases make each other wait for ten seconds.
 */
export class FrameScaler {
  readonly #planes = new PlaneScaler();
  #source = new Uint8Array();
  #scaled = new Uint8Array();
  #rotated = new Uint8Array();

  /** The visible part of the frame in that size, upright; valid until the next call. The frame stays open. */
  async scale(frame: VideoFrame, width: number, height: number): Promise<Vp8Image> {
    const orientation = orientationOf(frame);
    if (isUpright(orientation)) return this.#scaleAsItIs(frame, width, height);
    const size = rotatedSize(orientation, { width, height });
    const { format } = await this.#scaleAsItIs(frame, size.width, size.height);
    if (this.#rotated.length !== this.#scaled.length) this.#rotated = new Uint8Array(this.#scaled.length);
    const planesOf = (data: Uint8Array, of: Size) =>
      format === 'I420' ? i420Planes(data, of) : rgbPlanes(data, 0, of.width * RGB_BYTES, of);
    const to = planesOf(this.#rotated, { width, height });
    planesOf(this.#scaled, size).forEach((plane, index) => {
      const target = to[index];
      if (target) rotate(plane, orientation, target);
    });
    return { format, width, height, data: this.#rotated };
  }

  async #scaleAsItIs(
    frame: VideoFrame,
    width: number,
    height: number,
  ): Promise<Vp8Image & { readonly format: ScaledFormat }> {
    const { format, visibleRect } = frame;
    const from = { width: visibleRect?.width ?? 0, height: visibleRect?.height ?? 0 };
    const to = { width, height };
    if (format === 'I420' || format === 'I420A' || format === 'NV12') {
      const layout = await this.#read(frame, frame.allocationSize());
      this.#scale(yuvPlanes(this.#source, format === 'NV12', layout, from), this.#i420(to));
      return { format: 'I420', ...to, data: this.#scaled };
    }
    const rgb = RGB_FORMATS.find((known) => known === format);
    // Formats of its own the browser converts.
    const options = rgb ? undefined : ({ format: 'RGBA', colorSpace: 'srgb' } as const);
    const [layout] = await this.#read(frame, from.width * from.height * RGB_BYTES, options);
    this.#reserve(width * height * RGB_BYTES);
    const { offset, stride } = layout ?? { offset: 0, stride: from.width * RGB_BYTES };
    this.#scale(rgbPlanes(this.#source, offset, stride, from), rgbPlanes(this.#scaled, 0, width * RGB_BYTES, to));
    return { format: rgb ?? 'RGBA', ...to, data: this.#scaled };
  }

  #read(frame: VideoFrame, bytes: number, options?: VideoFrameCopyToOptions): Promise<PlaneLayout[]> {
    if (this.#source.length < bytes) this.#source = new Uint8Array(bytes);
    return frame.copyTo(this.#source, options);
  }

  #scale(from: readonly Plane[], to: readonly Plane[]): void {
    from.forEach((plane, index) => {
      const target = to[index];
      if (target) this.#planes.scale(plane, target);
    });
  }

  #i420(size: Size): readonly Plane[] {
    const chroma = chromaOf(size);
    this.#reserve(size.width * size.height + 2 * chroma.width * chroma.height);
    return i420Planes(this.#scaled, size);
  }

  #reserve(bytes: number): void {
    if (this.#scaled.length !== bytes) this.#scaled = new Uint8Array(bytes);
  }
}

function i420Planes(data: Uint8Array, { width, height }: Size): readonly Plane[] {
  const chroma = chromaOf({ width, height });
  const luma = width * height;
  const area = chroma.width * chroma.height;
  return [
    { data, offset: 0, stride: width, step: 1, width, height },
    { data, offset: luma, stride: chroma.width, step: 1, ...chroma },
    { data, offset: luma + area, stride: chroma.width, step: 1, ...chroma },
  ];
}

function yuvPlanes(data: Uint8Array, isNv12: boolean, layout: readonly PlaneLayout[], size: Size): readonly Plane[] {
  const [luma, first, second] = layout;
  if (!luma || !first || (!second && !isNv12)) throw new Error('a picture without planes');
  const step = isNv12 ? 2 : 1;
  const v = second && !isNv12 ? second : { offset: first.offset + 1, stride: first.stride };
  return [
    { data, offset: luma.offset, stride: luma.stride, step: 1, ...size },
    { data, offset: first.offset, stride: first.stride, step, ...chromaOf(size) },
    { data, offset: v.offset, stride: v.stride, step, ...chromaOf(size) },
  ];
}

/** Of the three colours; what else there is, is not used. */
function rgbPlanes(data: Uint8Array, offset: number, stride: number, size: Size): readonly Plane[] {
  return [0, 1, 2].map((colour) => ({ data, offset: offset + colour, stride, step: RGB_BYTES, ...size }));
}

function chromaOf({ width, height }: Size): Size {
  return { width: (width + 1) >> 1, height: (height + 1) >> 1 };
}
