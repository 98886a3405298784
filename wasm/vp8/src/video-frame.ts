import { CodecError } from '@xmpp-call/wasm-runtime';
import type { Vp8Instance } from './exports.js';
import { RGB_BYTES, isRgb, isSupportedFormat } from './image.js';
import type { Staging } from './staging.js';

/**
 * Copies the visible part of a frame to the staging area. RGB goes through a buffer of the caller's, since four bytes per pixel
 * would double the codec's memory; so does a format that only the browser can convert.
 * @param pixels  the buffer of an earlier frame of the same size
 * @returns the buffer, if there is one now
 * @throws {CodecError} `invalid-argument` if the browser cannot read the frame, `out-of-memory`
 */
export async function copyFrame(
  frame: VideoFrame,
  instance: Vp8Instance,
  staging: Staging,
  pixels: Uint8Array<ArrayBuffer> | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { format, visibleRect } = frame;
  const width = visibleRect?.width ?? 0;
  const height = visibleRect?.height ?? 0;
  try {
    if (format === 'I420' || format === 'I420A' || format === 'NV12') {
      staging.adopt(format, width, height, await copyPlanes(frame, instance, staging));
      return pixels;
    }
    const buffer = pixels ?? new Uint8Array(width * height * RGB_BYTES);
    if (isSupportedFormat(format) && isRgb(format)) {
      const layout = await frame.copyTo(buffer);
      staging.load({ format, width, height, data: buffer, layout });
    } else {
      const layout = await frame.copyTo(buffer, { format: 'RGBA', colorSpace: 'srgb' });
      staging.load({ format: 'RGBA', width, height, data: buffer, layout });
    }
    return buffer;
  } catch (cause) {
    if (cause instanceof CodecError) throw cause;
    throw new CodecError('invalid-argument', `The frame (${format}) cannot be read: ${String(cause)}`, { cause });
  }
}

async function copyPlanes(frame: VideoFrame, instance: Vp8Instance, staging: Staging): Promise<PlaneLayout[]> {
  const size = frame.allocationSize();
  const address = staging.reserve(size);
  for (;;) {
    const target = instance.bytes.subarray(address, address + size);
    const layout = await frame.copyTo(target);
    // Memory that has grown meanwhile is another buffer: what was written to the old one may be lost.
    if (target.buffer === instance.exports.memory.buffer) return layout;
  }
}
