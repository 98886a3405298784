import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packetsOf } from './received-contents.js';
import { StatisticsSampler } from './statistics.js';

type Entry = Readonly<Record<string, unknown>> & { readonly id: string };

const report = (...entries: Entry[]) => new Map(entries.map((entry) => [entry.id, entry])) as unknown as RTCStatsReport;

const outbound = (timestamp: number, bytesSent: number) => ({
  id: 'out',
  type: 'outbound-rtp',
  kind: 'audio',
  timestamp,
  bytesSent,
  packetsSent: 50,
  codecId: 'codec',
  remoteId: 'remote',
});
const codec = { id: 'codec', type: 'codec', timestamp: 0, mimeType: 'audio/opus' };
const remote = { id: 'remote', type: 'remote-inbound-rtp', kind: 'audio', timestamp: 0, packetsLost: 3, jitter: 0.004 };

describe('StatisticsSampler', () => {
  it('computes rates from the second sample on', () => {
    const sampler = new StatisticsSampler();
    assert.equal(sampler.sample(report(outbound(1000, 5000), codec, remote)).audio.sent?.bitrate, 0);
    const { sent } = sampler.sample(report(outbound(2000, 9000), codec, remote)).audio;
    assert.equal(sent?.bitrate, 32_000);
    assert.equal(sent.codec, 'audio/opus');
    assert.equal(sent.packetsLost, 3);
    assert.equal(sent.jitterMs, 4);
  });

  it('computes no rate for a report with an unchanged timestamp', () => {
    const sampler = new StatisticsSampler();
    sampler.sample(report(outbound(1000, 5000)));
    assert.equal(sampler.sample(report(outbound(1000, 5000))).audio.sent?.bitrate, 0);
  });

  const pair = { id: 'pair', type: 'candidate-pair', timestamp: 0, localCandidateId: 'l', remoteCandidateId: 'r' };
  const candidates = [
    { id: 'l', type: 'local-candidate', timestamp: 0, candidateType: 'relay' },
    { id: 'r', type: 'remote-candidate', timestamp: 0, candidateType: 'host' },
  ];

  it('finds the selected candidate pair through the transport', () => {
    const transport = { id: 't', type: 'transport', timestamp: 0, selectedCandidatePairId: 'pair' };
    const sample = new StatisticsSampler().sample(
      report(transport, { ...pair, currentRoundTripTime: 0.025 }, ...candidates),
    );
    assert.deepEqual(
      [sample.localCandidateType, sample.remoteCandidateType, sample.roundTripTimeMs],
      ['relay', 'host', 25],
    );
  });

  it('finds the selected candidate pair without a transport report', () => {
    const sample = new StatisticsSampler().sample(report({ ...pair, selected: true }, ...candidates));
    assert.equal(sample.localCandidateType, 'relay');
  });

  it('identifies two videos by their mid, and reports the first one as `video`', () => {
    const video = (id: string, mid: string, packetsReceived: number) => ({
      id,
      type: 'inbound-rtp',
      kind: 'video',
      mid,
      timestamp: 0,
      packetsReceived,
    });
    const { streams, ...sample } = new StatisticsSampler().sample(
      report(video('s', '2', 7), outbound(0, 0), video('c', '1', 5)),
      ['0', '1', '2'],
    );
    assert.deepEqual(
      streams.map(({ mid, kind, direction, packets }) => [mid, kind, direction, packets]),
      [
        ['1', 'video', 'receive', 5],
        ['2', 'video', 'receive', 7],
        [undefined, 'audio', 'send', 50],
      ],
    );
    assert.equal(sample.video.received?.packets, 5);
    assert.equal(sample.audio.received, undefined);
  });

  it('tells loss, delay and limits of what is sent, as the peer reports them', () => {
    const sent = { ...outbound(1000, 0), qualityLimitationReason: 'cpu', totalEncodeTime: 2.5 };
    const sample = new StatisticsSampler().sample(
      report(sent, { ...remote, fractionLost: 0.25, roundTripTime: 0.3 }, { ...pair, selected: true }, ...candidates),
    );
    const { lossFraction, limitedBy, codecTimeMs } = sample.audio.sent ?? {};
    assert.deepEqual([lossFraction, limitedBy, codecTimeMs, sample.reportedRoundTripMs], [0.25, 'cpu', 2500, 300]);
  });

  it('tells freezes and dropped frames, and how long the jitter buffer held what came since the sample before', () => {
    const inbound = (jitterBufferDelay: number, jitterBufferEmittedCount: number) => ({
      id: 'in',
      type: 'inbound-rtp',
      kind: 'video',
      timestamp: 0,
      jitterBufferDelay,
      jitterBufferEmittedCount,
      freezeCount: 2,
      totalFreezesDuration: 0.75,
      framesDropped: 4,
      totalDecodeTime: 1,
    });
    const sampler = new StatisticsSampler();
    sampler.sample(report(inbound(10, 100)));
    const { received } = sampler.sample(report(inbound(11, 120))).video;
    assert.equal(received?.jitterBufferMs, 50);
    assert.deepEqual(
      [received.freezes, received.frozenMs, received.framesDropped, received.codecTimeMs],
      [2, 750, 4, 1000],
    );
    assert.equal(sampler.sample(report(inbound(11, 120))).video.received?.jitterBufferMs, undefined);
  });

  it('tells both ends of the path, and how the relay is reached', () => {
    const [local, far] = candidates;
    const { path, availableBitrate } = new StatisticsSampler().sample(
      report(
        { ...pair, selected: true, availableOutgoingBitrate: 300_000 },
        { ...local, id: 'l', protocol: 'udp', relayProtocol: 'tls', address: '192.0.2.1' },
        { ...far, id: 'r', protocol: 'udp' },
      ),
    );
    assert.equal(availableBitrate, 300_000);
    assert.deepEqual(path?.local, { type: 'relay', protocol: 'udp', relayProtocol: 'tls', address: '192.0.2.1' });
    assert.equal(path.remote?.type, 'host');
  });

  it('accepts an empty report', () => {
    const sample = new StatisticsSampler().sample(report());
    assert.equal(sample.audio.sent, undefined);
    assert.equal(sample.roundTripTimeMs, undefined);
  });

  it('counts the received packets of all reports of a receiver', () => {
    const inbound = (id: string, packetsReceived: number) => ({
      id,
      type: 'inbound-rtp',
      timestamp: 0,
      packetsReceived,
    });
    assert.equal(packetsOf(report(inbound('a', 5), inbound('b', 7), codec)), 12);
    assert.equal(packetsOf(report()), 0);
  });
});
