import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DelayEstimator } from './delay-estimator.js';
import { random } from '../dsp/signals.testing.js';

/** Adds packets every 20 ms from index `start` on; packet `i` arrives `delayOf(i)` ms after its capture. */
function feed(estimator: DelayEstimator, packets: number, delayOf: (i: number) => number, start = 0): void {
  for (let i = start; i < start + packets; i++) estimator.arrived(i * 20, i * 20 + delayOf(i));
}

describe('DelayEstimator', () => {
  it('measures delays relative to the fastest packet, whatever the clock offset', () => {
    const estimator = new DelayEstimator();
    assert.equal(estimator.delayOf(0, 1e9), 0);
    feed(estimator, 20, (i) => -5_000_000 + (i % 4) * 10);
    assert.equal(estimator.delayOf(1000, 1000 - 5_000_000 + 25), 25);
  });

  it('starts with a margin and drops it later', () => {
    const estimator = new DelayEstimator({ startMs: 60 });
    feed(estimator, 49, () => 30);
    assert.equal(estimator.targetMs, 60);
    feed(estimator, 400, () => 30, 49);
    assert.equal(estimator.targetMs, 2);
  });

  it('trades delay against late packets', () => {
    for (const [msPerLatePercent, latest] of [
      [1, 0],
      [5, 200],
      [25, 200],
    ] as const) {
      const next = random(9);
      const estimator = new DelayEstimator({ msPerLatePercent });
      feed(estimator, 3000, () => 30 + 200 * next());
      assert.ok(Math.abs(estimator.targetMs - latest) < 12, `${msPerLatePercent}: ${estimator.targetMs} ms`);
    }
  });

  it('waits for a short tail but not for stragglers', () => {
    const exponential = (mean: number, seed: number) => {
      const next = random(seed);
      return () => 30 - mean * Math.log(1 - next());
    };
    const estimator = new DelayEstimator();
    feed(estimator, 3000, exponential(10, 4));
    const late = Math.exp(-estimator.targetMs / 10);
    assert.ok(late < 0.011, `${late} late at ${estimator.targetMs} ms`);
    assert.ok(estimator.targetMs < 80, `${estimator.targetMs} ms`);
  });

  it('waits slightly less for a tail if packets are short', () => {
    const meanTarget = (packetMs: number) => {
      const estimator = new DelayEstimator({ packetMs });
      let sum = 0;
      for (let i = 0; i < 6000; i++) {
        // A low-discrepancy sequence, so that the target does not depend on chance.
        const delay = 30 - 10 * Math.log(1 - ((i * 0.618034) % 1));
        estimator.arrived(i * packetMs, i * packetMs + delay);
        sum += estimator.targetMs;
      }
      return sum / 6000;
    };
    const [short, usual] = [meanTarget(10), meanTarget(20)];
    assert.ok(short < usual - 1 && short > usual - 5, `${short} and ${usual} ms`);
  });

  it('ignores single slow packets, at the start too', () => {
    const estimator = new DelayEstimator();
    feed(estimator, 1000, (i) => (i % 100 === 0 ? 200 : 30));
    assert.equal(estimator.targetMs, 2);
  });

  it('ignores packets beyond the maximum delay', () => {
    const estimator = new DelayEstimator();
    feed(estimator, 1000, (i) => (i % 10 === 5 ? 900 : 30));
    assert.equal(estimator.targetMs, 2);
  });

  it('follows a lasting change of the one-way delay', () => {
    for (const after of [10, 300, 2000, -40_000]) {
      const estimator = new DelayEstimator();
      feed(estimator, 500, () => 100);
      feed(estimator, 2500, () => after, 500);
      assert.equal(estimator.delayOf(60_000, 60_000 + after), 0, `to ${after}`);
      assert.ok(estimator.targetMs < 30, `to ${after}: ${estimator.targetMs} ms`);
    }
  });

  it('does not count a clock that lost time as jitter', () => {
    const estimator = new DelayEstimator({ packetMs: 10 });
    const jitter = random(3);
    let slipMs = 0;
    const send = (packets: number, from: number) => {
      for (let i = from; i < from + packets; i++) estimator.arrived(i * 10, i * 10 + 30 - slipMs + 6 * jitter());
    };
    send(1000, 0);
    const calm = estimator.targetMs;
    slipMs = 12;
    send(10, 1000);
    assert.ok(estimator.targetMs >= calm + 10, 'not detected yet');
    send(90, 1010);
    assert.ok(estimator.targetMs <= calm + 2, `${estimator.targetMs} ms after ${calm}`);
  });

  it("keeps the jitter estimate when the sender's clock changes", () => {
    const next = random(9);
    const estimator = new DelayEstimator();
    feed(estimator, 1000, () => 30 + 100 * next());
    estimator.restart();
    feed(estimator, 50, () => 700_000 + 100 * next());
    assert.ok(Math.abs(estimator.targetMs - 100) < 12);
  });

  it('stays within its bounds', () => {
    const times = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(times, times), { maxLength: 100 }), (arrivals) => {
        const estimator = new DelayEstimator({ minMs: 30, maxMs: 300 });
        for (const [captureTime, nowMs] of arrivals) {
          estimator.arrived(captureTime, nowMs);
          assert.ok(estimator.targetMs >= 30 && estimator.targetMs <= 300);
          assert.ok(Number.isFinite(estimator.delayOf(captureTime, nowMs)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
