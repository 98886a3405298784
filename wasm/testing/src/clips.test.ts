import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EXPECTED, FINGERPRINTS } from './fingerprints.testing.js';
import { busy, fnv1a, framesOf, i420Bytes, i420Frame, lumaPsnr, screen, talkingHead } from './index.js';
import type { I420Frame } from './index.js';

const CLIPS = { talkingHead, busy, screen };
const SIZES = [
  [1, 1],
  [2, 2],
  [17, 33],
  [176, 144],
  [333, 217],
] as const;

describe('synthesised material', () => {
  for (const [name, fingerprint] of Object.entries(FINGERPRINTS)) {
    it(`${name} is the same at every run`, () => {
      assert.equal(fingerprint(), EXPECTED[name as keyof typeof FINGERPRINTS]);
    });
  }
});

describe('clips', () => {
  for (const [name, make] of Object.entries(CLIPS)) {
    it(`${name} comes in any size, planes tightly packed`, () => {
      for (const [width, height] of SIZES) {
        const frames = [...framesOf(make({ width, height, frames: 2 }))];
        assert.equal(frames.length, 2);
        for (const frame of frames) {
          assert.equal(frame.y.length, width * height);
          assert.equal(frame.u.length, ((width + 1) >> 1) * ((height + 1) >> 1));
          assert.equal(frame.v.length, frame.u.length);
          assert.equal(frame.data.length, i420Bytes(width, height));
          assert.equal(frame.v.byteOffset + frame.v.length, frame.data.byteOffset + frame.data.length);
        }
      }
    });

    it(`${name} has texture, colour and another picture for another seed`, () => {
      const frame = make({ width: 320, height: 180, frames: 1 }).frame(0);
      assert.ok(deviation(frame.y) > 30);
      assert.ok(deviation(frame.u) > 3);
      assert.ok(deviation(frame.v) > 3);
      const other = make({ width: 320, height: 180, frames: 1, seed: 2 }).frame(0);
      assert.notEqual(fnv1a(frame.data), fnv1a(other.data));
    });
  }

  it('a talking head changes a little from frame to frame, a busy scene a lot', () => {
    const options = { width: 320, height: 180, frames: 20 };
    const calm = talkingHead(options);
    const wild = busy(options);
    for (const index of [3, 6, 12]) {
      assert.ok(lumaPsnr(calm.frame(index), calm.frame(index + 1)) > 29);
      assert.ok(lumaPsnr(wild.frame(index), wild.frame(index + 1)) < 24);
    }
  });

  it('busy cuts to another scene at half', () => {
    const clip = busy({ width: 320, height: 180, frames: 20 });
    assert.ok(lumaPsnr(clip.frame(9), clip.frame(10)) < 13);
  });

  it('a screen stands still but for what is typed, then scrolls', () => {
    const clip = screen({ width: 320, height: 180, frames: 40 });
    const differing = (a: I420Frame, b: I420Frame) => a.y.filter((sample, index) => sample !== b.y[index]).length;
    assert.ok(differing(clip.frame(5), clip.frame(6)) < 100);
    assert.ok(differing(clip.frame(30), clip.frame(31)) > 3000);
  });
});

describe('i420Frame', () => {
  it('takes only as many bytes as the picture has', () => {
    assert.throws(() => i420Frame(3, 3, new Uint8Array(16)), RangeError);
    assert.equal(i420Frame(3, 3, new Uint8Array(17)).v.length, 4);
  });
});

describe('lumaPsnr', () => {
  it('is infinite for equal pictures and 0 dB between black and white', () => {
    const black = i420Frame(8, 8);
    const white = i420Frame(8, 8, new Uint8Array(96).fill(255));
    assert.equal(lumaPsnr(black, black), Infinity);
    assert.equal(lumaPsnr(black, white), 0);
    assert.throws(() => lumaPsnr(black, i420Frame(8, 6)), RangeError);
  });
});

describe('fnv1a', () => {
  it('gives the published test vectors', () => {
    const encoder = new TextEncoder();
    assert.equal(fnv1a(encoder.encode('')), 0x811c9dc5);
    assert.equal(fnv1a(encoder.encode('a')), 0xe40c292c);
    assert.equal(fnv1a(encoder.encode('foobar')), 0xbf9cf968);
    assert.equal(fnv1a(encoder.encode('bar'), fnv1a(encoder.encode('foo'))), 0xbf9cf968);
  });
});

function deviation(samples: Uint8Array): number {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  return Math.sqrt(samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / samples.length);
}
