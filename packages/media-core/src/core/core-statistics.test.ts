import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CoreStatisticsCollector, StreamStatistics } from './core-statistics.js';

describe('StreamStatistics', () => {
  it('covers the last interval', () => {
    const stream = new StreamStatistics();
    stream.setPath('wasm', 'fit');
    for (let i = 0; i < 30; i++) {
      stream.frame(5000);
      stream.codec(i === 29 ? 40 : 7);
      stream.queue(i % 4);
    }
    stream.dropped();
    stream.dropped(2);
    stream.played(48_000, 960);
    assert.deepEqual(stream.sample(2000, 2000), {
      path: 'wasm',
      reason: 'fit',
      bitrate: 600_000,
      frameRate: 15,
      lossFraction: undefined,
      jitterMs: undefined,
      codecMs: { mean: 8.1, median: 7, p95: 7 },
      longestQueue: 3,
      dropped: 3,
      concealedSamples: 960,
      playedSamples: 48_000,
      freezes: 0,
      frozenMs: 0,
    });
    assert.deepEqual(stream.sample(3000, 1000), {
      path: 'wasm',
      reason: 'fit',
      bitrate: 0,
      frameRate: 0,
      lossFraction: undefined,
      jitterMs: undefined,
      codecMs: undefined,
      longestQueue: 0,
      dropped: 0,
      concealedSamples: 0,
      playedSamples: 0,
      freezes: 0,
      frozenMs: 0,
    });
  });

  it('reports the mean codec time where single frames were not measured', () => {
    const stream = new StreamStatistics();
    stream.codecTotal(1, 10);
    stream.codecTotal(2, 10);
    assert.deepEqual(stream.sample(1000, 1000).codecMs, { mean: 0.15, median: undefined, p95: undefined });
    stream.codecTotal(0, 0);
    assert.equal(stream.sample(2000, 1000).codecMs, undefined);
  });

  it('derives the loss of the interval from counters since the start', () => {
    const stream = new StreamStatistics();
    const loss = (packets: number | undefined, packetsLost: number | undefined) => {
      stream.network({ packets, packetsLost, jitterMs: 4 });
      return stream.sample(0, 1000).lossFraction;
    };
    assert.equal(loss(90, 10), 0.1);
    assert.equal(loss(190, 10), 0);
    assert.equal(loss(270, 30), 0.2);
    assert.equal(loss(270, 30), undefined);
    assert.equal(loss(370, 28), 0);
    assert.equal(loss(undefined, undefined), undefined);
    assert.equal(loss(5, 0), 0);
  });

  it('reports no loss after a restart of the counters', () => {
    const stream = new StreamStatistics();
    stream.network({ packets: 1000, packetsLost: 50 });
    stream.sample(0, 1000);
    stream.network({ packets: 10, packetsLost: 0 });
    assert.equal(stream.sample(1000, 1000).lossFraction, undefined);
  });

  it('counts a freeze that lasts several seconds', () => {
    const stream = new StreamStatistics();
    for (let now = 0; now <= 990; now += 33) stream.rendered(now);
    const told = [1000, 2000, 3000].map((now) => stream.sample(now, 1000));
    stream.rendered(3500);
    stream.rendered(3533);
    told.push(stream.sample(4000, 1000));
    assert.deepEqual(
      told.map(({ freezes, frozenMs }) => [freezes, frozenMs]),
      [
        [0, 0],
        [1, 1010],
        [0, 1000],
        [1, 967],
      ],
    );
  });
});

describe('CoreStatisticsCollector', () => {
  it('combines the directions with round trip and latency', () => {
    const collector = new CoreStatisticsCollector(1000);
    collector.video.send.frame(1000);
    collector.audio.receive.frame(80);
    collector.setRoundTrip(50);
    collector.setClockOffset(500);
    collector.setDeviceLatency('audio', 15);
    for (let i = 0; i < 50; i++) {
      collector.latency.audio.arrived(1500 + i * 20, 1040 + i * 20);
      collector.latency.audio.presented(1500 + i * 20, 1080 + i * 20);
    }
    const { timestamp, intervalMs, roundTripMs, latencyMs, audio, video } = collector.sample(2000);
    assert.deepEqual(
      { timestamp, intervalMs, roundTripMs, latencyMs },
      {
        timestamp: 2000,
        intervalMs: 1000,
        roundTripMs: 50,
        latencyMs: { audio: 95, video: undefined },
      },
    );
    assert.deepEqual([video.send.bitrate, audio.receive.bitrate, audio.send.bitrate], [8000, 640, 0]);
    assert.deepEqual(collector.sample(3000).latencyMs, { audio: undefined, video: undefined });
  });

  it('reports no rates for an empty interval', () => {
    const collector = new CoreStatisticsCollector(1000);
    collector.video.send.frame(1000);
    assert.equal(collector.sample(1000).video.send.bitrate, 0);
  });
});
