import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NarrowWay } from './narrow-way.js';

/** Estimates each 100 ms; gives whether the way was narrow after each of them. */
const judge = (estimates: readonly (number | undefined)[]) => {
  const way = new NarrowWay();
  return estimates.map((estimate, i) => {
    way.update(estimate, i * 100);
    return way.isNarrow;
  });
};
const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);

describe('a narrow way', () => {
  it('is one that is estimated so for a second, and no more after ten of another', () => {
    const narrow = judge([...times(20, 150_000), ...times(150, 350_000)]);
    assert.equal(narrow.indexOf(true), 10);
    assert.equal(narrow.lastIndexOf(true), 20 + 99);
  });

  it('is not one that is estimated so for a moment, or about which nothing is known', () => {
    assert.ok(!judge([...times(9, 150_000), 250_000, ...times(9, 150_000)]).includes(true));
    assert.ok(!judge(times(50, undefined)).includes(true));
  });

  it('stays one while it is little wider', () => {
    assert.ok(judge([...times(20, 150_000), ...times(200, 290_000)]).at(-1));
  });
});
