import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ComplexityController } from './complexity-controller.js';

/** Encodes for the given time; returns the complexities used. */
function encode(
  controller: ComplexityController,
  seconds: number,
  from: number,
  cost: (complexity: number) => number,
): number[] {
  const used: number[] = [];
  for (let now = from * 1000; now < (from + seconds) * 1000; now += 20) {
    controller.record(cost(controller.complexity), now);
    if (used.at(-1) !== controller.complexity) used.push(controller.complexity);
  }
  return used;
}

describe('ComplexityController', () => {
  it('keeps the maximum complexity while encoding is fast', () => {
    const controller = new ComplexityController(9);
    assert.deepEqual(
      encode(controller, 60, 0, () => 0.3),
      [9],
    );
  });

  it('lowers the complexity on a slow device to what it sustains, without oscillating', () => {
    const controller = new ComplexityController(9);
    const used = encode(controller, 300, 0, (complexity) => 0.5 * complexity + 0.2);
    assert.equal(controller.complexity, 5);
    assert.deepEqual(used, [9, 7, 5]);
  });

  it('ignores single slow packets', () => {
    const controller = new ComplexityController(9);
    let packet = 0;
    encode(controller, 60, 0, () => (packet++ % 5 === 0 ? 40 : 0.5));
    assert.equal(controller.complexity, 9);
  });

  it('raises the complexity when the device is idle again, later after each failure', () => {
    const controller = new ComplexityController(10);
    encode(controller, 5, 0, () => 8);
    assert.equal(controller.complexity, 0);
    const used = encode(controller, 1200, 5, () => 0.3);
    assert.deepEqual(used, [0, 2, 5, 7, 9, 10]);
  });
});
