import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameClock } from './frame-clock.js';
import { assertCodecError } from './streams.testing.js';

const take = (clock: FrameClock, count: number): number[] => Array.from({ length: count }, () => clock.next());

describe('frame times', () => {
  it('follow from the frame rate without drifting', () => {
    assert.deepEqual(take(new FrameClock(30), 4), [0, 3000, 6000, 9000]);
    const seventh = new FrameClock(7);
    assert.deepEqual(take(seventh, 8), [0, 12857, 25714, 38571, 51428, 64285, 77142, 90000]);
    assert.equal(seventh.duration, 12857);
    assert.equal(take(new FrameClock(29.97), 2998).at(-1), 9_000_000);
  });

  it('go on when the rate changes', () => {
    const clock = new FrameClock(30);
    take(clock, 3);
    clock.setFramesPerSecond(10);
    assert.deepEqual(take(clock, 3), [9000, 18000, 27000]);
    assert.equal(clock.duration, 9000);
  });

  it('follow timestamps, and go on from them', () => {
    const clock = new FrameClock(30);
    assert.equal(clock.next(1_000_000), 90_000);
    assert.equal(clock.next(1_033_333), 92_999);
    assert.deepEqual(take(clock, 2), [95_999, 98_999]);
  });

  it('never go back or stand', () => {
    const clock = new FrameClock(30);
    clock.next(1_000_000);
    for (const wrong of [1_000_000, 999_999, 1_000_005, Number.NaN, Number.POSITIVE_INFINITY]) {
      assertCodecError(() => clock.next(wrong), 'invalid-argument');
    }
    assert.equal(clock.next(1_000_020), 90_001);
  });
});
