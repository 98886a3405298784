import type { MediaFlow, MediaKind } from '../core/choice/core-choice.js';
import type { NetworkReport, StreamCounters } from '../messages/media-worker-messages.js';

/** The fields of webrtc-stats that are read here; every one may be missing. */
export interface NetworkStat {
  readonly id: string;
  readonly type: string;
  readonly kind?: string;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly fractionLost?: number;
  readonly jitter?: number;
  readonly targetBitrate?: number;
  readonly totalPacketSendDelay?: number;
  readonly availableOutgoingBitrate?: number;
  readonly currentRoundTripTime?: number;
  readonly roundTripTime?: number;
  readonly remoteId?: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly nominated?: boolean;
}

/** What the worker is told of the network, and the candidate pair in use. */
export interface NetworkReading {
  readonly report: NetworkReport;
  readonly route: string | undefined;
}

/** @param isWhole whether all streams are in it, and not only the video that is sent */
export function readNetwork(stats: readonly NetworkStat[], isWhole: boolean): NetworkReading {
  const pair = selectedPair(stats);
  const video = stats.find(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
  const videoReceiver = receiverOf(stats, video);
  const roundTripMs = milliseconds(pair?.currentRoundTripTime ?? videoReceiver?.roundTripTime);
  return {
    route: pair?.id,
    report: {
      video: {
        targetBitrate: video?.targetBitrate,
        availableBitrate: pair?.availableOutgoingBitrate,
        totalPacketSendDelay: video?.totalPacketSendDelay,
        packetsSent: video?.packetsSent,
        roundTripMs,
        lossFraction: videoReceiver?.fractionLost,
      },
      roundTripMs,
      counters: isWhole ? { audio: countersOf(stats, 'audio'), video: countersOf(stats, 'video') } : undefined,
    },
  };
}

function countersOf(stats: readonly NetworkStat[], kind: MediaKind): Record<MediaFlow, StreamCounters> {
  const sent = stats.find((stat) => stat.type === 'outbound-rtp' && stat.kind === kind);
  const receiver = receiverOf(stats, sent);
  const received = stats.find((stat) => stat.type === 'inbound-rtp' && stat.kind === kind);
  return {
    send: {
      packets: sent?.packetsSent,
      packetsLost: receiver?.packetsLost,
      lossFraction: receiver?.fractionLost,
      jitterMs: milliseconds(receiver?.jitter),
    },
    receive: {
      packets: received?.packetsReceived,
      packetsLost: received?.packetsLost,
      jitterMs: milliseconds(received?.jitter),
    },
  };
}

/** What the peer's RTCP says about a stream that is sent. */
function receiverOf(stats: readonly NetworkStat[], sent: NetworkStat | undefined): NetworkStat | undefined {
  return stats.find(({ type, id }) => type === 'remote-inbound-rtp' && id === sent?.remoteId);
}

function selectedPair(stats: readonly NetworkStat[]): NetworkStat | undefined {
  const chosen = stats.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId);
  const pairs = stats.filter(({ type }) => type === 'candidate-pair');
  if (chosen) return pairs.find(({ id }) => id === chosen.selectedCandidatePairId);
  return pairs.find(({ selected }) => selected) ?? pairs.find(({ nominated }) => nominated);
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
