import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DelayHistogram } from './delay-histogram.js';

const MS_PER_SHARE = 2000;

/** Target for packets without delay, of which a share of `late` is delayed by `delayMs`. */
function best(late: number, delayMs: number): number {
  const histogram = new DelayHistogram(100);
  histogram.add(0, 1);
  histogram.add(delayMs, late);
  return histogram.cheapestMs(MS_PER_SHARE);
}

describe('DelayHistogram', () => {
  it('trades delay against the cost of packets that are late by 10 ms or more', () => {
    assert.equal(best(0.01, 15), 16);
    assert.equal(best(0.005, 15), 2);
    assert.equal(best(0.025, 45), 46);
    assert.equal(best(0.02, 45), 2);
  });

  it('reduces the cost of packets that are late by less', () => {
    assert.equal(best(0.0025, 3), 2, '2 ms of delay cost more than 0.25 % of packets that are late by 1 ms on average');
    assert.equal(best(0.0035, 3), 4);
  });

  it('counts shifted delays beyond its range at its ends', () => {
    const histogram = new DelayHistogram(20);
    histogram.add(10, 1);
    histogram.shift(-50);
    assert.equal(histogram.median, 0);
    histogram.shift(50);
    assert.equal(histogram.median, 20);
  });
});
