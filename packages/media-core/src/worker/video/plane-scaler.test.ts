import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { i420Frame, lumaPsnr, talkingHead } from '@xmpp-call/wasm-testing';
import { random } from '../../core/dsp/signals.testing.js';
import { FrameScaler } from './frame-scaler.js';
import type { Plane } from './plane.js';
import { PlaneScaler } from './plane-scaler.js';
import { FakeFrame } from '../simulation.testing.js';

const sides = fc.integer({ min: 1, max: 70 });

function plane(width: number, height: number, fill = 0): Plane {
  return { data: new Uint8Array(width * height).fill(fill), offset: 0, stride: width, step: 1, width, height };
}

/** Of a square with that side and corner. */
function meanOf({ data, width }: Plane, left: number, top: number, side: number): number {
  const overlap = (at: number, start: number) => Math.max(0, Math.min(at + 1, start + side) - Math.max(at, start));
  let sum = 0;
  data.forEach((sample, i) => (sum += sample * overlap(i % width, left) * overlap(Math.floor(i / width), top)));
  return sum / side ** 2;
}

describe('plane scaler', () => {
  it('leaves an even plane as it is, whatever the sizes', () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, fc.integer({ min: 0, max: 255 }), (w, h, toW, toH, value) => {
        const to = plane(Math.min(toW, w), Math.min(toH, h));
        new PlaneScaler().scale(plane(w, h, value), to);
        assert.ok(to.data.every((sample) => sample === value));
      }),
    );
  });

  it('averages four samples where the picture is halved', () => {
    const from = { ...plane(4, 2), data: Uint8Array.of(0, 100, 200, 250, 100, 200, 200, 250) };
    const to = plane(2, 1);
    new PlaneScaler().scale(from, to);
    assert.deepEqual(to.data, Uint8Array.of(100, 225));
  });

  it('takes the mean of the area that each sample covers, at four to three and at three to two', () => {
    for (const [many, few] of [
      [4, 3],
      [3, 2],
    ] as const) {
      const next = random(many);
      const from = plane(5 * many, 3 * many);
      from.data.forEach((_, i) => (from.data[i] = 256 * next()));
      const to = plane(5 * few, 3 * few);
      new PlaneScaler().scale(from, to);
      for (let y = 0; y < to.height; y++) {
        for (let x = 0; x < to.width; x++) {
          const seen = to.data[y * to.width + x] ?? 0;
          const mean = meanOf(from, (x * many) / few, (y * many) / few, many / few);
          assert.ok(Math.abs(seen - mean) <= 0.51, `${seen}, not ${mean}`);
        }
      }
    }
  });

  it('keeps a slope a slope, whatever the ratio', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), fc.integer({ min: 2, max: 100 }), (a, b) => {
        const [width, smaller] = [Math.max(a, b), Math.min(a, b)];
        const from = plane(width, 3);
        for (let i = 0; i < from.data.length; i++) from.data[i] = 20 + 2 * (i % width);
        const to = plane(smaller, 3);
        new PlaneScaler().scale(from, to);
        for (let i = 0; i < to.data.length; i++) {
          const expected = 20 + 2 * Math.max(0, ((i % smaller) + 0.5) * (width / smaller) - 0.5);
          assert.ok(
            Math.abs((to.data[i] ?? 0) - Math.min(expected, 18 + 2 * width)) <= 1,
            `${to.data[i]}, not ${expected}`,
          );
        }
      }),
    );
  });

  it('reads interleaved samples', () => {
    const from = { data: Uint8Array.of(10, 0, 20, 0, 30, 0), offset: 0, stride: 6, step: 2, width: 3, height: 1 };
    const to = plane(2, 1);
    new PlaneScaler().scale(from, to);
    assert.deepEqual(to.data, Uint8Array.of(13, 28));
  });
});

describe('picture scaler', () => {
  it('makes the picture that a smaller camera would have made', async () => {
    const large = talkingHead({ width: 640, height: 360, frames: 1 }).frame(0);
    const init = { format: 'I420', codedWidth: 640, codedHeight: 360, timestamp: 0 } as const;
    const frame = FakeFrame.create(large.data, init);
    const image = await new FrameScaler().scale(frame, 320, 180);
    frame.close();
    const small = i420Frame(320, 180, Uint8Array.from(image.data));
    const mean = i420Frame(320, 180);
    for (let y = 0; y < 180; y++) {
      for (let x = 0; x < 320; x++) {
        const at = 2 * y * 640 + 2 * x;
        const four = [0, 1, 640, 641].map((offset) => large.y[at + offset] ?? 0);
        mean.y[y * 320 + x] = Math.round(four.reduce((sum, sample) => sum + sample) / 4);
      }
    }
    assert.ok(lumaPsnr(mean, small) > 50);
  });

  it('keeps colours apart in RGB, and has the browser convert what it does not know', async () => {
    const asked: (VideoFrameCopyToOptions | undefined)[] = [];
    const frameOf = (format: string | null) =>
      ({
        format,
        visibleRect: { width: 4, height: 4 },
        allocationSize: () => 64,
        copyTo: (into: Uint8Array, options?: VideoFrameCopyToOptions) => {
          asked.push(options);
          for (let i = 0; i < 64; i++) into[i] = [10, 100, 200, 255][i % 4] ?? 0;
          return Promise.resolve([{ offset: 0, stride: 16 }]);
        },
      }) as unknown as VideoFrame;
    const scaler = new FrameScaler();
    const { format, data } = await scaler.scale(frameOf('BGRA'), 2, 2);
    assert.equal(format, 'BGRA');
    assert.deepEqual(
      [...data].filter((_, index) => index % 4 < 3),
      Array.from({ length: 4 }, () => [10, 100, 200]).flat(),
    );
    assert.equal((await scaler.scale(frameOf(null), 2, 2)).format, 'RGBA');
    assert.deepEqual(asked, [undefined, { format: 'RGBA', colorSpace: 'srgb' }]);
  });
});
