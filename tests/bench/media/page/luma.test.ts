import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scaleLuma } from './luma.js';

describe('scaleLuma', () => {
  it('leaves a picture of the same size as it is', () => {
    const data = Uint8Array.from({ length: 8 * 4 }, (_, index) => (index * 37) % 256);
    const into = new Uint8Array(6 * 4);
    scaleLuma({ data, stride: 8, width: 6, height: 4 }, into, 6, 4);
    for (let y = 0; y < 4; y += 1) assert.deepEqual(into.subarray(y * 6, y * 6 + 6), data.subarray(y * 8, y * 8 + 6));
  });

  it('interpolates a slope', () => {
    const from = { data: Uint8Array.from([0, 40, 80, 120]), stride: 4, width: 4, height: 1 };
    const into = new Uint8Array(8);
    scaleLuma(from, into, 8, 1);
    assert.deepEqual([...into], [0, 10, 30, 50, 70, 90, 110, 120]);
  });
});
