import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type CarrierDecision, type DeadlineRules, EncodeDeadline } from './encode-deadline.js';

const RULES: DeadlineRules = {
  frameRate: Infinity,
  carrierIntervalMs: 1000 / 30,
  expectedMs: 8,
  skipFrame: false,
};

const at = (arrivedAt: number, keyFrame = false) => ({ arrivedAt, keyFrame });
const told = (admission: CarrierDecision) => (admission.encode ? 'encode' : admission.reason);

/** Runs a serial encoder that takes `costMs` per frame on 30 carriers/s; returns the outcome for each carrier. */
function serve(seconds: number, costMs: (i: number) => number, expectedMs: (i: number) => number, rules = RULES) {
  const deadline = new EncodeDeadline();
  const fates: string[] = [];
  const latencies: number[] = [];
  let idleAt = 0;
  for (let i = 0; i < seconds * 30; i++) {
    const carrier = at((i * 1000) / 30);
    const now = Math.max(idleAt, carrier.arrivedAt);
    const applied = { ...rules, expectedMs: expectedMs(i) };
    const admission = deadline.decide(carrier, applied, now);
    fates.push(told(admission));
    if (!admission.encode) continue;
    idleAt = now + costMs(i);
    latencies.push(idleAt - carrier.arrivedAt);
    deadline.finished(carrier, applied, idleAt);
  }
  return { deadline, fates, latencies, overloaded: deadline.isOverloaded(seconds * 1000) };
}

const count = (fates: readonly string[], fate: string) => fates.filter((each) => each === fate).length;

describe('EncodeDeadline', () => {
  it('fills every carrier while encoding is fast enough', () => {
    const { fates, overloaded } = serve(
      10,
      () => 12,
      () => 14,
    );
    assert.equal(count(fates, 'encode'), 300);
    assert.equal(overloaded, false);
  });

  it('drops carriers instead of falling behind, and reports the overload', () => {
    const { fates, latencies, overloaded } = serve(
      10,
      () => 55,
      () => 60,
    );
    assert.ok(count(fates, 'encode') > 100 && count(fates, 'deadline') > 90);
    assert.ok(Math.max(...latencies) <= 2000 / 30 + 1);
    assert.equal(overloaded, true);
  });

  it('catches up after one slow frame', () => {
    const { fates, overloaded } = serve(
      5,
      (i) => (i === 60 ? 250 : 8),
      () => 9,
    );
    assert.ok(count(fates, 'deadline') >= 4 && count(fates, 'deadline') <= 8);
    assert.ok(fates.slice(70).every((fate) => fate === 'encode'));
    assert.equal(overloaded, false);
  });

  it('tries a frame every 500 ms even if it is expected to be late', () => {
    const { fates } = serve(
      5,
      () => 20,
      (i) => (i < 60 ? 400 : 10),
    );
    assert.equal(count(fates.slice(0, 60), 'encode'), 4);
    assert.equal(count(fates.slice(61), 'encode'), 89);
  });

  it('recovers from an overload', () => {
    const { deadline } = serve(
      8,
      () => 60,
      () => 65,
    );
    assert.equal(deadline.isOverloaded(8000), true);
    assert.equal(deadline.isOverloaded(20_000), false);
  });

  it('does not report an overload for a slow start of the call', () => {
    const slowUntil = (carriers: number) => (index: number) => (index < carriers ? 120 : 8);
    for (const seconds of [3, 6, 9]) {
      const { fates, overloaded } = serve(seconds, () => 9, slowUntil(60));
      assert.ok(count(fates.slice(0, 60), 'encode') < 30);
      assert.equal(overloaded, false, `${seconds} s`);
    }
    assert.equal(serve(9, () => 9, slowUntil(240)).overloaded, true);
  });

  it('moves the key frame of a dropped carrier to the next filled one', () => {
    const deadline = new EncodeDeadline();
    assert.equal(told(deadline.decide(at(0, true), { ...RULES, skipFrame: true }, 0)), 'pacer');
    assert.equal(told(deadline.decide(at(33), RULES, 200)), 'deadline');
    assert.deepEqual(deadline.decide(at(200), RULES, 201), { encode: true, keyFrame: true });
    assert.deepEqual(deadline.decide(at(233), RULES, 234), { encode: true, keyFrame: false });
    deadline.requireKeyFrame();
    assert.deepEqual(deadline.decide(at(266), RULES, 267), { encode: true, keyFrame: true });
  });

  it('does not delay a key frame for the frame rate', () => {
    const deadline = new EncodeDeadline();
    const slow = { ...RULES, frameRate: 1 };
    const fates = [0, 33, 66, 100].map((time, i) => told(deadline.decide(at(time, i === 3), slow, time)));
    assert.deepEqual(fates, ['encode', 'encode', 'frame-rate', 'encode']);
  });

  for (const frameRate of [5, 10, 15, 20, 24, 30]) {
    it(`reduces 30 carriers/s to ${frameRate} frames/s evenly, with jitter`, () => {
      const deadline = new EncodeDeadline();
      const jitter = [0, 11, 3, 14, 6, 0, 9];
      const kept: number[] = [];
      for (let i = 0; i < 600; i++) {
        const time = (i * 1000) / 30 + (jitter[i % jitter.length] ?? 0);
        if (deadline.decide(at(time), { ...RULES, frameRate }, time).encode) kept.push(time);
      }
      assert.ok(kept.length >= 20 * frameRate - 1 && kept.length <= 20 * frameRate * 1.06 + 2, `${kept.length}`);
      const gaps = kept.slice(1).map((time, i) => time - (kept[i] ?? 0));
      assert.ok(Math.max(...gaps) <= 1000 / frameRate + 52, `${Math.max(...gaps)} ms`);
    });
  }

  it('answers every carrier and never loses a key frame, for any trace', () => {
    const step = fc.record({
      gap: fc.integer({ min: 0, max: 200 }),
      lag: fc.integer({ min: 0, max: 300 }),
      keyFrame: fc.boolean(),
      skipFrame: fc.boolean(),
      expectedMs: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
      frameRate: fc.constantFrom(1, 15, 30, Infinity),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const deadline = new EncodeDeadline();
        let time = 0;
        let owed = false;
        for (const { gap, lag, keyFrame, ...rules } of steps) {
          time += gap;
          owed ||= keyFrame;
          const admission = deadline.decide(at(time, keyFrame), { ...RULES, ...rules }, time + lag);
          if (!admission.encode) continue;
          assert.equal(admission.keyFrame, owed);
          owed = false;
        }
        time += 1000;
        assert.ok(deadline.decide(at(time), { ...RULES, expectedMs: 1000 }, time).encode);
      }),
    );
  });
});
