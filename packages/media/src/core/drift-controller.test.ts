import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DriftController } from './drift-controller.js';
import { random } from './signals.testing.js';

/** A read of 20 ms, a block of 10 ms and 10 ms of jitter. */
const TARGET = 1920;

interface Trace {
  /** By how much the source runs faster than the consumer. */
  readonly skewPpm: number;
  readonly seconds: number;
  /** Most that a block of the source arrives late, in ms. */
  readonly jitterMs?: number;
  /** From and to, in s: blocks recorded meanwhile are delivered at its end. */
  readonly stall?: readonly [number, number];
  /** Whether `surplus` is taken out. */
  readonly trim?: boolean;
  readonly startLevel?: number;
}

/** A source writing blocks of 10 ms, a consumer reading 960 samples every 20 ms; gives one row per read. */
function run(trace: Trace) {
  const { skewPpm, seconds, jitterMs = 0, stall, trim = false, startLevel = TARGET } = trace;
  const next = random(3);
  const controller = new DriftController({ target: TARGET });
  const period = 10 / (1 + skewPpm / 1e6);
  const rows: { time: number; level: number; ratio: number; surplus: number }[] = [];
  let level = startLevel;
  let lastWrite = 0;
  let recorded = period;
  const delivery = () => {
    const late = recorded + jitterMs * next();
    return stall && late > stall[0] * 1000 && late < stall[1] * 1000 ? stall[1] * 1000 : late;
  };
  let due = delivery();
  for (let now = 15; now < seconds * 1000; now += 20) {
    while (due <= now) {
      level += 480;
      lastWrite = due;
      recorded += period;
      due = Math.max(due, delivery());
    }
    const ratio = controller.update(level, now, lastWrite);
    const { surplus } = controller;
    rows.push({ time: now / 1000, level, ratio, surplus });
    if (trim && surplus > 0) {
      level -= surplus;
      controller.adjusted(-surplus);
    }
    level = Math.max(0, level - 960 * ratio);
  }
  return { rows, controller };
}

const ppm = (ratio: number) => (ratio - 1) * 1e6;
const after = <T extends { time: number }>(rows: readonly T[], seconds: number) => rows.filter((r) => r.time > seconds);

describe('DriftController', () => {
  for (const skewPpm of [-200, -20, 0, 20, 200]) {
    it(`learns a skew of ${skewPpm} ppm and holds the level without hunting`, () => {
      const { rows, controller } = run({ skewPpm, seconds: 180, jitterMs: 4 });
      const settled = after(rows, 60);
      const ratios = settled.map((row) => ppm(row.ratio));
      const mean = ratios.reduce((sum, value) => sum + value, 0) / ratios.length;
      const spread = Math.sqrt(ratios.reduce((sum, value) => sum + (value - mean) ** 2, 0) / ratios.length);
      assert.ok(Math.abs(mean - skewPpm) < 5, `mean ${mean}`);
      assert.ok(spread < 90, `spread ${spread}`);
      assert.ok(Math.abs(controller.skewPpm - skewPpm) < 30, `learned ${controller.skewPpm}`);
      // The blocks under way and the jitter leave 10 ms + 4 ms of play around the target.
      for (const { level } of settled) assert.ok(level > TARGET - 700 && level < TARGET + 300, `level ${level}`);
    });
  }

  it('settles within 25 s from a level that is 20 ms off, with little overshoot', () => {
    for (const startLevel of [TARGET + 960, TARGET - 960]) {
      const { rows } = run({ skewPpm: 100, seconds: 60, startLevel });
      assert.ok(after(rows, 25).every((row) => Math.abs(ppm(row.ratio) - 100) < 400));
      const sign = Math.sign(startLevel - TARGET);
      const overshoot = Math.max(...rows.map((row) => -sign * (row.level - TARGET)));
      assert.ok(after(rows, 25).every((row) => row.level > TARGET - 700 && row.level < TARGET + 300));
      assert.ok(overshoot < 700, `overshoot ${overshoot}`);
    }
  });

  it('never leaves 1 ± 0.3 %', () => {
    for (const skewPpm of [-20_000, 20_000]) {
      const { rows } = run({ skewPpm, seconds: 20 });
      assert.ok(rows.every((row) => Math.abs(ppm(row.ratio)) <= 3000.001));
      assert.ok(Math.abs(ppm(rows.at(-1)?.ratio ?? 1)) > 2900);
    }
  });

  it('reports what a stalled source leaves over, once, and not a short burst', () => {
    const { rows, controller } = run({ skewPpm: 50, seconds: 90, stall: [30, 30.2], trim: true });
    const trims = rows.filter((row) => row.surplus > 0);
    assert.equal(trims.length, 1);
    const [trim] = trims;
    assert.ok(trim && trim.time < 32.5);
    assert.ok(Math.abs(trim.surplus - 0.2 * 48_000) < 1500, `surplus ${trim.surplus}`);
    assert.ok(Math.abs(controller.skewPpm - 50) < 60, `learned ${controller.skewPpm}`);
    assert.ok(after(rows, 60).every((row) => Math.abs(row.level - TARGET) < 700));
  });

  it('leaves a stall within the slack to resampling', () => {
    const { rows } = run({ skewPpm: 0, seconds: 90, stall: [30, 30.045], trim: true });
    assert.ok(rows.every((row) => row.surplus === 0));
    assert.ok(after(rows, 70).every((row) => Math.abs(row.level - TARGET) < 700));
  });

  it('keeps what it learned over a pause of the consumer', () => {
    const { controller } = run({ skewPpm: 150, seconds: 120 });
    const { ratio, skewPpm } = controller;
    assert.equal(controller.update(50_000, 1_000_000), ratio);
    assert.equal(controller.skewPpm, skewPpm);
  });
});
