import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClockMapping } from './clock-mapping.js';
import { random } from '../dsp/signals.testing.js';

/** Offset of the receiver's clock at the start. */
const AHEAD_MS = 5000;
const SPACING_MS = 10;

/** Sends messages for `ms` from `from` on; `lateOf` returns how late each is received. */
function feed(clocks: ClockMapping, from: number, ms: number, lateOf: (at: number) => number): number {
  let at = from;
  for (; at < from + ms; at += SPACING_MS) clocks.add(at, at + AHEAD_MS + lateOf(at));
  return at;
}

/** Measured offset of the receiver's clock [ms]. */
const aheadBy = (clocks: ClockMapping) => -(clocks.toSender(0) ?? NaN);

describe('ClockMapping', () => {
  it('is unknown before the first message', () => {
    assert.equal(new ClockMapping().toSender(7), undefined);
  });

  it('uses nearly the fastest messages', () => {
    const clocks = new ClockMapping();
    const jitter = random(3);
    feed(clocks, 0, 3000, () => 10 * jitter());
    assert.ok(aheadBy(clocks) > AHEAD_MS && aheadBy(clocks) < AHEAD_MS + 1, `${aheadBy(clocks)}`);
  });

  it("follows a receiver's clock that loses time permanently", () => {
    const clocks = new ClockMapping();
    const jitter = random(4);
    const at = feed(clocks, 0, 3000, () => 3 * jitter());
    feed(clocks, at, 6 * SPACING_MS, () => 3 * jitter() - 20);
    assert.ok(aheadBy(clocks) < AHEAD_MS - 16, `${aheadBy(clocks)}`);
  });

  it('ignores a receiver that stalls for a moment', () => {
    const clocks = new ClockMapping();
    const jitter = random(5);
    const at = feed(clocks, 0, 3000, () => 3 * jitter());
    const stallEnd = feed(clocks, at, 3 * SPACING_MS, (now) => at - now - SPACING_MS);
    assert.ok(aheadBy(clocks) > AHEAD_MS - 1, `${aheadBy(clocks)}`);
    feed(clocks, stallEnd, 3000, () => 3 * jitter());
    assert.ok(aheadBy(clocks) > AHEAD_MS - 1);
  });

  it('follows clock drift, also with few messages', () => {
    const clocks = new ClockMapping();
    feed(clocks, 0, 60_000, (at) => at * 200e-6);
    assert.ok(Math.abs(aheadBy(clocks) - AHEAD_MS - 12) < 1, `${aheadBy(clocks)}`);
    for (let at = 60_000; at < 120_000; at += 400) clocks.add(at, at + AHEAD_MS + at * 200e-6);
    assert.ok(Math.abs(aheadBy(clocks) - AHEAD_MS - 24) < 1, `${aheadBy(clocks)}`);
  });
});
