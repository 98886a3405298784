import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { QueueDrain } from './queue-drain.js';

function steps(drain: QueueDrain, queues: readonly number[], bitrate = 1_000_000, start = 0) {
  return queues.map((queue, i) => drain.report(queue, bitrate, start + i * 100)?.step);
}

describe('QueueDrain', () => {
  it('begins when a queue has grown and ends when it is gone', () => {
    const drain = new QueueDrain();
    assert.deepEqual(steps(drain, [5, 8, 60, 120, 70, 10, 5]), [
      ...[undefined, undefined, 'begin', 'go-on', 'go-on', 'end', undefined],
    ]);
  });

  it('takes the received bitrate during the queue for the capacity', () => {
    const drain = new QueueDrain();
    drain.report(0, 2_000_000, 0);
    assert.deepEqual(drain.report(80, 900_000, 100), { step: 'begin', bitrate: 315_000 });
    assert.deepEqual(drain.report(90, 500_000, 200), { step: 'go-on', bitrate: 175_000 });
    assert.equal(drain.report(80, 0, 300), undefined);
    assert.deepEqual(drain.report(10, 200_000, 400), { step: 'end', bitrate: 400_000 });
  });

  it('reduces the bitrate less for a short queue', () => {
    const drain = new QueueDrain();
    drain.report(0, 400_000, 0);
    assert.deepEqual(drain.report(50, 400_000, 100), { step: 'begin', bitrate: 260_000 });
    assert.deepEqual(drain.report(100, 400_000, 200), { step: 'go-on', bitrate: 140_000 });
    assert.deepEqual(drain.report(60, 400_000, 300), { step: 'go-on', bitrate: 260_000 });
  });

  it('gives up on a queue that does not drain, and ignores a standing queue', () => {
    const drain = new QueueDrain();
    const queues = [0, ...new Array<number>(40).fill(200)];
    const taken = steps(drain, queues);
    assert.equal(taken.indexOf('end'), 12);
    assert.equal(taken.lastIndexOf('begin'), 22, 'tries once more');
    assert.ok(steps(drain, new Array<number>(30).fill(210), 1_000_000, 6000).every((step) => step === undefined));
  });

  it('gives up on a queue that delivers no extra bitrate, and restores the bitrate', () => {
    const drain = new QueueDrain();
    // Recorded reports of a case where audio that waited at the sender looked like a queue.
    const reports = [
      ...[
        [3, 3_089_000],
        [40, 2_672_000],
        [78, 1_809_000],
        [73, 925_000],
        [74, 564_000],
        [62, 305_000],
      ],
      ...[
        [68, 171_000],
        [69, 157_000],
      ],
    ] as const;
    const taken = reports.map(([queue, bitrate], i) => drain.report(queue, bitrate, i * 100));
    assert.deepEqual(
      taken.map((each) => each?.step),
      [undefined, 'begin', 'go-on', 'go-on', 'go-on', 'go-on', 'end', undefined],
    );
    assert.equal(taken[6]?.bitrate, 0.8 * 2_672_000);
  });

  it('alternates between begin and end, for any reports', () => {
    const reports = fc.array(fc.tuple(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 0, max: 2e9 })));
    fc.assert(
      fc.property(reports, (trace) => {
        const drain = new QueueDrain();
        let draining = false;
        trace.forEach(([queue, bitrate], i) => {
          const taken = drain.report(queue, bitrate, i * 100);
          if (taken) assert.equal(draining, taken.step !== 'begin');
          if (taken) draining = taken.step !== 'end';
          assert.ok((taken?.bitrate ?? 0) <= 2e9);
        });
      }),
    );
  });
});
