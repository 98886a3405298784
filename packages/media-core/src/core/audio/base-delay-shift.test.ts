import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BaseDelayShift } from './base-delay-shift.js';

const TYPICAL_MS = 6;
const BUCKETS = 4;
const BY_MS = 8;

/** Returns the shifts found after the base delay fell by 8 ms. */
function found(delays: readonly number[], baseShift = new BaseDelayShift()): number[] {
  baseShift.begin(BUCKETS, TYPICAL_MS);
  return delays.map((delay) => baseShift.arrived(delay)).filter((buckets) => buckets !== 0);
}

const some = (count: number, delay: number) => Array.from({ length: count }, (_, i) => delay + (i % 3));

describe('BaseDelayShift', () => {
  it('is found when later packets have their usual delay relative to the new base delay', () => {
    assert.deepEqual(found(some(100, TYPICAL_MS - 1)), [BUCKETS]);
  });

  it('is not found when later packets are as slow as before', () => {
    assert.deepEqual(found(some(100, TYPICAL_MS + BY_MS - 1)), []);
  });

  it('is not found before there are enough packets', () => {
    assert.deepEqual(found(some(20, TYPICAL_MS)), []);
  });

  it('adds up several falls in a row', () => {
    const baseShift = new BaseDelayShift();
    found(some(10, TYPICAL_MS - 1), baseShift);
    baseShift.begin(2, TYPICAL_MS + BY_MS);
    const buckets = some(50, TYPICAL_MS - 1).map((delay) => baseShift.arrived(delay));
    assert.deepEqual(
      buckets.filter((one) => one !== 0),
      [BUCKETS + 2],
    );
  });

  it('ignores a fall of one bucket', () => {
    const baseShift = new BaseDelayShift();
    baseShift.begin(1, TYPICAL_MS);
    assert.ok(some(50, TYPICAL_MS - 2).every((delay) => baseShift.arrived(delay) === 0));
  });
});
