import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SampleRing } from './sample-ring.js';

const samples = (...values: number[]) => Float32Array.from(values);
const read = (ring: SampleRing, count: number) => {
  const into = new Float32Array(count).fill(9);
  const got = ring.read(into);
  return { got, values: [...into] };
};

describe('SampleRing', () => {
  it('returns samples in order across its end', () => {
    const ring = new SampleRing(4);
    ring.write(samples(1, 2, 3));
    assert.deepEqual(read(ring, 2), { got: 2, values: [1, 2] });
    ring.write(samples(4, 5, 6));
    assert.equal(ring.level, 4);
    assert.deepEqual(read(ring, 4), { got: 4, values: [3, 4, 5, 6] });
    assert.equal(ring.overflow + ring.underflow, 0);
  });

  it('drops the oldest samples when full', () => {
    const ring = new SampleRing(4);
    ring.write(samples(1, 2, 3));
    ring.write(samples(4, 5, 6));
    assert.equal(ring.overflow, 2);
    assert.deepEqual(read(ring, 4), { got: 4, values: [3, 4, 5, 6] });
    ring.write(samples(1, 2, 3, 4, 5, 6, 7));
    assert.equal(ring.overflow, 5);
    assert.deepEqual(read(ring, 4), { got: 4, values: [4, 5, 6, 7] });
  });

  it('fills missing samples with zeros and counts them', () => {
    const ring = new SampleRing(4);
    ring.write(samples(1));
    assert.deepEqual(read(ring, 3), { got: 1, values: [1, 0, 0] });
    assert.equal(ring.underflow, 2);
  });

  it('reads and writes part of a larger array', () => {
    const ring = new SampleRing(8);
    ring.write(samples(1, 2, 3), 2);
    const into = samples(9, 9, 9);
    assert.equal(ring.read(into, 2), 2);
    assert.deepEqual([...into], [1, 2, 9]);
  });

  it('discards without counting an overflow', () => {
    const ring = new SampleRing(4);
    ring.write(samples(1, 2, 3));
    assert.equal(ring.discard(2), 2);
    assert.equal(ring.discard(5), 1);
    ring.write(samples(1));
    ring.clear();
    assert.equal(ring.level, 0);
    assert.equal(ring.overflow, 0);
  });

  it('throws for an invalid capacity', () => {
    for (const capacity of [0, -1, 1.5, Number.NaN]) assert.throws(() => new SampleRing(capacity), RangeError);
  });

  it('behaves like an array limited to its capacity', () => {
    const action = fc.record({
      kind: fc.constantFrom('write' as const, 'read' as const, 'discard' as const),
      count: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(action, { maxLength: 40 }), (capacity, actions) => {
        const ring = new SampleRing(capacity);
        const model: number[] = [];
        let next = 1;
        let lost = 0;
        for (const { kind, count } of actions) {
          if (kind === 'write') {
            const written = Array.from({ length: count }, () => next++);
            ring.write(samples(...written));
            model.push(...written);
            const excess = Math.max(0, model.length - capacity);
            model.splice(0, excess);
            lost += excess;
          } else if (kind === 'discard') {
            assert.equal(ring.discard(count), model.splice(0, count).length);
          } else {
            const expected = model.splice(0, count);
            const zeros = Array.from({ length: count - expected.length }, () => 0);
            assert.deepEqual(read(ring, count), { got: expected.length, values: [...expected, ...zeros] });
          }
          assert.equal(ring.level, model.length);
          assert.equal(ring.overflow, lost);
        }
      }),
      { numRuns: 200 },
    );
  });
});
