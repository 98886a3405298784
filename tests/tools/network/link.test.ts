import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HEADER_BYTES, Link, type LinkConditions } from './link.js';
import { LossModel } from './loss.js';

interface Arrival {
  readonly packet: number;
  readonly at: number;
}

/** Offers packets of `bytes` at their times, and takes whatever comes when the link says so. */
function run(link: Link<number>, offers: readonly { readonly at: number; readonly bytes: number }[]): Arrival[] {
  const arrivals: Arrival[] = [];
  const drain = (until: number) => {
    for (let at = link.nextAt(); at !== undefined && at <= until; at = link.nextAt()) {
      for (const packet of link.take(at)) arrivals.push({ packet, at });
    }
  };
  offers.forEach(({ at, bytes }, packet) => {
    drain(at);
    link.offer(packet, bytes, at);
  });
  drain(Infinity);
  return arrivals;
}

function linkWith(conditions: LinkConditions, seed = 1): Link<number> {
  const link = new Link<number>(seed);
  link.change(conditions, 0);
  return link;
}

const every = (ms: number, count: number, bytes: number) =>
  Array.from({ length: count }, (_, index) => ({ at: index * ms, bytes }));

describe('Link', () => {
  it('lets everything through at once by default', () => {
    const arrivals = run(linkWith({}), every(5, 100, 1200));
    assert.deepEqual(
      arrivals,
      every(5, 100, 0).map(({ at }, packet) => ({ packet, at })),
    );
  });

  it('delays', () => {
    assert.deepEqual(run(linkWith({ delayMs: 20 }), [{ at: 3, bytes: 100 }]), [{ packet: 0, at: 23 }]);
  });

  it('spreads the delay evenly, in order', () => {
    const arrivals = run(linkWith({ delayMs: 20, jitterMs: 10 }), every(30, 1000, 100));
    const delays = arrivals.map(({ packet, at }) => at - packet * 30);
    assert.ok(Math.min(...delays) >= 10 && Math.min(...delays) < 11);
    assert.ok(Math.max(...delays) <= 30 && Math.max(...delays) > 29);
    assert.ok(Math.abs(delays.reduce((sum, delay) => sum + delay, 0) / delays.length - 20) < 1);
    const dense = run(linkWith({ delayMs: 20, jitterMs: 10 }), every(1, 1000, 100));
    assert.deepEqual(
      dense.map(({ packet }) => packet),
      every(1, 1000, 0).map((_, packet) => packet),
    );
  });

  it('keeps to its rate, headers and all', () => {
    const bytes = 1000 - HEADER_BYTES;
    // 1 Mbit/s offered, 500 kbit/s let through, for 10 s.
    const link = linkWith({ bitsPerSecond: 500_000, queueMs: 100 });
    const arrivals = run(link, every(8, 1250, bytes)).filter(({ at }) => at < 10_000);
    assert.ok(Math.abs((arrivals.length * 8000) / 10 / 500_000 - 1) < 0.02, `${arrivals.length}`);
    const delays = arrivals.slice(100).map(({ packet, at }) => at - packet * 8);
    assert.ok(Math.max(...delays) <= 100, `${Math.max(...delays)}`);
    assert.ok(Math.max(...delays) > 80, `${Math.max(...delays)}`);
    const { packets, lost, overflowed } = link.counters;
    assert.equal(packets + overflowed, 1250);
    assert.equal(lost, 0);
  });

  it('empties its queue at a rate that was changed meanwhile', () => {
    const link = linkWith({ bitsPerSecond: 80_000, queueMs: 10_000 });
    // The bucket lets three through; then one each 100 ms.
    for (let packet = 0; packet < 5; packet++) link.offer(packet, 1000 - HEADER_BYTES, 0);
    assert.deepEqual(link.take(0), [0, 1, 2]);
    assert.deepEqual(link.take(99), []);
    assert.deepEqual(link.take(100), [3]);
    link.change({ bitsPerSecond: 8_000 }, 150);
    assert.deepEqual(link.take(649), []);
    assert.deepEqual(link.take(650), [4]);
  });
});

describe('LossModel', () => {
  /** Whether each of many packets is lost, and how long the bursts are. */
  function measure(model: LossModel): { readonly fraction: number; readonly meanBurst: number } {
    const lost = Array.from({ length: 200_000 }, () => model.next());
    const total = lost.filter(Boolean).length;
    const bursts = lost.filter((isLost, index) => isLost && lost[index - 1] !== true).length;
    return { fraction: total / lost.length, meanBurst: total / bursts };
  }

  it('loses in bursts', () => {
    const { fraction, meanBurst } = measure(new LossModel({ fraction: 0.2, meanBurst: 2.5 }, 7));
    assert.ok(Math.abs(fraction - 0.2) < 0.01, `${fraction}`);
    assert.ok(Math.abs(meanBurst - 2.5) < 0.05, `${meanBurst}`);
  });

  it('loses each packet for itself by default', () => {
    const { fraction, meanBurst } = measure(new LossModel({ fraction: 0.05 }, 7));
    assert.ok(Math.abs(fraction - 0.05) < 0.005, `${fraction}`);
    assert.ok(Math.abs(meanBurst - 1 / 0.95) < 0.02, `${meanBurst}`);
  });

  it('loses the same packets with the same seed', () => {
    const losses = (seed: number) => {
      const model = new LossModel({ fraction: 0.3, meanBurst: 2 }, seed);
      return Array.from({ length: 500 }, () => model.next());
    };
    assert.deepEqual(losses(3), losses(3));
    assert.notDeepEqual(losses(3), losses(4));
  });

  it('refuses what no chain does', () => {
    assert.throws(() => new LossModel({ fraction: 0.9, meanBurst: 2 }, 1), RangeError);
    assert.throws(() => new LossModel({ fraction: 0.1, meanBurst: 0.5 }, 1), RangeError);
  });
});
