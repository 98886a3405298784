import { init, type Vp8 } from './index.js';
import { codeOf } from './errors.testing.js';

/** Bytes of the packet that was encoded, or the code of the error. */
export type LoadResult = { bytes: number } | { code: string };

/** Loads the codec and encodes a picture. */
export async function load(module?: WebAssembly.Module): Promise<LoadResult> {
  let bytes = 0;
  const code = await codeOf(init(module).then((vp8) => (bytes = encodePicture(vp8))));
  return bytes > 0 ? { bytes } : { code };
}

/** @returns bytes of the packet */
export function encodePicture(vp8: Vp8): number {
  const encoder = vp8.createEncoder({ width: 32, height: 32, framesPerSecond: 30, bitrate: 100_000 });
  const image = { format: 'I420', width: 32, height: 32, data: new Uint8Array(32 * 48) } as const;
  return encoder.encode(image, new Uint8Array(encoder.maxPacketBytes));
}
