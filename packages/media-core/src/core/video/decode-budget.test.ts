import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DecodeBudget } from './decode-budget.js';

/** Decodes 30 frames/s that take `ms` each, while the budget allows; returns the frames decoded in each second. */
function decode(budget: DecodeBudget, ms: number, seconds: number): number[] {
  const decoded: number[] = [];
  let now = 0;
  for (let second = 1; second <= seconds; second++) {
    let frames = 0;
    for (let due = (second - 1) * 1000; due < second * 1000; due += 1000 / 30) {
      now = Math.max(now, due);
      if (budget.isExhausted(now)) continue;
      now += ms;
      budget.spent(ms, now);
      frames++;
    }
    decoded.push(frames);
  }
  return decoded;
}

describe('DecodeBudget', () => {
  it('allows decoding that takes less than half of the time', () => {
    const budget = new DecodeBudget();
    assert.ok(decode(budget, 15, 5).every((frames) => frames >= 29));
    assert.equal(budget.isOverloaded(5000), false);
  });

  it('limits frames of 50 ms to half of the time and reports the overload', () => {
    const budget = new DecodeBudget();
    const decoded = decode(budget, 50, 10);
    assert.ok(
      decoded.every((frames) => frames * 50 < 750),
      decoded.join(', '),
    );
    assert.ok(budget.isOverloaded(10_000));
  });

  it('tolerates a short period of slow decoding', () => {
    const budget = new DecodeBudget();
    budget.spent(400, 1000);
    assert.ok(budget.isExhausted(1100));
    assert.ok(!budget.isExhausted(1800));
    assert.equal(budget.isOverloaded(1800), false);
    budget.spent(200, 2000);
    budget.reset();
    assert.ok(!budget.isExhausted(2000));
  });

  it('tolerates a clock that is set back', () => {
    const budget = new DecodeBudget();
    budget.spent(-5000, 1000);
    budget.spent(10, 500);
    assert.ok(!budget.isExhausted(500));
  });
});
