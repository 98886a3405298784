import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busy, i420Frame, lumaPsnr, talkingHead } from '@xmpp-call/wasm-testing';
import { init, inspectPacket, type Vp8EncoderOptions } from './index.js';
import { assertCodecError, encodeClip, encodeFrame } from './streams.testing.js';

const SIZE = { width: 160, height: 120 };
const OPTIONS = { ...SIZE, framesPerSecond: 30, bitrate: 300_000, speed: 8 };
const vp8 = await init();

describe('options', () => {
  const misuse: Readonly<Record<string, unknown>> = {
    width: 0,
    height: -1,
    framesPerSecond: 0,
    bitrate: 4999,
    speed: 0,
    keyFrameInterval: -1,
    minQuantizer: 57,
    maxQuantizer: 64,
    temporalLayers: 4,
    screenContent: 3,
    staticThreshold: 0.5,
    maxIntraBitratePercent: Number.NaN,
  };
  for (const [name, value] of Object.entries(misuse)) {
    it(`refuses ${name} ${String(value)}, NaN and text, before and while it runs`, () => {
      const encoder = vp8.createEncoder(OPTIONS);
      for (const wrong of [value, Number.NaN, 'ten'] as number[]) {
        assertCodecError(() => vp8.createEncoder({ ...OPTIONS, [name]: wrong }), 'invalid-argument');
        assertCodecError(() => encoder.reconfigure({ [name]: wrong }), 'invalid-argument');
      }
      assert.equal(encodeFrame(encoder, talkingHead({ ...SIZE, frames: 1 }), 0).isKeyFrame, true);
      encoder.dispose();
    });
  }

  it('refuses sides that are fractions or beyond what VP8 can express', () => {
    assertCodecError(() => vp8.createEncoder({ ...OPTIONS, width: 160.5 }), 'invalid-argument');
    assertCodecError(() => vp8.createEncoder({ ...OPTIONS, width: 16384 }), 'too-large');
    assertCodecError(() => vp8.createEncoder({ ...OPTIONS, height: 1e9 }), 'too-large');
  });

  it('refuses layers without error resilience', () => {
    assertCodecError(
      () => vp8.createEncoder({ ...OPTIONS, temporalLayers: 2, errorResilient: false }),
      'invalid-argument',
    );
  });

  it('keeps quantizers within their bounds', () => {
    const clip = busy({ ...SIZE, frames: 20 });
    const stream = encodeClip(vp8, clip, { bitrate: 5000, minQuantizer: 20, maxQuantizer: 30 });
    for (const { quantizer } of stream) assert.ok(quantizer >= 20 && quantizer <= 30, `${quantizer}`);
  });

  it('bounds key frames', () => {
    const clip = busy({ ...SIZE, frames: 1 });
    const free = encodeClip(vp8, clip)[0];
    const bound = encodeClip(vp8, clip, { maxIntraBitratePercent: 100 })[0];
    assert.ok(free && bound && bound.data.length < free.data.length);
  });

  it('takes true as screen content mode 1', () => {
    const clip = talkingHead({ ...SIZE, frames: 5 });
    assert.deepEqual(encodeClip(vp8, clip, { screenContent: true }), encodeClip(vp8, clip, { screenContent: 1 }));
  });
});

describe('sizes', () => {
  const sizes = [
    [1, 1],
    [1, 64],
    [64, 1],
    [2, 2],
    [15, 17],
    [333, 217],
    [16383, 1],
    [1, 16383],
  ] as const;
  for (const [width, height] of sizes) {
    it(`encodes and decodes ${width}x${height}`, () => {
      const clip = talkingHead({ width, height, frames: 3 });
      const decoder = vp8.createDecoder();
      for (const [index, { data }] of encodeClip(vp8, clip, { bitrate: 2_000_000 }).entries()) {
        const picture = decoder.decode(data);
        assert.ok(picture);
        assert.deepEqual([picture.width, picture.height, picture.isCorrupt], [width, height, false]);
        const result = new Uint8Array(picture.i420Bytes);
        picture.copyTo(result);
        const psnr = lumaPsnr(clip.frame(index), i420Frame(width, height, result));
        assert.ok(psnr > (width * height < 16 ? 15 : 25), `${psnr} dB`);
      }
      decoder.dispose();
    });
  }

  it('takes only pictures of its own size, and is none the worse for others', () => {
    const encoder = vp8.createEncoder(OPTIONS);
    const packet = new Uint8Array(encoder.maxPacketBytes);
    const data = new Uint8Array(320 * 240 * 2);
    for (const [width, height] of [
      [161, 120],
      [160, 119],
      [0, 0],
      [Number.NaN, 120],
    ] as const) {
      assertCodecError(() => encoder.encode({ format: 'I420', width, height, data }, packet), 'invalid-argument');
    }
    assert.ok(encoder.encode({ format: 'I420', ...SIZE, data }, packet) > 0);
    encoder.dispose();
  });
});

describe('key frames', () => {
  const clip = talkingHead({ ...SIZE, frames: 12 });

  it('come first and on demand, and have the size', () => {
    const encoder = vp8.createEncoder(OPTIONS);
    for (let index = 0; index < 12; index += 1) {
      const wanted = index === 5 || index === 6;
      const { isKeyFrame, data } = encodeFrame(encoder, clip, index, wanted);
      assert.equal(isKeyFrame, index === 0 || wanted);
      const { keyFrame, showFrame, width, height } = inspectPacket(data);
      assert.deepEqual([keyFrame, showFrame], [isKeyFrame, true]);
      assert.deepEqual([width, height], isKeyFrame ? [SIZE.width, SIZE.height] : [undefined, undefined]);
    }
    encoder.dispose();
  });

  it('come at an interval', () => {
    const keys = encodeClip(vp8, clip, { keyFrameInterval: 4 }).map(({ isKeyFrame }) => isKeyFrame);
    assert.deepEqual(keys, [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0].map(Boolean));
  });

  it('come with a new size, and the stream decodes on', () => {
    const encoder = vp8.createEncoder(OPTIONS);
    const decoder = vp8.createDecoder();
    for (const size of [SIZE, { width: 320, height: 180 }, { width: 17, height: 33 }, SIZE]) {
      encoder.reconfigure(size);
      assert.deepEqual([encoder.width, encoder.height], [size.width, size.height]);
      const other = talkingHead({ ...size, frames: 2 });
      const first = encodeFrame(encoder, other, 0);
      assert.equal(first.isKeyFrame, true);
      assert.equal(decoder.decode(first.data)?.width, size.width);
      assert.equal(decoder.decode(encodeFrame(encoder, other, 1).data)?.height, size.height);
    }
    encoder.dispose();
    decoder.dispose();
  });

  it('do not come with changes of speed, rates and quantizers', () => {
    const encoder = vp8.createEncoder(OPTIONS);
    encodeFrame(encoder, clip, 0);
    const changes: Partial<Vp8EncoderOptions>[] = [
      { speed: 4 },
      { bitrate: 100_000, framesPerSecond: 15 },
      { minQuantizer: 10, maxQuantizer: 40 },
      { screenContent: 1, staticThreshold: 100, maxIntraBitratePercent: 300 },
    ];
    for (const [index, change] of changes.entries()) {
      encoder.reconfigure(change);
      assert.equal(encodeFrame(encoder, clip, index + 1).isKeyFrame, false);
    }
    assert.deepEqual([encoder.speed, encoder.bitrate, encoder.framesPerSecond], [4, 100_000, 15]);
    encoder.dispose();
  });
});

describe('bitrate', () => {
  for (const temporalLayers of [1, 3] as const) {
    it(`is followed within 15 %, a second after each change, with ${temporalLayers} layer(s)`, () => {
      const [size, seconds, rate] = [{ width: 320, height: 180 }, 4, 30];
      const clip = talkingHead({ ...size, frames: 3 * seconds * rate });
      const encoder = vp8.createEncoder({ ...OPTIONS, ...size, temporalLayers });
      for (const [part, bitrate] of [400_000, 200_000, 800_000].entries()) {
        encoder.bitrate = bitrate;
        let bytes = 0;
        for (let index = 0; index < seconds * rate; index += 1) {
          const { data } = encodeFrame(encoder, clip, part * seconds * rate + index);
          if (index >= rate) bytes += data.length;
        }
        const ratio = (bytes * 8) / (seconds - 1) / bitrate;
        assert.ok(ratio > 0.85 && ratio < 1.15, `${bitrate} bits/s: ${ratio}`);
      }
      encoder.dispose();
    });
  }

  it('is kept to from the first picture on after a fall', () => {
    const [frames, rate] = [240, 30];
    const clip = talkingHead({ width: 640, height: 360, frames });
    const encoder = vp8.createEncoder({ ...OPTIONS, width: 640, height: 360, bitrate: 1_000_000 });
    let bytes = 0;
    for (let index = 0; index < frames; index += 1) {
      if (index === 220) encoder.bitrate = 250_000;
      const { data } = encodeFrame(encoder, clip, index);
      if (index >= 220 && index < 230) bytes += data.length;
    }
    const ratio = (bytes * 8 * rate) / 10 / 250_000;
    assert.ok(ratio < 1.2, `${ratio}`);
    encoder.dispose();
  });

  it('is spread over the time between timestamps', () => {
    const clip = busy({ ...SIZE, frames: 60 });
    const bytesAt = (framesPerSecond: number): number => {
      const encoder = vp8.createEncoder(OPTIONS);
      const packet = new Uint8Array(encoder.maxPacketBytes);
      let bytes = 0;
      for (let index = 0; index < 60; index += 1) {
        const { data } = clip.frame(index);
        const timestamp = (index * 1e6) / framesPerSecond;
        bytes += encoder.encode({ format: 'I420', ...SIZE, data }, packet, { timestamp });
      }
      encoder.dispose();
      return bytes;
    };
    const ratio = bytesAt(10) / bytesAt(30);
    assert.ok(ratio > 2 && ratio < 4, `${ratio}`);
  });

  it('does not mind whether nominal times are given', () => {
    const clip = busy({ ...SIZE, frames: 8 });
    const encoder = vp8.createEncoder(OPTIONS);
    const packet = new Uint8Array(encoder.maxPacketBytes);
    const packets = Array.from({ length: 8 }, (_, index) => {
      const { data } = clip.frame(index);
      const timestamp = 7e6 + Math.ceil((index * 1e6) / 30);
      return packet.slice(0, encoder.encode({ format: 'I420', ...SIZE, data }, packet, { timestamp }));
    });
    assert.deepEqual(
      packets,
      encodeClip(vp8, clip).map(({ data }) => data),
    );
    encoder.dispose();
  });
});

describe('packets', () => {
  it('that do not fit are kept', () => {
    const clip = busy({ ...SIZE, frames: 2 });
    const [expected, next] = encodeClip(vp8, clip);
    const encoder = vp8.createEncoder(OPTIONS);
    assert.equal(encoder.packetBytes, 0);
    assertCodecError(
      () => encoder.encode({ format: 'I420', ...SIZE, data: clip.frame(0).data }, new Uint8Array(10)),
      'buffer-too-small',
    );
    assert.ok(encoder.packetBytes <= encoder.maxPacketBytes);
    const packet = new Uint8Array(encoder.packetBytes);
    assertCodecError(() => encoder.copyPacket(packet.subarray(1)), 'buffer-too-small');
    assert.equal(encoder.copyPacket(packet), packet.length);
    assert.deepEqual(packet, expected?.data);
    assert.deepEqual(encodeFrame(encoder, clip, 1).data, next?.data);
    encoder.dispose();
  });

  it('are gone after a change of size', () => {
    const encoder = vp8.createEncoder(OPTIONS);
    encodeFrame(encoder, talkingHead({ ...SIZE, frames: 1 }), 0);
    encoder.reconfigure({ width: 64 });
    assert.equal(encoder.packetBytes, 0);
    encoder.dispose();
  });
});

describe('a disposed encoder', () => {
  it('refuses everything but dispose', () => {
    const encoder = vp8.createEncoder(OPTIONS);
    encoder.dispose();
    encoder.dispose();
    const image = { format: 'I420', ...SIZE, data: new Uint8Array(SIZE.width * SIZE.height * 2) } as const;
    assertCodecError(() => encoder.encode(image, new Uint8Array(1000)), 'closed');
    assertCodecError(() => encoder.copyPacket(new Uint8Array(1000)), 'closed');
    assertCodecError(() => encoder.reconfigure({ bitrate: 100_000 }), 'closed');
    assertCodecError(() => encoder.isKeyFrame, 'closed');
    assertCodecError(() => (encoder.bitrate = 100_000), 'closed');
  });
});

describe('warm-up', () => {
  it('does not change what is encoded afterwards', async () => {
    const clip = busy({ ...SIZE, frames: 5 });
    const warm = await init(vp8.module);
    warm.warmUp(SIZE);
    const held = warm.memoryBytes;
    assert.deepEqual(encodeClip(warm, clip), encodeClip(vp8, clip));
    for (let count = 0; count < 10; count += 1) warm.warmUp(SIZE);
    assert.equal(warm.memoryBytes, held);
    warm.warmUp({ width: 1, height: 1 });
    assertCodecError(() => warm.warmUp({ width: 0, height: 1 }), 'invalid-argument');
  });
});
