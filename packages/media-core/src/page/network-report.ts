import type { MediaFlow, MediaKind } from '../core/choice/core-choice.js';
import type { NetworkReport, StreamCounters } from '../messages/media-worker-messages.js';

/** The used fields of webrtc-stats; each one may be missing. */
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

/** Statistics for the worker, and the candidate pair in use. */
export interface NetworkReading {
  readonly report: NetworkReport;
  /** Identifier of the candidate pair. */
  readonly route: string | undefined;
}

/** @param isFull whether `stats` contains all streams, and not only the sent video */
export function readNetwork(stats: readonly NetworkStat[], isFull: boolean): NetworkReading {
  const pair = selectedPair(stats);
  const video = stats.find(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
  const videoRemote = remoteInbound(stats, video);
  const roundTripMs = milliseconds(pair?.currentRoundTripTime ?? videoRemote?.roundTripTime);
  return {
    route: pair?.id,
    report: {
      video: {
        targetBitrate: video?.targetBitrate,
        availableBitrate: pair?.availableOutgoingBitrate,
        totalPacketSendDelay: video?.totalPacketSendDelay,
        packetsSent: video?.packetsSent,
        roundTripMs,
        lossFraction: videoRemote?.fractionLost,
      },
      roundTripMs,
      counters: isFull ? { audio: countersOf(stats, 'audio'), video: countersOf(stats, 'video') } : undefined,
    },
  };
}

function countersOf(stats: readonly NetworkStat[], kind: MediaKind): Record<MediaFlow, StreamCounters> {
  const sent = stats.find((stat) => stat.type === 'outbound-rtp' && stat.kind === kind);
  const remote = remoteInbound(stats, sent);
  const received = stats.find((stat) => stat.type === 'inbound-rtp' && stat.kind === kind);
  return {
    send: {
      packets: sent?.packetsSent,
      packetsLost: remote?.packetsLost,
      lossFraction: remote?.fractionLost,
      jitterMs: milliseconds(remote?.jitter),
    },
    receive: {
      packets: received?.packetsReceived,
      packetsLost: received?.packetsLost,
      jitterMs: milliseconds(received?.jitter),
    },
  };
}

/** Returns the statistics that the peer reports by RTCP about a sent stream. */
function remoteInbound(stats: readonly NetworkStat[], sent: NetworkStat | undefined): NetworkStat | undefined {
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
