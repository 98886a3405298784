import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busy, i420Bytes } from '@xmpp-call/wasm-testing';
import { CodecError, init, type Vp8, type Vp8Encoder } from './index.js';
import { assertCodecError, encodeClip } from './streams.testing.js';

const MEGABYTE = 1e6;
const RATES = { framesPerSecond: 30, bitrate: 500_000, speed: 8 };
const { module } = await init();

/** Makes, uses and drops an encoder and a decoder. */
function use(vp8: Vp8, width: number, height: number): void {
  const encoder = vp8.createEncoder({ ...RATES, width, height });
  const decoder = vp8.createDecoder();
  const packet = new Uint8Array(encoder.maxPacketBytes);
  const data = new Uint8Array(i420Bytes(width, height)).fill(90);
  for (let frame = 0; frame < 2; frame += 1) {
    const bytes = encoder.encode({ format: 'I420', width, height, data }, packet);
    decoder.decode(packet.subarray(0, bytes));
  }
  encoder.dispose();
  decoder.dispose();
}

/** Opens encoders until there is no memory for another. */
function exhaust(vp8: Vp8, width: number, height: number): Vp8Encoder[] {
  const encoders: Vp8Encoder[] = [];
  for (;;) {
    try {
      encoders.push(vp8.createEncoder({ ...RATES, width, height }));
    } catch (error) {
      assert.ok(error instanceof CodecError && error.code === 'out-of-memory', String(error));
      return encoders;
    }
  }
}

describe('memory', () => {
  it('of an encoder for 720p is below 32 MB, of a decoder below 8 MB', async () => {
    const [width, height] = [1280, 720];
    const sender = await init(module);
    const clip = busy({ width, height, frames: 1 });
    const stream = encodeClip(sender, clip, { bitrate: 1_500_000 });
    assert.ok(sender.memoryBytes < 32 * MEGABYTE, `${sender.memoryBytes}`);
    const encoder = sender.createEncoder({ ...RATES, width, height });
    const data = new Uint8Array(4 * width * height);
    encoder.encode({ format: 'BGRX', width, height, data }, new Uint8Array(100_000));
    assert.ok(sender.memoryBytes < 32 * MEGABYTE, `${sender.memoryBytes}`);
    const receiver = await init(module);
    for (const { data: packet } of stream) receiver.createDecoder().decode(packet);
    assert.ok(receiver.memoryBytes < 8 * MEGABYTE, `${receiver.memoryBytes}`);
  });

  it('stays flat when 1,000 encoders and decoders come and go', async () => {
    const vp8 = await init(module);
    use(vp8, 176, 144);
    const held = vp8.memoryBytes;
    for (let count = 0; count < 1000; count += 1) use(vp8, 16 + ((count * 37) % 161), 16 + ((count * 53) % 129));
    assert.ok(vp8.memoryBytes - held < held / 4, `from ${held} to ${vp8.memoryBytes}`);
    const later = vp8.memoryBytes;
    for (let count = 0; count < 300; count += 1) use(vp8, 16 + ((count * 41) % 161), 16 + ((count * 59) % 129));
    assert.ok(vp8.memoryBytes - later < held / 8, `from ${later} to ${vp8.memoryBytes}`);
  });

  it('stays flat when sizes change and packets are corrupt', async () => {
    const vp8 = await init(module);
    const encoder = vp8.createEncoder({ ...RATES, width: 320, height: 240 });
    const decoder = vp8.createDecoder();
    const packet = new Uint8Array(encoder.maxPacketBytes);
    const round = (): void => {
      for (const [width, height] of [
        [320, 240],
        [16, 16],
        [160, 120],
        [240, 320],
      ] as const) {
        encoder.reconfigure({ width, height });
        const data = new Uint8Array(i420Bytes(width, height)).fill(90);
        const bytes = encoder.encode({ format: 'I420', width, height, data }, packet);
        decoder.decode(packet.subarray(0, bytes));
        assertCodecError(() => decoder.decode(packet.subarray(0, 12)), 'corrupt-packet');
        assertCodecError(() => vp8.createEncoder({ ...RATES, width: 0, height }), 'invalid-argument');
      }
    };
    for (let count = 0; count < 10; count += 1) round();
    const held = vp8.memoryBytes;
    for (let count = 0; count < 100; count += 1) round();
    assert.equal(vp8.memoryBytes, held);
  });
});

describe('without memory', () => {
  it('encoders are refused, and work again when others are disposed', async () => {
    const vp8 = await init(module);
    const encoders = exhaust(vp8, 1920, 1080);
    assert.ok(encoders.length > 3);
    // Whatever was taken for the one that failed was given back.
    for (let count = 0; count < 20; count += 1) {
      assertCodecError(() => vp8.createEncoder({ ...RATES, width: 1920, height: 1080 }), 'out-of-memory');
    }
    const small = exhaust(vp8, 64, 64);
    assert.ok(small.length > 3);
    for (const encoder of [...encoders, ...small]) encoder.dispose();
    assert.equal(exhaust(vp8, 1920, 1080).length, encoders.length);
  });

  it('an encoder that is to grow keeps its size', async () => {
    const vp8 = await init(module);
    const [encoder, ...others] = exhaust(vp8, 1280, 720);
    assert.ok(encoder);
    exhaust(vp8, 64, 64);
    assertCodecError(() => encoder.reconfigure({ width: 3840, height: 2160 }), 'out-of-memory');
    assert.deepEqual([encoder.width, encoder.height], [1280, 720]);
    for (const other of others) other.dispose();
    const packet = new Uint8Array(encoder.maxPacketBytes);
    const data = new Uint8Array(i420Bytes(1280, 720));
    assert.ok(encoder.encode({ format: 'I420', width: 1280, height: 720, data }, packet) > 0);
    encoder.reconfigure({ width: 3840, height: 2160 });
    assert.equal(encoder.width, 3840);
  });

  it('a decoder refuses the packet, and goes on at a key frame when there is some', async () => {
    const vp8 = await init(module);
    const clip = busy({ width: 640, height: 360, frames: 2 });
    const [key, delta] = encodeClip(await init(module), clip).map(({ data }) => data);
    assert.ok(key && delta);
    const decoder = vp8.createDecoder();
    const used = vp8.createDecoder();
    const tiny = encodeClip(await init(module), busy({ width: 16, height: 16, frames: 1 }))[0];
    assert.ok(tiny);
    used.decode(tiny.data);
    const encoders = [...exhaust(vp8, 1280, 720), ...exhaust(vp8, 320, 180), ...exhaust(vp8, 16, 16)];
    for (const poor of [decoder, used]) {
      for (let count = 0; count < 3; count += 1) {
        assertCodecError(() => poor.decode(key), 'out-of-memory');
        assertCodecError(() => poor.decode(delta), 'corrupt-packet');
      }
    }
    for (const encoder of encoders) encoder.dispose();
    for (const rich of [decoder, used]) {
      assert.equal(rich.decode(key)?.isCorrupt, false);
      assert.equal(rich.decode(delta)?.isCorrupt, false);
    }
  });
});
