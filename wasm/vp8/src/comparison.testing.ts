import assert from 'node:assert/strict';
import { fnv1a } from '@xmpp-call/wasm-testing';
import type { I420Frame } from '@xmpp-call/wasm-testing';
import type { NativeVp8, NativeVp8Options, NativeVp8Packet } from '@xmpp-call/wasm-testing/native';
import { CodecError } from './index.js';
import type { Vp8, Vp8Encoder, Vp8EncoderOptions } from './index.js';

/** Encodes by both encoders; they have to agree on every packet. Returns the packets. */
export function assertEqualPackets(
  vp8: Vp8,
  native: NativeVp8,
  frames: readonly I420Frame[],
  options: NativeVp8Options,
): NativeVp8Packet[] {
  const expected = native.encode(frames, options);
  assert.equal(expected.length, frames.length);
  const encoder = vp8.createEncoder(encoderOptions(options));
  let room = new Uint8Array(encoder.maxPacketBytes);
  try {
    frames.forEach((frame, index) => {
      change(encoder, options, index);
      if (room.length < encoder.maxPacketBytes) room = new Uint8Array(encoder.maxPacketBytes);
      const { width, height, data } = frame;
      const keyFrame = options.keyFrames?.includes(index) ?? false;
      const size = encoder.encode({ format: 'I420', width, height, data }, room, { keyFrame });
      const packet = expected[index] ?? assert.fail();
      const where = `frame ${index} of ${describeOptions(options)}`;
      assert.equal(size, packet.data.length, where);
      assert.ok(Buffer.from(packet.data).equals(room.subarray(0, size)), where);
      assert.equal(encoder.isKeyFrame, packet.keyFrame, where);
      assert.equal(encoder.temporalLayer, packet.layer, where);
    });
  } finally {
    encoder.dispose();
  }
  return expected;
}

/** Decodes by both decoders; they have to agree on every picture, and on which packets are corrupt. */
export function assertEqualPictures(vp8: Vp8, native: NativeVp8, packets: readonly Uint8Array[], where: string): void {
  const expected = native.decode(packets);
  const decoder = vp8.createDecoder();
  let room = new Uint8Array();
  try {
    packets.forEach((packet, index) => {
      const { status, width, height, hash } = expected[index] ?? assert.fail();
      const at = `picture ${index} of ${where}`;
      let picture;
      try {
        picture = decoder.decode(packet);
      } catch (error) {
        assert.ok(error instanceof CodecError && error.code === 'corrupt-packet', at);
        assert.notEqual(status, 0, at);
        return;
      }
      assert.equal(status, 0, at);
      if (picture === undefined) {
        assert.equal(hash, undefined, at);
        return;
      }
      assert.deepEqual([picture.width, picture.height], [width, height], at);
      if (room.length !== picture.i420Bytes) room = new Uint8Array(picture.i420Bytes);
      picture.copyTo(room);
      assert.equal(fnv1a(room), hash, at);
    });
  } finally {
    decoder.dispose();
  }
}

export function describeOptions(options: NativeVp8Options): string {
  return JSON.stringify(options, (_, value: unknown) => (value instanceof Map ? [...value.entries()] : value));
}

function encoderOptions(options: NativeVp8Options): Vp8EncoderOptions {
  return {
    width: options.width,
    height: options.height,
    bitrate: options.kilobits * 1000,
    framesPerSecond: options.fps ?? 30,
    speed: -(options.speed ?? -8),
    keyFrameInterval: options.keyFrameInterval ?? 0,
    minQuantizer: options.minQuantizer ?? 2,
    maxQuantizer: options.maxQuantizer ?? 56,
    temporalLayers: options.layers ?? 1,
    screenContent: options.screenContent ?? 0,
    staticThreshold: options.staticThreshold ?? 1,
    maxIntraBitratePercent: options.maxIntraPercent ?? 0,
    errorResilient: options.errorResilient ?? true,
  };
}

/** Makes the changes before a frame, in the order in which the native program makes them. */
function change(encoder: Vp8Encoder, { sizes, bitrates, speeds }: NativeVp8Options, index: number): void {
  const size = sizes?.get(index);
  if (size !== undefined) encoder.reconfigure(size);
  const kilobits = bitrates?.get(index);
  if (kilobits !== undefined) encoder.reconfigure({ bitrate: kilobits * 1000 });
  const speed = speeds?.get(index);
  if (speed !== undefined) encoder.reconfigure({ speed: -speed });
}
