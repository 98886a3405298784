import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspectPacket } from './index.js';
import { assertCodecError } from './streams.testing.js';

/** RFC 6386 §9.1: a shown key frame of version 0 with a first partition of 0x1234 bytes, 640x360, scaling 1 and 2. */
const KEY = Uint8Array.of(0x90, 0x46, 0x02, 0x9d, 0x01, 0x2a, 0x80, 0x42, 0x68, 0x81);

describe('inspectPacket', () => {
  it('reads a key frame', () => {
    assert.deepEqual(inspectPacket(KEY), {
      keyFrame: true,
      showFrame: true,
      version: 0,
      firstPartitionBytes: 0x1234,
      width: 640,
      height: 360,
    });
  });

  it('reads other frames, which have no size', () => {
    assert.deepEqual(inspectPacket(Uint8Array.of(0x27, 0x00, 0x00)), {
      keyFrame: false,
      showFrame: false,
      version: 3,
      firstPartitionBytes: 1,
    });
  });

  it('refuses what is no packet', () => {
    for (const length of [0, 2, 3, 9]) assertCodecError(() => inspectPacket(KEY.subarray(0, length)), 'corrupt-packet');
    for (const index of [3, 4, 5]) {
      assertCodecError(() => inspectPacket(KEY.map((byte, at) => (at === index ? 0 : byte))), 'corrupt-packet');
    }
    assertCodecError(() => inspectPacket(KEY.map((byte, at) => (at > 7 ? 0 : byte))), 'corrupt-packet');
  });
});
