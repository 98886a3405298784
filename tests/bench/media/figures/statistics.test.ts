import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mean, median, quantile, slope } from './statistics.js';

describe('statistics', () => {
  it('finds the middle', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.ok(Number.isNaN(median([])));
  });

  it('interpolates quantiles', () => {
    assert.equal(quantile([0, 10, 20, 30, 40], 0.95), 38);
    assert.equal(quantile([5], 0.95), 5);
  });

  it('finds a slope', () => {
    const points = [1, 2, 3, 4].map((x) => ({ x, y: 7 + 3 * x }));
    assert.equal(slope(points), 3);
    assert.equal(mean(points.map(({ y }) => y)), 14.5);
  });
});
