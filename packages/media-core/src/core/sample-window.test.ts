import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SampleWindow } from './sample-window.js';

describe('SampleWindow', () => {
  it('has no quantiles without values', () => {
    const { size, median, mean } = new SampleWindow(4);
    assert.deepEqual([size, median, mean], [0, undefined, undefined]);
  });

  it('returns quantiles by nearest rank', () => {
    const window = new SampleWindow(100);
    for (let i = 100; i >= 1; i--) window.add(i);
    assert.deepEqual(
      [0, 0.5, 0.95, 1].map((share) => window.quantile(share)),
      [1, 50, 95, 100],
    );
    assert.equal(window.mean, 50.5);
  });

  it('keeps exactly the latest values', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 20 }),
        fc.double({ noNaN: true, min: 0, max: 1 }),
        (all, n, share) => {
          const window = new SampleWindow(n);
          for (const value of all) window.add(value);
          const kept = all.slice(-n).sort((a, b) => a - b);
          const quantile = window.quantile(share) ?? NaN;
          assert.equal(window.size, kept.length);
          assert.ok(kept.filter((value) => value <= quantile).length >= share * kept.length);
          assert.ok(kept.filter((value) => value < quantile).length < Math.max(share * kept.length, 1));
          assert.ok(Math.abs((window.mean ?? NaN) - kept.reduce((sum, value) => sum + value, 0) / kept.length) < 1e-6);
        },
      ),
    );
  });

  it('is empty after it is cleared', () => {
    const window = new SampleWindow(3);
    window.add(1);
    window.clear();
    window.add(5);
    assert.equal(window.median, 5);
    assert.equal(window.size, 1);
  });
});
