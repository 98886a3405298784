import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BLACK, CELLS, WHITE, cellSize, paintStrip, readStrip, stripOf } from './strip.js';

const levelsOf = (counter: number) => stripOf(counter).map((bit) => (bit ? WHITE : BLACK));

describe('strip', () => {
  it('brings every number over', () => {
    for (let counter = 0; counter < 65_536; counter += 97) assert.equal(readStrip(levelsOf(counter)), counter);
    assert.equal(readStrip(levelsOf(65_536 + 5)), 5);
  });

  it('survives noise', () => {
    const noisy = levelsOf(1234).map((level, cell) => level + (cell % 2 === 0 ? 40 : -40));
    assert.equal(readStrip(noisy), 1234);
  });

  it('refuses a damaged number', () => {
    for (let cell = 4; cell < CELLS; cell += 1) {
      const damaged = levelsOf(1234).map((level, at) => (at === cell ? WHITE + BLACK - level : level));
      assert.equal(readStrip(damaged), undefined);
    }
    assert.equal(readStrip(Array.from({ length: CELLS }, () => 128)), undefined);
    assert.equal(readStrip([]), undefined);
  });

  it('is painted into the first row of macroblocks', () => {
    const luma = new Uint8Array(640 * 360);
    paintStrip(luma, 640, 640, 4711);
    const size = cellSize(640);
    assert.equal(size, 16);
    for (const row of [0, 8, 15]) {
      const levels = Array.from({ length: CELLS }, (_, cell): number => luma[row * 640 + cell * size + 8] ?? 0);
      assert.equal(readStrip(levels), 4711);
    }
    assert.ok(luma.subarray(16 * 640).every((level) => level === 0));
  });
});
