import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EncodeEffort } from './encode-effort.js';

/** Encodes for so many seconds; gives the complexities that were used. */
function encode(effort: EncodeEffort, seconds: number, from: number, cost: (complexity: number) => number): number[] {
  const used: number[] = [];
  for (let now = from * 1000; now < (from + seconds) * 1000; now += 20) {
    effort.record(cost(effort.complexity), now);
    if (used.at(-1) !== effort.complexity) used.push(effort.complexity);
  }
  return used;
}

describe('EncodeEffort', () => {
  it('does its best where that costs little', () => {
    const effort = new EncodeEffort(9);
    assert.deepEqual(
      encode(effort, 60, 0, () => 0.3),
      [9],
    );
  });

  it('does less on a slow device, as much as it bears, and does not go back and forth', () => {
    const effort = new EncodeEffort(9);
    const used = encode(effort, 300, 0, (complexity) => 0.5 * complexity + 0.2);
    assert.equal(effort.complexity, 5);
    assert.deepEqual(used, [9, 7, 5]);
  });

  it('takes no notice of single slow packets', () => {
    const effort = new EncodeEffort(9);
    let packet = 0;
    encode(effort, 60, 0, () => (packet++ % 5 === 0 ? 40 : 0.5));
    assert.equal(effort.complexity, 9);
  });

  it('does more again when the device is free, later each time that was a mistake', () => {
    const effort = new EncodeEffort(10);
    encode(effort, 5, 0, () => 8);
    assert.equal(effort.complexity, 0);
    const used = encode(effort, 1200, 5, () => 0.3);
    assert.deepEqual(used, [0, 2, 5, 7, 9, 10]);
  });
});
