import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EncodeCost, type Speed, SPEEDS } from './encode-cost.js';

const P720 = 1280 * 720;
const P360 = 640 * 360;

/** A device that encodes 720p at speed 8 in `ms`. */
function measured(ms: number, pixels = P720, speed: Speed = 8): EncodeCost {
  const cost = new EncodeCost();
  for (let i = 0; i < 64; i++) cost.record(pixels, speed, ms, i * 33);
  return cost;
}

describe('EncodeCost', () => {
  it('chooses the speed by frame size before the first measurement', () => {
    const cost = new EncodeCost();
    assert.equal(cost.expected(P720, 8, 0), undefined);
    assert.deepEqual([cost.speedFor(P720, 30, undefined, 0), cost.speedFor(P360, 30, undefined, 0)], [6, 4]);
  });

  it('returns the measured cost, with rare slow frames in the 95th percentile only', () => {
    const cost = new EncodeCost();
    for (let i = 0; i < 200; i++) cost.record(P720, 8, i % 16 === 0 ? 30 : 7, i * 33);
    const { meanMs, p95Ms } = cost.expected(P720, 8, 6600) ?? { meanMs: NaN, p95Ms: NaN };
    assert.ok(meanMs > 7 && meanMs < 11);
    assert.equal(p95Ms, 30);
  });

  it('scales to other frame sizes and speeds', () => {
    const cost = measured(8);
    assert.equal(cost.expected(P360, 8, 3000)?.meanMs, 2);
    assert.ok((cost.expected(P720, 4, 3000)?.meanMs ?? 0) > 12);
    assert.ok((cost.expected(P720, 16, 3000)?.meanMs ?? 9) < 6);
  });

  it('uses one warm-up frame as the first estimate', () => {
    const cost = new EncodeCost();
    cost.record(P720, 8, 7, 0);
    assert.deepEqual(cost.expected(P720, 8, 0), { meanMs: 7, p95Ms: 10.5 });
  });

  it('discards old measurements', () => {
    const cost = measured(40);
    for (let i = 0; i < 10; i++) cost.record(P360, 8, 2, 40_000 + i * 33);
    assert.equal(cost.expected(P720, 8, 40_300)?.meanMs, 8);
    cost.record(P720, 8, 9, 40_330);
    assert.equal(cost.expected(P720, 8, 40_330)?.meanMs, 9);
  });

  it('chooses the speed for a fast, an average and a too slow device', () => {
    assert.equal(measured(3).speedFor(P720, 30, undefined, 3000), 4);
    assert.equal(measured(8).speedFor(P720, 30, undefined, 3000), 6);
    assert.equal(measured(18).speedFor(P720, 30, undefined, 3000), 16);
    assert.equal(measured(33).speedFor(P720, 30, undefined, 3000), undefined);
    assert.equal(measured(33).speedFor(P720, 15, undefined, 3000), 16);
  });

  it('keeps the speed while its cost fluctuates', () => {
    let current: Speed | undefined = 8;
    for (let round = 0; round < 20; round++) {
      current = measured(round % 2 ? 13 : 16).speedFor(P720, 30, current, 3000);
      assert.equal(current, 8);
    }
  });

  it('never allows less for a lower frame rate or fewer pixels', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 100, noNaN: true }), fc.constantFrom(...SPEEDS), (ms, speed) => {
        const cost = measured(ms, P720, speed);
        const rank = (pixels: number, rate: number) => {
          const chosen = cost.speedFor(pixels, rate, undefined, 3000);
          return chosen === undefined ? SPEEDS.length : SPEEDS.indexOf(chosen);
        };
        assert.ok(rank(P720, 15) <= rank(P720, 30));
        assert.ok(rank(P360, 30) <= rank(P720, 30));
      }),
    );
  });

  it('keeps the latest few frame sizes', () => {
    const cost = new EncodeCost();
    for (let i = 1; i <= 50; i++) for (let j = 0; j < 6; j++) cost.record(i * 1000, 8, i, i);
    assert.equal(cost.expected(50_000, 8, 50)?.meanMs, 50);
    assert.equal(cost.expected(1000, 8, 50)?.meanMs, 1);
  });
});
