import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type NetworkStat, readNetwork } from './network-report.js';

const CHROMIUM: readonly NetworkStat[] = [
  { id: 'T01', type: 'transport', selectedCandidatePairId: 'CP2' },
  { id: 'CP1', type: 'candidate-pair', nominated: true, currentRoundTripTime: 9 },
  {
    id: 'CP2',
    type: 'candidate-pair',
    nominated: true,
    currentRoundTripTime: 0.025,
    availableOutgoingBitrate: 900_000,
  },
  { id: 'OTA', type: 'outbound-rtp', kind: 'audio', packetsSent: 500, remoteId: 'RIA' },
  { id: 'RIA', type: 'remote-inbound-rtp', kind: 'audio', packetsLost: 5, jitter: 0.002, fractionLost: 0.25 },
  {
    ...{ id: 'OTV', type: 'outbound-rtp', kind: 'video', packetsSent: 900, remoteId: 'RIV' },
    ...{ targetBitrate: 286_000, totalPacketSendDelay: 1.5 },
  },
  { id: 'RIV', type: 'remote-inbound-rtp', kind: 'video', packetsLost: 9, jitter: 0.004, fractionLost: 0.125 },
  { id: 'ITA', type: 'inbound-rtp', kind: 'audio', packetsReceived: 480, packetsLost: 3, jitter: 0.001 },
];

const FIREFOX: readonly NetworkStat[] = [
  { id: 'a', type: 'candidate-pair', nominated: true },
  { id: 'b', type: 'candidate-pair', nominated: true, selected: true },
  { id: 'v', type: 'outbound-rtp', kind: 'video', packetsSent: 10, remoteId: 'r' },
  { id: 'r', type: 'remote-inbound-rtp', kind: 'video', roundTripTime: 0.05, fractionLost: 0 },
];

describe('readNetwork', () => {
  it('reads the statistics of Chromium', () => {
    const { report, route } = readNetwork(CHROMIUM, true);
    assert.equal(route, 'CP2');
    assert.deepEqual(report.video, {
      ...{ targetBitrate: 286_000, availableBitrate: 900_000, totalPacketSendDelay: 1.5, packetsSent: 900 },
      ...{ roundTripMs: 25, lossFraction: 0.125 },
    });
    assert.equal(report.roundTripMs, 25);
    assert.deepEqual(report.counters?.audio.send, { packets: 500, packetsLost: 5, lossFraction: 0.25, jitterMs: 2 });
    assert.deepEqual(report.counters.audio.receive, { packets: 480, packetsLost: 3, jitterMs: 1 });
    assert.deepEqual(report.counters.video.send, { packets: 900, packetsLost: 9, lossFraction: 0.125, jitterMs: 4 });
  });

  it('uses the round-trip time of RTCP in Firefox, whose candidate pair has none, and has no target bitrate', () => {
    const { report, route } = readNetwork(FIREFOX, true);
    assert.equal(route, 'b');
    assert.equal(report.roundTripMs, 50);
    assert.equal(report.video.targetBitrate, undefined);
    assert.deepEqual(report.counters?.audio.receive, {
      packets: undefined,
      packetsLost: undefined,
      jitterMs: undefined,
    });
  });

  it('has no counters in a partial reading', () => {
    const { report } = readNetwork(CHROMIUM.slice(0, 6), false);
    assert.equal(report.video.targetBitrate, 286_000);
    assert.equal(report.counters, undefined);
  });

  it('is empty before there is a connection', () => {
    const { report, route } = readNetwork([], true);
    assert.equal(route, undefined);
    assert.equal(report.roundTripMs, undefined);
  });
});
