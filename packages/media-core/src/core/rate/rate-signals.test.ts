import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nonNegative, PacerGuard, SmoothedBitrate } from './rate-signals.js';

describe('nonNegative', () => {
  it('accepts only finite numbers of at least 0', () => {
    assert.deepEqual([undefined, NaN, Infinity, -1, 0, 3.5].map(nonNegative), [
      undefined,
      undefined,
      undefined,
      undefined,
      0,
      3.5,
    ]);
  });
});

describe('PacerGuard', () => {
  /** Counters after intervals of 100 ms, each with the packets sent and their mean delay [ms]. */
  function run(intervals: readonly (readonly [packets: number, meanMs: number])[]): boolean[] {
    const guard = new PacerGuard();
    let packetsSent = 1000;
    let totalPacketSendDelay = 50;
    guard.update({ packetsSent, totalPacketSendDelay }, 0);
    return intervals.map(([packets, meanMs], i) => {
      packetsSent += packets;
      totalPacketSendDelay += (packets * meanMs) / 1000;
      return guard.update({ packetsSent, totalPacketSendDelay }, (i + 1) * 100);
    });
  }

  it('ignores the time before the first sample', () => {
    assert.equal(new PacerGuard().update({ packetsSent: 10, totalPacketSendDelay: 100 }, 0), false);
  });

  it('is active from a mean delay of 150 ms until one of 75 ms', () => {
    const means = [10, 149, 151, 140, 80, 74, 140];
    assert.deepEqual(run(means.map((mean) => [20, mean])), [false, false, true, true, true, false, false]);
  });

  it('stays active for 500 ms while nothing is sent, then allows a frame', () => {
    const silence = [0, 0, 0, 0, 0, 0].map((packets) => [packets, 0] as const);
    assert.deepEqual(run([[20, 400], ...silence]), [true, true, true, true, true, false, false]);
  });

  it('works without statistics and after a restart of the counters', () => {
    const guard = new PacerGuard();
    assert.equal(guard.update({}, 0), false);
    guard.update({ packetsSent: 100, totalPacketSendDelay: 10 }, 100);
    assert.equal(guard.update({ packetsSent: 110, totalPacketSendDelay: 15 }, 200), true);
    assert.equal(guard.update({ packetsSent: 120 }, 300), true);
    assert.equal(guard.update({ packetsSent: 5, totalPacketSendDelay: 0 }, 750), false);
    assert.equal(guard.update({ packetsSent: 15, totalPacketSendDelay: 5 }, 850), true);
    guard.reset();
    assert.equal(guard.update({ packetsSent: 25, totalPacketSendDelay: 50 }, 950), false);
  });
});

describe('SmoothedBitrate', () => {
  it('is the mean of the first 500 ms, then follows', () => {
    const rate = new SmoothedBitrate();
    let bytes = 0;
    for (let i = 0; i < 5; i++) assert.equal(rate.update((bytes += i % 2 ? 20_000 : 5000), i * 100), undefined);
    const first = rate.update((bytes += 5000), 500) ?? NaN;
    assert.ok(Math.abs(first - 880_000) < 150_000, `${first}`);
    for (let i = 6; i < 30; i++) rate.update((bytes += 2500), i * 100);
    assert.ok(Math.abs((rate.update(bytes + 2500, 3000) ?? NaN) - 200_000) < 10_000);
  });

  it('keeps its value while counters are missing or restart', () => {
    const rate = new SmoothedBitrate();
    for (let i = 0; i <= 10; i++) rate.update(i * 1250, i * 100);
    for (const bytes of [undefined, 0, undefined]) assert.equal(Math.round(rate.update(bytes, 1100) ?? NaN), 100_000);
    rate.reset();
    assert.equal(rate.update(undefined, 1200), undefined);
  });
});
