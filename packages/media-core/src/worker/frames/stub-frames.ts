import type { Vp8 } from '@xmpp-call/vp8';

/** Frames of 16x16 pixels and about 20 bytes that the browser decodes while our decoder is used: without any it sends PLIs. */
export interface StubFrames {
  readonly key: Uint8Array;
  /** Follows `key` or another `delta`. */
  readonly delta: Uint8Array;
}

const SIDE = 16;
const GREY = 128;

/** Throws CodecError. */
export function makeStubFrames(vp8: Vp8): StubFrames {
  const encoder = vp8.createEncoder({
    width: SIDE,
    height: SIDE,
    framesPerSecond: 30,
    bitrate: 30_000,
    minQuantizer: 40,
  });
  try {
    const image = {
      format: 'I420',
      width: SIDE,
      height: SIDE,
      data: new Uint8Array((SIDE * SIDE * 3) / 2).fill(GREY),
    } as const;
    const packet = new Uint8Array(encoder.maxPacketBytes);
    const key = packet.slice(0, encoder.encode(image, packet));
    const delta = packet.slice(0, encoder.encode(image, packet));
    return { key, delta };
  } finally {
    encoder.dispose();
  }
}
