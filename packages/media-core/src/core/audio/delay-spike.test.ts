import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DelayHistogram } from './delay-histogram.js';
import { DelaySpike } from './delay-spike.js';

const WEIGHT = 0.006;
const TARGET_MS = 12;

/** Adds packets every 20 ms with the given delays to a histogram without delay; returns when spikes ended [ms]. */
function over(delays: readonly number[], known = calm()): { readonly at: number[]; readonly known: DelayHistogram } {
  const spike = new DelaySpike(new DelayHistogram(500));
  const at: number[] = [];
  delays.forEach((delay, i) => {
    const left = spike.arrived(delay, WEIGHT, TARGET_MS, known, i * 20);
    known.add(delay, WEIGHT);
    if (!left) return;
    at.push(i * 20);
    known.set(left);
  });
  return { at, known };
}

function calm(): DelayHistogram {
  const known = new DelayHistogram(500);
  for (let i = 0; i < 1000; i++) known.add(1, WEIGHT);
  return known;
}

const times = (count: number, delay: number) => Array.from({ length: count }, () => delay);

describe('DelaySpike', () => {
  it('is forgotten after 200 ms', () => {
    const { at, known } = over([...times(50, 1), ...times(25, 200), ...times(50, 1)]);
    assert.deepEqual(at, [(50 + 25 + 10) * 20]);
    assert.equal(known.cheapestMs(2500), 2);
  });

  it('keeps delays between the late packets, and delays slightly above the target', () => {
    const { at, known } = over([
      ...times(50, 1),
      ...times(10, 200),
      ...times(8, 30),
      ...times(5, 200),
      ...times(50, 30),
    ]);
    assert.equal(at.length, 1);
    assert.equal(known.cheapestMs(2500), 32);
  });

  it('is not reported if the delay lasts for 3 s', () => {
    const { at, known } = over([...times(50, 1), ...times(200, 200), ...times(50, 1)]);
    assert.deepEqual(at, []);
    assert.equal(known.cheapestMs(2500), 202);
  });

  it('is not forgotten if another one occurred within 20 s', () => {
    const queue = [...times(25, 200), ...times(25, 1)];
    assert.equal(over([...queue, ...queue, ...queue]).at.length, 1);
    assert.equal(over([...queue, ...times(1100, 1), ...queue]).at.length, 2);
  });

  it('does not begin within 20 ms of the target', () => {
    assert.deepEqual(over([...times(50, 1), ...times(25, TARGET_MS + 19), ...times(50, 1)]).at, []);
  });
});
