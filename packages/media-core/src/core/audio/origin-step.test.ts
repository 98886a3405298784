import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OriginStep } from './origin-step.js';

const TYPICAL_MS = 6;
const BUCKETS = 4;
const BY_MS = 8;

/** What is found after the origin has come down by 8 ms. */
function found(delays: readonly number[], step = new OriginStep()): number[] {
  step.begin(BUCKETS, TYPICAL_MS);
  return delays.map((delay) => step.arrived(delay)).filter((buckets) => buckets !== 0);
}

const some = (count: number, delay: number) => Array.from({ length: count }, (_, i) => delay + (i % 3));

describe('when the fastest packet is faster than before', () => {
  it('all are where delays are as usual from then on', () => {
    assert.deepEqual(found(some(100, TYPICAL_MS - 1)), [BUCKETS]);
  });

  it('it alone is where the others are as late as ever', () => {
    assert.deepEqual(found(some(100, TYPICAL_MS + BY_MS - 1)), []);
  });

  it('nothing is said of it before there were packets enough', () => {
    assert.deepEqual(found(some(20, TYPICAL_MS)), []);
  });

  it('steps in a row are one', () => {
    const step = new OriginStep();
    found(some(10, TYPICAL_MS - 1), step);
    step.begin(2, TYPICAL_MS + BY_MS);
    const buckets = some(50, TYPICAL_MS - 1).map((delay) => step.arrived(delay));
    assert.deepEqual(
      buckets.filter((one) => one !== 0),
      [BUCKETS + 2],
    );
  });

  it('a step that is hardly one is of no interest', () => {
    const step = new OriginStep();
    step.begin(1, TYPICAL_MS);
    assert.ok(some(50, TYPICAL_MS - 2).every((delay) => step.arrived(delay) === 0));
  });
});
