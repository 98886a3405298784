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
  const placement = log.place(packet(sequence, captureTime));
  assert.ok(placement.kind === 'placed');
  return placement.position;
}

describe('DeliveryLog', () => {
  it('returns consecutive positions, for reordered packets and across a wrap', () => {
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

  it('doubts packets that are too far away or contradict their capture time', () => {
    for (const [sequence, captureTime] of [
      [1600, 52_000],
      [899, 17_900],
      [900, 20_200],
      [1001, 1000],
    ] as const) {
      const log = new DeliveryLog();
      positionOf(log, 1000, 20_000);
      assert.equal(log.place(packet(sequence, captureTime)).kind, 'doubtful', `${sequence} at ${captureTime}`);
      assert.ok(positionOf(log, 1001, 20_020) > 0);
    }
  });

  it('restarts at the second of two consecutive doubtful packets', () => {
    const log = new DeliveryLog();
    positionOf(log, 1000, 20_000);
    assert.equal(log.place(packet(5_000_000, 700)).kind, 'doubtful');
    const placement = log.place(packet(5_000_002, 740));
    assert.ok(placement.kind === 'restart');
    assert.equal(placement.previous.sequence, 5_000_000);
    assert.equal(positionOf(log, 5_000_003, 760), placement.position + 1);
  });

  it('does not restart at two doubtful packets that are not consecutive', () => {
    const log = new DeliveryLog();
    positionOf(log, 1000, 20_000);
    assert.equal(log.place(packet(5_000_000, 700)).kind, 'doubtful');
    assert.equal(log.place(packet(5_000_000, 700)).kind, 'doubtful');
    assert.equal(log.place(packet(9_000_000, 720)).kind, 'doubtful');
  });

  it('keeps the best state of a packet', () => {
    const log = new DeliveryLog();
    const position = positionOf(log, 1000, 0);
    assert.equal(log.mark(position, 'recoverable'), 'none');
    assert.equal(log.mark(position, 'received'), 'recoverable');
    assert.equal(log.mark(position, 'recoverable'), 'received');
    assert.equal(log.mark(position, 'received'), 'received');
    assert.equal(log.mark(position - 200, 'received'), 'none');
  });

  it('returns `received` for packets older than its history', () => {
    const log = new DeliveryLog();
    const position = positionOf(log, 1000, 0);
    log.mark(position, 'received');
    assert.equal(log.mark(position - 256, 'received'), 'received');
  });
});
