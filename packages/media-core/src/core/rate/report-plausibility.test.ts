import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReportPlausibility } from './report-plausibility.js';

const GOOD = { queueDelayMs: 5, lossFraction: 0 };
const FULL = { queueDelayMs: 300, lossFraction: 0 };
const UNCONGESTED = { lossFraction: 0, roundTripRiseMs: 5 };
const LOSSY = { lossFraction: 0.3, roundTripRiseMs: 5 };

describe('ReportPlausibility', () => {
  it('accepts reports that RTCP confirms or does not contradict', () => {
    const plausibility = new ReportPlausibility();
    for (let now = 0; now < 20_000; now += 100) {
      assert.ok(plausibility.isPlausible(GOOD, UNCONGESTED, now));
      assert.ok(plausibility.isPlausible(FULL, LOSSY, now));
      assert.ok(plausibility.isPlausible(FULL, { lossFraction: undefined, roundTripRiseMs: undefined }, now));
      assert.ok(plausibility.isPlausible(FULL, { lossFraction: 0, roundTripRiseMs: 80 }, now), 'a risen round trip');
    }
  });

  for (const [name, claim, measured] of [
    ['no congestion claimed during loss', GOOD, LOSSY],
    ['a queue claimed without congestion', FULL, UNCONGESTED],
  ] as const) {
    it(`rejects reports after seconds of ${name}, and accepts later ones`, () => {
      const plausibility = new ReportPlausibility();
      const at = (now: number) => plausibility.isPlausible(claim, measured, now);
      for (let now = 0; now < 6000; now += 100) assert.ok(at(now));
      assert.ok(!at(6000));
      assert.ok(
        plausibility.isPlausible({ queueDelayMs: 75, lossFraction: 0 }, measured, 6100),
        'neither good nor bad',
      );
      assert.ok(!at(6200), 'does not clear the contradictions before');
      assert.ok(at(9000));
    });
  }
});
