import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busy, i420Frame, lumaPsnr } from '@xmpp-call/wasm-testing';
import { init } from './index.js';
import { encodeClip, encodeFrame } from './streams.testing.js';

const SIZE = { width: 176, height: 144 };
const CLIP = busy({ ...SIZE, frames: 24 });
const OPTIONS = { ...SIZE, framesPerSecond: 30, bitrate: 400_000, speed: 8 };
const vp8 = await init();

describe('temporal layers', () => {
  it('follow their pattern, which every key frame begins anew', () => {
    const patterns = { 1: [0, 0, 0, 0], 2: [0, 1, 0, 1], 3: [0, 2, 1, 2] } as const;
    for (const temporalLayers of [1, 2, 3] as const) {
      const encoder = vp8.createEncoder({ ...OPTIONS, temporalLayers });
      const pattern = patterns[temporalLayers];
      for (let index = 0; index < 15; index += 1) {
        const { isKeyFrame, temporalLayer } = encodeFrame(encoder, CLIP, index, index === 7);
        assert.equal(isKeyFrame, index === 0 || index === 7);
        assert.equal(temporalLayer, pattern[(index < 7 ? index : index - 7) % 4]);
      }
      encoder.dispose();
    }
  });

  for (const temporalLayers of [2, 3] as const) {
    it(`of ${temporalLayers} can be left out from the top`, () => {
      const stream = encodeClip(vp8, CLIP, { temporalLayers, bitrate: 400_000 });
      for (const highest of [1, 0].slice(temporalLayers === 2 ? 1 : 0)) {
        const whole = vp8.createDecoder();
        const thinned = vp8.createDecoder();
        let decoded = 0;
        for (const [index, { data, temporalLayer }] of stream.entries()) {
          const picture = whole.decode(data);
          assert.ok(picture);
          const expected = new Uint8Array(picture.i420Bytes);
          picture.copyTo(expected);
          if (temporalLayer > highest) continue;
          const same = thinned.decode(data);
          assert.ok(same && !same.isCorrupt);
          const result = new Uint8Array(same.i420Bytes);
          same.copyTo(result);
          assert.deepEqual(result, expected);
          assert.ok(lumaPsnr(CLIP.frame(index), i420Frame(SIZE.width, SIZE.height, result)) > 20);
          decoded += 1;
        }
        assert.equal(decoded, (stream.length * 2 ** highest) / 2 ** (temporalLayers - 1));
        whole.dispose();
        thinned.dispose();
      }
    });
  }

  it('tell which packets nothing refers to', () => {
    for (const { temporalLayer, isDroppable } of encodeClip(vp8, CLIP, { temporalLayers: 2 })) {
      assert.equal(isDroppable, temporalLayer === 1);
    }
    for (const { temporalLayer, isDroppable } of encodeClip(vp8, CLIP, { temporalLayers: 3 })) {
      assert.equal(isDroppable, temporalLayer === 2);
    }
    assert.ok(encodeClip(vp8, CLIP).every(({ isDroppable }) => !isDroppable));
  });

  it('can be changed by a key frame', () => {
    const encoder = vp8.createEncoder(OPTIONS);
    encodeFrame(encoder, CLIP, 0);
    encoder.reconfigure({ temporalLayers: 3 });
    const frames = [1, 2, 3, 4].map((index) => encodeFrame(encoder, CLIP, index));
    assert.deepEqual(
      frames.map(({ isKeyFrame, temporalLayer }) => [isKeyFrame, temporalLayer]),
      [
        [true, 0],
        [false, 2],
        [false, 1],
        [false, 2],
      ],
    );
    encoder.dispose();
  });
});
