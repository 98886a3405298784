import type { MediaKind } from './transceivers.js';

/** One sample of a connection's statistics. Rates are over the time since the previous sample. */
export interface SessionStatistics {
  /** ms since the epoch. */
  readonly timestamp: number;
  /** ms; undefined until the first answer to a connectivity check. */
  readonly roundTripTimeMs: number | undefined;
  /** `relay` when media goes through TURN on our side. */
  readonly localCandidateType: string | undefined;
  readonly remoteCandidateType: string | undefined;
  /** ms, from the peer's RTCP reports on what we send, the longest of all streams. */
  readonly reportedRoundTripMs?: number | undefined;
  /** bits/s that the congestion control expects the path to carry from us; Chromium only. */
  readonly availableBitrate?: number | undefined;
  /** The selected candidate pair; undefined before there is one. */
  readonly path?: NetworkPath | undefined;
  /** The first audio content: the microphones. */
  readonly audio: Directions;
  /** The first video content: the cameras. */
  readonly video: Directions;
  /** Every stream, by content. */
  readonly streams: readonly StreamStatistics[];
}

/** The selected candidate pair (webrtc-stats §8.21). */
export interface NetworkPath {
  readonly local: PathEnd | undefined;
  readonly remote: PathEnd | undefined;
}

export interface PathEnd {
  /** `host`, `srflx`, `prflx` or `relay`. */
  readonly type: string | undefined;
  /** `udp` or `tcp`. */
  readonly protocol: string | undefined;
  /** How we reach our TURN server: `udp`, `tcp` or `tls`. */
  readonly relayProtocol: string | undefined;
  /** Browsers leave out what the page is not to know. */
  readonly address: string | undefined;
}

/** What is sent or received of one content. */
export interface StreamStatistics extends MediaStatistics {
  /** The m-line; undefined where the browser does not tell. */
  readonly mid: string | undefined;
  readonly kind: MediaKind;
  readonly direction: 'send' | 'receive';
}

export interface Directions {
  readonly sent: MediaStatistics | undefined;
  readonly received: MediaStatistics | undefined;
}

export interface MediaStatistics {
  readonly codec: string | undefined;
  /** bits/s. */
  readonly bitrate: number;
  /** Packets since the start of the call. */
  readonly packets: number;
  /** Packets lost since the start of the call, as the receiver counts them. */
  readonly packetsLost: number;
  /** ms. */
  readonly jitterMs: number | undefined;
  /** Sent only: packets lost of those that the peer's last report covers, 0 to 1 (RFC 3550 §6.4.1). */
  readonly lossFraction?: number | undefined;
  /** Received only: mean ms that packets or frames waited in the jitter buffer since the previous sample. */
  readonly jitterBufferMs?: number | undefined;
  /** Video only: what keeps the encoder below the camera's resolution or frame rate; Firefox does not tell. */
  readonly limitedBy?: QualityLimitation | undefined;
  /** Video only: ms of encoding or decoding since the start. */
  readonly codecTimeMs?: number | undefined;
  /** Received video only: frames dropped before they were shown, since the start. */
  readonly framesDropped?: number | undefined;
  /** Received video only: freezes since the start, and ms of them (webrtc-stats, `freezeCount`). */
  readonly freezes?: number | undefined;
  readonly frozenMs?: number | undefined;
  /** Video only: frames encoded or decoded since the start. */
  readonly frames: number | undefined;
  /** Video only, pixels. */
  readonly width: number | undefined;
  readonly height: number | undefined;
}

/** `qualityLimitationReason` of webrtc-stats. */
export type QualityLimitation = 'none' | 'cpu' | 'bandwidth' | 'other';

/** The fields of webrtc-stats that are read here; every one may be missing. */
interface Report {
  readonly id: string;
  readonly type: string;
  readonly timestamp: number;
  readonly kind?: string;
  readonly mid?: string;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
  readonly framesEncoded?: number;
  readonly framesDecoded?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly codecId?: string;
  readonly mimeType?: string;
  readonly remoteId?: string;
  readonly state?: string;
  readonly nominated?: boolean;
  readonly selected?: boolean;
  readonly selectedCandidatePairId?: string;
  readonly currentRoundTripTime?: number;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly roundTripTime?: number;
  readonly availableOutgoingBitrate?: number;
  readonly protocol?: string;
  readonly relayProtocol?: string;
  readonly address?: string;
  readonly fractionLost?: number;
  readonly jitterBufferDelay?: number;
  readonly jitterBufferEmittedCount?: number;
  readonly qualityLimitationReason?: QualityLimitation;
  readonly totalEncodeTime?: number;
  readonly totalDecodeTime?: number;
  readonly framesDropped?: number;
  readonly freezeCount?: number;
  readonly totalFreezesDuration?: number;
}

interface Buffered {
  /** s, over all that was emitted. */
  readonly delay: number;
  readonly emitted: number;
}

/** Turns getStats (webrtc-stats) into SessionStatistics, remembering byte counts between samples to give rates. */
export class StatisticsSampler {
  readonly #bytes = new Map<string, { readonly bytes: number; readonly timestamp: number }>();
  readonly #buffered = new Map<string, Buffered>();

  /** @param mids in the order of the m-lines, which says what is the first of a kind: a report has no order */
  sample(stats: RTCStatsReport, mids: readonly (string | null)[] = []): SessionStatistics {
    const reports = new Map<string, Report>();
    stats.forEach((report: Report) => reports.set(report.id, report));
    const pair = selectedPair(reports);
    const path = pair && {
      local: pathEnd(reports.get(pair.localCandidateId ?? '')),
      remote: pathEnd(reports.get(pair.remoteCandidateId ?? '')),
    };
    const place = ({ mid }: StreamStatistics) => {
      const index = mids.indexOf(mid ?? null);
      return mid === undefined || index < 0 ? mids.length : index;
    };
    const streams = this.#streams(reports).sort((one, other) => place(one) - place(other));
    return {
      timestamp: Date.now(),
      roundTripTimeMs: milliseconds(pair?.currentRoundTripTime ?? remoteInbound(reports)?.roundTripTime),
      localCandidateType: path?.local?.type,
      remoteCandidateType: path?.remote?.type,
      reportedRoundTripMs: reportedRoundTrip(reports),
      availableBitrate: pair?.availableOutgoingBitrate,
      path,
      audio: directionsOf(streams, 'audio'),
      video: directionsOf(streams, 'video'),
      streams,
    };
  }

  #streams(reports: ReadonlyMap<string, Report>): StreamStatistics[] {
    return [...reports.values()].flatMap((report): StreamStatistics[] => {
      const { type, kind, mid, remoteId = '' } = report;
      if (kind !== 'audio' && kind !== 'video') return [];
      if (type === 'outbound-rtp')
        return [{ mid, kind, direction: 'send', ...this.#media(reports, report, reports.get(remoteId)) }];
      if (type === 'inbound-rtp') return [{ mid, kind, direction: 'receive', ...this.#media(reports, report, report) }];
      return [];
    });
  }

  /** `receiver` is the report that knows about loss and jitter: the peer's for what we send. */
  #media(reports: ReadonlyMap<string, Report>, report: Report, receiver: Report | undefined): MediaStatistics {
    return {
      codec: reports.get(report.codecId ?? '')?.mimeType,
      bitrate: this.#bitrate(report),
      packets: report.packetsSent ?? report.packetsReceived ?? 0,
      packetsLost: receiver?.packetsLost ?? 0,
      jitterMs: milliseconds(receiver?.jitter),
      lossFraction: receiver?.fractionLost,
      jitterBufferMs: this.#jitterBuffer(report),
      limitedBy: report.qualityLimitationReason,
      codecTimeMs: milliseconds(report.totalEncodeTime ?? report.totalDecodeTime),
      framesDropped: report.framesDropped,
      freezes: report.freezeCount,
      frozenMs: milliseconds(report.totalFreezesDuration),
      frames: report.framesEncoded ?? report.framesDecoded,
      width: report.frameWidth,
      height: report.frameHeight,
    };
  }

  #bitrate({ id, bytesSent, bytesReceived, timestamp }: Report): number {
    const bytes = bytesSent ?? bytesReceived ?? 0;
    const before = this.#bytes.get(id);
    this.#bytes.set(id, { bytes, timestamp });
    if (!before || timestamp <= before.timestamp) return 0;
    return ((bytes - before.bytes) * 8000) / (timestamp - before.timestamp);
  }

  #jitterBuffer({ id, jitterBufferDelay: delay, jitterBufferEmittedCount: emitted }: Report): number | undefined {
    if (delay === undefined || emitted === undefined) return undefined;
    const before = this.#buffered.get(id) ?? { delay: 0, emitted: 0 };
    this.#buffered.set(id, { delay, emitted });
    return emitted > before.emitted ? milliseconds((delay - before.delay) / (emitted - before.emitted)) : undefined;
  }
}

function directionsOf(streams: readonly StreamStatistics[], kind: MediaKind): Directions {
  const find = (direction: StreamStatistics['direction']) =>
    streams.find((stream) => stream.kind === kind && stream.direction === direction);
  return { sent: find('send'), received: find('receive') };
}

function selectedPair(reports: ReadonlyMap<string, Report>): Report | undefined {
  const all = [...reports.values()];
  const transport = all.find((report) => report.type === 'transport' && report.selectedCandidatePairId);
  if (transport) return reports.get(transport.selectedCandidatePairId ?? '');
  const pairs = all.filter((report) => report.type === 'candidate-pair');
  // Firefox has no transport report but marks the pair as selected.
  return pairs.find((pair) => pair.selected) ?? pairs.find((pair) => pair.nominated && pair.state === 'succeeded');
}

function remoteInbound(reports: ReadonlyMap<string, Report>): Report | undefined {
  return [...reports.values()].find(
    (report) => report.type === 'remote-inbound-rtp' && report.roundTripTime !== undefined,
  );
}

function reportedRoundTrip(reports: ReadonlyMap<string, Report>): number | undefined {
  const times = [...reports.values()].flatMap(({ type, roundTripTime }) =>
    type === 'remote-inbound-rtp' && roundTripTime !== undefined ? [roundTripTime] : [],
  );
  return times.length > 0 ? milliseconds(Math.max(...times)) : undefined;
}

function pathEnd(candidate: Report | undefined): PathEnd | undefined {
  if (!candidate) return undefined;
  const { candidateType: type, protocol, relayProtocol, address } = candidate;
  return { type, protocol, relayProtocol, address };
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
