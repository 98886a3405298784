import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NarrowPath } from './narrow-path.js';

/** Adds an estimate every 100 ms; returns whether the path was narrow after each. */
const judge = (estimates: readonly (number | undefined)[]) => {
  const path = new NarrowPath();
  return estimates.map((estimate, i) => {
    path.update(estimate, i * 100);
    return path.isNarrow;
  });
};
const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);

describe('NarrowPath', () => {
  it('is narrow after a low estimate for 1 s, and wide after a high one for 10 s', () => {
    const narrow = judge([...times(20, 150_000), ...times(150, 350_000)]);
    assert.equal(narrow.indexOf(true), 10);
    assert.equal(narrow.lastIndexOf(true), 20 + 99);
  });

  it('ignores short drops and missing estimates', () => {
    assert.ok(!judge([...times(9, 150_000), 250_000, ...times(9, 150_000)]).includes(true));
    assert.ok(!judge(times(50, undefined)).includes(true));
  });

  it('stays narrow at a slightly higher estimate', () => {
    assert.ok(judge([...times(20, 150_000), ...times(200, 290_000)]).at(-1));
  });
});
