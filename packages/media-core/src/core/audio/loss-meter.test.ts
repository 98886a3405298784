import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LossMeter } from './loss-meter.js';

function meterOf(lost: (index: number) => boolean, { from = 0, count = 200 } = {}): LossMeter {
  const meter = new LossMeter();
  for (let i = 0; i < count; i++) if (!lost(i)) meter.arrived((from + i) >>> 0);
  return meter;
}

describe('LossMeter', () => {
  it('reports nothing at first, and no loss without loss', () => {
    assert.equal(new LossMeter().report, undefined);
    assert.equal(meterOf(() => false, { count: 20 }).report, undefined);
    assert.deepEqual(meterOf(() => false).report, { lossFraction: 0, meanBurst: 1 });
  });

  it('reports the loss fraction and the mean burst length', () => {
    const report = meterOf((i) => i % 10 < 2).report;
    assert.ok(Math.abs((report?.lossFraction ?? 0) - 0.2) < 0.02);
    assert.equal(report?.meanBurst, 2);
  });

  it('continues across a wrap of the sequence number', () => {
    const report = meterOf((i) => i % 20 === 3, { from: 0xffff_ff80 }).report;
    assert.ok(Math.abs((report?.lossFraction ?? 0) - 0.05) < 0.01);
  });

  it('does not count reordered packets as lost', () => {
    const meter = new LossMeter();
    for (let i = 0; i < 200; i += 2) {
      meter.arrived(i + 1);
      meter.arrived(i);
    }
    assert.equal(meter.report?.lossFraction, 0);
  });

  it('restarts after a jump of the sequence number', () => {
    const meter = meterOf((i) => i % 2 === 0);
    for (let i = 0; i < 60; i++) meter.arrived(1_000_000 + i);
    assert.equal(meter.report?.lossFraction, 0);
  });
});
