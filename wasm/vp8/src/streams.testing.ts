import assert from 'node:assert/strict';
import type { Clip } from '@xmpp-call/wasm-testing';
import { CodecError, type CodecErrorCode, type Vp8, type Vp8Encoder, type Vp8EncoderOptions } from './index.js';

/** Enough for any packet of the small pictures of the tests. */
const ROOM_BYTES = 1 << 20;

export interface EncodedFrame {
  data: Uint8Array;
  isKeyFrame: boolean;
  isDroppable: boolean;
  temporalLayer: number;
  quantizer: number;
}

/** Encodes one picture of a clip. */
export function encodeFrame(encoder: Vp8Encoder, clip: Clip, index: number, keyFrame = false): EncodedFrame {
  const room = new Uint8Array(ROOM_BYTES);
  const { width, height, data } = clip.frame(index);
  const bytes = encoder.encode({ format: 'I420', width, height, data }, room, { keyFrame });
  const { isKeyFrame, isDroppable, temporalLayer, quantizer } = encoder;
  return { data: room.slice(0, bytes), isKeyFrame, isDroppable, temporalLayer, quantizer };
}

/** Encodes a clip from its beginning, by default at 30 frames and 300 kbit per second. */
export function encodeClip(vp8: Vp8, clip: Clip, options: Partial<Vp8EncoderOptions> = {}): EncodedFrame[] {
  const { width, height, frames } = clip;
  const encoder = vp8.createEncoder({ width, height, framesPerSecond: 30, bitrate: 300_000, speed: 8, ...options });
  try {
    return Array.from({ length: frames }, (_, index) => encodeFrame(encoder, clip, index));
  } finally {
    encoder.dispose();
  }
}

export function assertCodecError(action: () => unknown, code: CodecErrorCode): void {
  assert.throws(action, (error) => error instanceof CodecError && error.code === code);
}
