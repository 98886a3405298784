import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ReportTrust } from './report-trust.js';

const GOOD = { queueDelayMs: 5, lossFraction: 0 };
const FULL = { queueDelayMs: 300, lossFraction: 0 };
const CALM = { lossFraction: 0, roundTripRiseMs: 5 };
const LOSSY = { lossFraction: 0.3, roundTripRiseMs: 5 };

describe('trust in reports', () => {
  it('holds as long as RTCP says the same, or nothing', () => {
    const trust = new ReportTrust();
    for (let now = 0; now < 20_000; now += 100) {
      assert.ok(trust.isBelieved(GOOD, CALM, now));
      assert.ok(trust.isBelieved(FULL, LOSSY, now));
      assert.ok(trust.isBelieved(FULL, { lossFraction: undefined, roundTripRiseMs: undefined }, now));
      assert.ok(trust.isBelieved(FULL, { lossFraction: 0, roundTripRiseMs: 80 }, now), 'a round trip that has grown');
    }
  });

  for (const [name, claim, measured] of [
    ['a good way that is a bad one', GOOD, LOSSY],
    ['a queue that is none', FULL, CALM],
  ] as const) {
    it(`ends after seconds of ${name}, and comes back`, () => {
      const trust = new ReportTrust();
      const at = (now: number) => trust.isBelieved(claim, measured, now);
      for (let now = 0; now < 6000; now += 100) assert.ok(at(now));
      assert.ok(!at(6000));
      assert.ok(trust.isBelieved({ queueDelayMs: 75, lossFraction: 0 }, measured, 6100), 'neither good nor bad');
      assert.ok(!at(6200), 'which does not make up for the others');
      assert.ok(at(9000));
    });
  }
});
