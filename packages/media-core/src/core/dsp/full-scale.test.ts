import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clampToFullScale } from './full-scale.js';

const scaled = (...values: number[]) => {
  const samples = Float32Array.from(values);
  return { isSound: clampToFullScale(samples), samples: Array.from(samples) };
};

describe('clampToFullScale', () => {
  it('keeps samples within full scale', () => {
    assert.deepEqual(scaled(0, 0.5, -1, 1), { isSound: true, samples: [0, 0.5, -1, 1] });
  });

  it('clips samples slightly above full scale, which decoders produce', () => {
    assert.deepEqual(scaled(1.5, -3.9, 0.25), { isSound: true, samples: [1, -1, 0.25] });
  });

  it('rejects implausible samples and NaN', () => {
    assert.deepEqual(scaled(6.1e6, 0.25), { isSound: false, samples: [1, 0.25] });
    assert.deepEqual(scaled(-Infinity, Infinity), { isSound: false, samples: [-1, 1] });
    assert.deepEqual(scaled(NaN, 0.25), { isSound: false, samples: [0, 0.25] });
  });
});
