import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Capture, maxUsefulBitrate, rungsOf } from './quality-rungs.js';
import { MAX_PIXELS } from './frame-size-limit.js';

const shown = (capture: Capture) =>
  rungsOf(capture).map(({ width, height, frameRate }) => `${width}x${height}@${frameRate}`);

const captures: fc.Arbitrary<Capture> = fc.record({
  width: fc.integer({ min: 2, max: 4096 }),
  height: fc.integer({ min: 2, max: 4096 }),
  frameRate: fc.integer({ min: 1, max: 60 }),
  content: fc.constantFrom('motion', 'detail'),
});

it('maxUsefulBitrate is four times the bitrate of the capture, and grows with its size', () => {
  assert.equal(maxUsefulBitrate({ width: 640, height: 360, frameRate: 30, content: 'motion' }), 1_000_000);
  fc.assert(
    fc.property(captures, (capture) => {
      const limit = maxUsefulBitrate(capture);
      return Number.isFinite(limit) && rungsOf(capture).every(({ bitrate }) => limit >= 4 * bitrate);
    }),
  );
});

describe('rungs', () => {
  it('of a camera reduce the size first, and the frame rate last', () => {
    assert.deepEqual(shown({ width: 1280, height: 720, frameRate: 30, content: 'motion' }), [
      '1280x720@30',
      '960x540@30',
      '640x360@30',
      '480x270@30',
      '480x270@20',
      '320x180@30',
      '320x180@20',
      '320x180@15',
      '320x180@10',
    ]);
  });

  it('of a portrait camera, of 4:3 and of odd sizes keep the aspect ratio', () => {
    const upright = shown({ width: 720, height: 1280, frameRate: 25, content: 'motion' });
    assert.deepEqual(upright.slice(0, 3), ['720x1280@25', '540x960@25', '360x640@25']);
    const vga = shown({ width: 640, height: 480, frameRate: 30, content: 'motion' });
    assert.deepEqual(vga.slice(0, 3), ['640x480@30', '480x360@30', '360x270@30']);
    assert.equal(shown({ width: 333, height: 217, frameRate: 30, content: 'motion' })[0], '332x216@30');
  });

  it('of a 4K camera start at 1080p30', () => {
    assert.equal(shown({ width: 3840, height: 2160, frameRate: 60, content: 'motion' })[0], '1920x1080@30');
  });

  it('of a screen reduce only the frame rate', () => {
    assert.deepEqual(
      shown({ width: 1680, height: 1050, frameRate: 30, content: 'detail' }),
      [30, 15, 10, 5, 3, 1].map((rate) => `1680x1050@${rate}`),
    );
  });

  it('never exceed the maximum frame size', () => {
    const screen = shown({ width: 2560, height: 1440, frameRate: 30, content: 'detail' });
    assert.deepEqual(
      screen,
      [30, 15, 10, 5, 3, 1].map((rate) => `1920x1080@${rate}`),
    );

    const wide = rungsOf({ width: 5120, height: 1440, frameRate: 30, content: 'motion' });
    assert.ok(wide.every(({ width, height }) => width * height <= MAX_PIXELS));
  });

  it('are even, within the captured size, keep the aspect ratio and have falling bitrates', () => {
    fc.assert(
      fc.property(captures, (capture) => {
        const rungs = rungsOf(capture);
        assert.ok(rungs.length > 0);
        rungs.forEach((rung, i) => {
          assert.equal((rung.width % 2) + (rung.height % 2), 0);
          assert.ok(rung.width >= 2 && rung.width <= capture.width);
          assert.ok(rung.height >= 2 && rung.height <= capture.height);
          assert.ok(rung.frameRate > 0 && rung.frameRate <= Math.min(capture.frameRate, 30));
          assert.ok(i === 0 || rung.bitrate < (rungs[i - 1]?.bitrate ?? 0));
          const scale = Math.max(rung.width / capture.width, rung.height / capture.height);
          assert.ok(Math.abs(rung.width - scale * capture.width) <= 3 + 2 * (capture.width / capture.height));
        });
      }),
    );
  });
});
