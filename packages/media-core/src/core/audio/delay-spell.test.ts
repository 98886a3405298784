import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DelayHistogram } from './delay-histogram.js';
import { DelaySpell } from './delay-spell.js';

const WEIGHT = 0.006;
const TARGET_MS = 12;

/** Packets each 20 ms whose delays are those, into a histogram of many without delay; gives when spells were over, ms. */
function over(delays: readonly number[], known = calm()): { readonly at: number[]; readonly known: DelayHistogram } {
  const spell = new DelaySpell(new DelayHistogram(500));
  const at: number[] = [];
  delays.forEach((delay, i) => {
    const left = spell.arrived(delay, WEIGHT, TARGET_MS, known, i * 20);
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

describe('a spell of late packets', () => {
  it('is forgotten 200 ms after it', () => {
    const { at, known } = over([...times(50, 1), ...times(25, 200), ...times(50, 1)]);
    assert.deepEqual(at, [(50 + 25 + 10) * 20]);
    assert.equal(known.best(2500), 2);
  });

  it('leaves what was learned of delays between, and what is late by little', () => {
    const { at, known } = over([
      ...times(50, 1),
      ...times(10, 200),
      ...times(8, 30),
      ...times(5, 200),
      ...times(50, 30),
    ]);
    assert.equal(at.length, 1);
    assert.equal(known.best(2500), 32);
  });

  it('is none if it goes on for 3 s', () => {
    const { at, known } = over([...times(50, 1), ...times(200, 200), ...times(50, 1)]);
    assert.deepEqual(at, []);
    assert.equal(known.best(2500), 202);
  });

  it('is not forgotten again within 20 s', () => {
    const queue = [...times(25, 200), ...times(25, 1)];
    assert.equal(over([...queue, ...queue, ...queue]).at.length, 1);
    assert.equal(over([...queue, ...times(1100, 1), ...queue]).at.length, 2);
  });

  it('is none where delays are within 20 ms of the target', () => {
    assert.deepEqual(over([...times(50, 1), ...times(25, TARGET_MS + 19), ...times(50, 1)]).at, []);
  });
});
