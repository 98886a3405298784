import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DelayHistogram } from './delay-histogram.js';

const MS_PER_SHARE = 2000;

/** What is waited for where all packets but a share of `late` come without delay, and those after `delayMs`. */
function best(late: number, delayMs: number): number {
  const histogram = new DelayHistogram(100);
  histogram.add(0, 1);
  histogram.add(delayMs, late);
  return histogram.best(MS_PER_SHARE);
}

describe('DelayHistogram', () => {
  it('weighs waiting for packets against what they cost if they come far too late', () => {
    assert.equal(best(0.01, 15), 16);
    assert.equal(best(0.005, 15), 2);
    assert.equal(best(0.025, 45), 46);
    assert.equal(best(0.02, 45), 2);
  });

  it('spares those that are late by little some of it', () => {
    assert.equal(best(0.0025, 3), 2, '2 ms more against 5 that would be late by 1 ms on the average');
    assert.equal(best(0.0035, 3), 4);
  });

  it('has what leaves it count at its ends', () => {
    const histogram = new DelayHistogram(20);
    histogram.add(10, 1);
    histogram.shift(-50);
    assert.equal(histogram.median, 0);
    histogram.shift(50);
    assert.equal(histogram.median, 20);
  });
});
