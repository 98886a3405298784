import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backOffMs } from './back-off.js';

test('delays grow to the cap', () => {
  const bounds = [0, 1, 2, 3, 4, 5, 6, 7].map((attempt) => backOffMs(attempt, 0.9999));
  assert.deepEqual(bounds, [499, 999, 1999, 3999, 7999, 15_998, 19_998, 19_998]);
  assert.equal(backOffMs(5, 0), 0);
});

test('any attempt and chance give a delay within the bounds', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), chance, (attempt, random) => {
      const delay = backOffMs(attempt, random);
      return Number.isInteger(delay) && delay >= 0 && delay < Math.min(20_000, 500 * 2 ** attempt);
    }),
  );
});
