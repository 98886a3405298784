import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DriftController } from './drift-controller.js';
import { random } from '../dsp/signals.testing.js';

const READ = 960;
const BLOCK = 256;
const PER_MS = 48;
/** 2 ms. */
const MARGIN = 2 * PER_MS;

interface Trace {
  /** Clock skew [ppm]; positive if the source runs faster than the consumer. */
  readonly skewPpm: number;
  readonly seconds: number;
  /** Maximum lateness of a block of the source [ms]. */
  readonly jitterMs?: number;
  /** Start and end [s]; blocks captured in between are delivered at the end. */
  readonly stall?: readonly [number, number];
  /** Whether corrections are applied, exactly. */
  readonly correct?: boolean;
  /** Samples that remain at the start. */
  readonly left?: number;
  readonly margin?: number;
}

/** Simulates a source that writes blocks and a consumer that reads 20 ms at a time; returns one row per read. */
function run({ skewPpm, seconds, jitterMs = 0, stall, correct = true, margin = MARGIN, left = margin }: Trace) {
  const next = random(3);
  const controller = new DriftController({ margin });
  const period = BLOCK / PER_MS / (1 + skewPpm / 1e6);
  const rows: { time: number; left: number; ratio: number; corrected: number; missing: number }[] = [];
  // Two blocks are written before the first read.
  let level = READ + left - 2 * BLOCK;
  let recorded = period;
  const delivery = () => {
    const late = recorded + jitterMs * next();
    return stall && late > stall[0] * 1000 && late < stall[1] * 1000 ? stall[1] * 1000 : late;
  };
  let due = delivery();
  for (let now = 15; now < seconds * 1000; now += 20) {
    while (due <= now) {
      level += BLOCK;
      recorded += period;
      due = Math.max(due, delivery());
    }
    const corrected = correct ? controller.correction : 0;
    if (corrected !== 0) controller.adjusted(-corrected);
    level -= corrected;
    const ratio = controller.update(level - READ, now);
    const missing = Math.max(0, READ * ratio - level);
    rows.push({ time: now / 1000, left: level - READ, ratio, corrected, missing });
    if (missing > 0) controller.adjusted(missing);
    level = Math.max(0, level - READ * ratio);
  }
  return { rows, controller };
}

type Rows = ReturnType<typeof run>['rows'];
const ppm = (ratio: number) => (ratio - 1) * 1e6;
const after = (rows: Rows, seconds: number) => rows.filter((row) => row.time > seconds);

describe('DriftController', () => {
  for (const skewPpm of [-200, -20, 0, 20, 200]) {
    it(`follows a skew of ${skewPpm} ppm with an inaudible change of the ratio`, () => {
      const { rows } = run({ skewPpm, seconds: 600, jitterMs: 2 });
      for (const { ratio } of rows) assert.ok(Math.abs(ppm(ratio)) <= 500.001, `${ppm(ratio)} ppm`);
      const settled = after(rows, 300);
      const mean = settled.reduce((sum, row) => sum + ppm(row.ratio), 0) / settled.length;
      assert.ok(Math.abs(mean - skewPpm) < 60, `mean ${mean}`);
      assert.ok(settled.every(({ left }) => left < MARGIN + 14 * PER_MS));
      assert.ok(settled.filter(({ missing }) => missing > 0).length <= 2);
      assert.ok(settled.filter(({ corrected }) => corrected !== 0).length <= 4);
    });
  }

  it('changes the ratio by at most 100 ppm per second', () => {
    const { rows } = run({ skewPpm: 400, seconds: 60, jitterMs: 5 });
    for (let i = 50; i < rows.length; i++) {
      const change = ppm(rows[i]?.ratio ?? 1) - ppm(rows[i - 50]?.ratio ?? 1);
      assert.ok(Math.abs(change) <= 100.001, `${change} ppm`);
    }
  });

  it('reports an excess or a lack of samples within 0.5 s', () => {
    const margin = 12 * PER_MS;
    for (const left of [margin + 30 * PER_MS, margin - 10 * PER_MS]) {
      const { rows } = run({ skewPpm: 0, seconds: 5, left, margin });
      const [first] = rows.filter(({ corrected }) => corrected !== 0);
      assert.ok(first && first.time < 0.5, `at ${first?.time} s`);
      assert.ok(Math.abs(first.corrected - (left - margin)) < 6 * PER_MS, `${first.corrected} samples`);
      assert.ok(after(rows, 0.6).every(({ corrected }) => corrected === 0));
    }
  });

  it('leaves the excess of a stall to a correction, and covers short pauses by the margin', () => {
    const { rows } = run({ skewPpm: 50, seconds: 60, stall: [30, 30.2] });
    const corrections = rows.filter(({ corrected }) => corrected !== 0);
    assert.ok(corrections.length >= 1 && corrections.every(({ time }) => time > 30 && time < 35));
    assert.ok(after(rows, 36).every(({ left }) => left < MARGIN + 10 * PER_MS));
  });

  it('keeps the ratio over a pause of the consumer and measures anew', () => {
    const { controller } = run({ skewPpm: 150, seconds: 120 });
    const { ratio, skewPpm } = controller;
    assert.equal(controller.update(50_000, 1_000_000), ratio);
    assert.equal(controller.skewPpm, skewPpm);
    assert.equal(controller.correction, 0);
  });
});
