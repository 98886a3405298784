import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DeliveryLog } from './delivery-log.js';

const packet = (sequence: number, captureTime: number) => ({
  sequence: sequence >>> 0,
  captureTime,
  payload: Uint8Array.of(1),
  durationMs: 20 as const,
  isDtx: false,
  hasFec: false,
  redundancy: [],
});

function positionOf(log: DeliveryLog, sequence: number, captureTime: number): number {
  const admission = log.admit(packet(sequence, captureTime));
  assert.ok(admission.kind === 'admitted');
  return admission.position;
}

describe('DeliveryLog', () => {
  it('gives positions that follow each other, in whatever order packets come and across the wrap', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 32 - 1),
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }),
        (first, offsets) => {
          const log = new DeliveryLog();
          const origin = positionOf(log, first, 0);
          for (const offset of offsets) {
            assert.equal(positionOf(log, first + offset, offset * 20) - origin, offset);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('doubts what is far away and what contradicts its time', () => {
    for (const [sequence, captureTime] of [
      [1600, 52_000],
      [899, 17_900],
      [900, 20_200],
      [1001, 1000],
    ] as const) {
      const log = new DeliveryLog();
      positionOf(log, 1000, 20_000);
      assert.equal(log.admit(packet(sequence, captureTime)).kind, 'doubtful', `${sequence} at ${captureTime}`);
      assert.ok(positionOf(log, 1001, 20_020) > 0);
    }
  });

  it('believes the second packet of a new beginning', () => {
    const log = new DeliveryLog();
    positionOf(log, 1000, 20_000);
    assert.equal(log.admit(packet(5_000_000, 700)).kind, 'doubtful');
    const admission = log.admit(packet(5_000_002, 740));
    assert.ok(admission.kind === 'restart');
    assert.equal(admission.previous.sequence, 5_000_000);
    assert.equal(positionOf(log, 5_000_003, 760), admission.position + 1);
  });

  it('does not take two strays that do not follow each other for a beginning', () => {
    const log = new DeliveryLog();
    positionOf(log, 1000, 20_000);
    assert.equal(log.admit(packet(5_000_000, 700)).kind, 'doubtful');
    assert.equal(log.admit(packet(5_000_000, 700)).kind, 'doubtful');
    assert.equal(log.admit(packet(9_000_000, 720)).kind, 'doubtful');
  });

  it('remembers the best that is known of a packet', () => {
    const log = new DeliveryLog();
    const position = positionOf(log, 1000, 0);
    assert.equal(log.mark(position, 'recoverable'), 'none');
    assert.equal(log.mark(position, 'received'), 'recoverable');
    assert.equal(log.mark(position, 'recoverable'), 'received');
    assert.equal(log.mark(position, 'received'), 'received');
    assert.equal(log.mark(position - 200, 'received'), 'none');
  });

  it('takes the long forgotten for received', () => {
    const log = new DeliveryLog();
    const position = positionOf(log, 1000, 0);
    log.mark(position, 'received');
    assert.equal(log.mark(position - 256, 'received'), 'received');
  });
});
