import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Admission, type AdmissionRules, Deadline } from './deadline.js';

const RULES: AdmissionRules = {
  frameRate: Infinity,
  carrierIntervalMs: 1000 / 30,
  expectedMs: 8,
  skipFrame: false,
};

const at = (arrivedAt: number, keyFrame = false) => ({ arrivedAt, keyFrame });
const told = (admission: Admission) => (admission.encode ? 'encode' : admission.reason);

/** A serial encoder under 30 carriers/s that takes `costMs` for each: what became of each carrier. */
function serve(seconds: number, costMs: (i: number) => number, expectedMs: (i: number) => number, rules = RULES) {
  const deadline = new Deadline();
  const fates: string[] = [];
  const latencies: number[] = [];
  let idleAt = 0;
  for (let i = 0; i < seconds * 30; i++) {
    const carrier = at((i * 1000) / 30);
    const now = Math.max(idleAt, carrier.arrivedAt);
    const applied = { ...rules, expectedMs: expectedMs(i) };
    const admission = deadline.admit(carrier, applied, now);
    fates.push(told(admission));
    if (!admission.encode) continue;
    idleAt = now + costMs(i);
    latencies.push(idleAt - carrier.arrivedAt);
    deadline.finished(carrier, applied, idleAt);
  }
  return { deadline, fates, latencies, overloaded: deadline.isOverloaded(seconds * 1000) };
}

const count = (fates: readonly string[], fate: string) => fates.filter((each) => each === fate).length;

describe('deadline', () => {
  it('fills every carrier that can be filled in time', () => {
    const { fates, overloaded } = serve(
      10,
      () => 12,
      () => 14,
    );
    assert.equal(count(fates, 'encode'), 300);
    assert.equal(overloaded, false);
  });

  it('drops carriers rather than fall behind, and reports the overload', () => {
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

  it('tries again each half second though it expects to be late', () => {
    const { fates } = serve(
      5,
      () => 20,
      (i) => (i < 60 ? 400 : 10),
    );
    assert.equal(count(fates.slice(0, 60), 'encode'), 4);
    assert.equal(count(fates.slice(61), 'encode'), 89);
  });

  it('forgets an overload', () => {
    const { deadline } = serve(
      8,
      () => 60,
      () => 65,
    );
    assert.equal(deadline.isOverloaded(8000), true);
    assert.equal(deadline.isOverloaded(20_000), false);
  });

  it('takes a call that begins slowly for no overload', () => {
    const slowUntil = (carriers: number) => (index: number) => (index < carriers ? 120 : 8);
    for (const seconds of [3, 6, 9]) {
      const { fates, overloaded } = serve(seconds, () => 9, slowUntil(60));
      assert.ok(count(fates.slice(0, 60), 'encode') < 30);
      assert.equal(overloaded, false, `${seconds} s`);
    }
    assert.equal(serve(9, () => 9, slowUntil(240)).overloaded, true);
  });

  it('gives the key frame of a dropped carrier to the next that is filled', () => {
    const deadline = new Deadline();
    assert.equal(told(deadline.admit(at(0, true), { ...RULES, skipFrame: true }, 0)), 'pacer');
    assert.equal(told(deadline.admit(at(33), RULES, 200)), 'deadline');
    assert.deepEqual(deadline.admit(at(200), RULES, 201), { encode: true, keyFrame: true });
    assert.deepEqual(deadline.admit(at(233), RULES, 234), { encode: true, keyFrame: false });
    deadline.requireKeyFrame();
    assert.deepEqual(deadline.admit(at(266), RULES, 267), { encode: true, keyFrame: true });
  });

  it('does not hold a key frame back for the frame rate', () => {
    const deadline = new Deadline();
    const slow = { ...RULES, frameRate: 1 };
    const fates = [0, 33, 66, 100].map((time, i) => told(deadline.admit(at(time, i === 3), slow, time)));
    assert.deepEqual(fates, ['encode', 'encode', 'frame-rate', 'encode']);
  });

  for (const frameRate of [5, 10, 15, 20, 24, 30]) {
    it(`thins 30 carriers/s out to ${frameRate}, evenly and in spite of jitter`, () => {
      const deadline = new Deadline();
      const jitter = [0, 11, 3, 14, 6, 0, 9];
      const kept: number[] = [];
      for (let i = 0; i < 600; i++) {
        const time = (i * 1000) / 30 + (jitter[i % jitter.length] ?? 0);
        if (deadline.admit(at(time), { ...RULES, frameRate }, time).encode) kept.push(time);
      }
      assert.ok(kept.length >= 20 * frameRate - 1 && kept.length <= 20 * frameRate * 1.06 + 2, `${kept.length}`);
      const gaps = kept.slice(1).map((time, i) => time - (kept[i] ?? 0));
      assert.ok(Math.max(...gaps) <= 1000 / frameRate + 52, `${Math.max(...gaps)} ms`);
    });
  }

  it('answers each carrier, keeps its promise of key frames and never dies, whatever happens', () => {
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
        const deadline = new Deadline();
        let time = 0;
        let owed = false;
        for (const { gap, lag, keyFrame, ...rules } of steps) {
          time += gap;
          owed ||= keyFrame;
          const admission = deadline.admit(at(time, keyFrame), { ...RULES, ...rules }, time + lag);
          if (!admission.encode) continue;
          assert.equal(admission.keyFrame, owed);
          owed = false;
        }
        time += 1000;
        assert.ok(deadline.admit(at(time), { ...RULES, expectedMs: 1000 }, time).encode);
      }),
    );
  });
});
