/** The figures of a number are null where they are not known, so that JSON has every field. */
type Figure = number | null;
type Word = string | null;

/**
 * What may be shown of a call, as JSON. Holds no address of a person, credential, SDP or DTMF, and IP addresses of networks only,
 * unless asked for in full. A field may be added under the same version; one that changes its meaning or goes raises it.
 */
export interface CallReport {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Whether addresses were shortened to networks: IPv4 to 24 bits, IPv6 to 48. */
  readonly addressesShortened: boolean;
  readonly call: {
    readonly direction: Word;
    readonly state: Word;
    readonly endReason: Word;
    readonly errorCode: Word;
    readonly video: boolean;
    /** When media first flowed, ISO 8601; null where it never did. */
    readonly activeSince: Word;
  };
  /** Null without statistics: they end with the call. */
  readonly path: ReportedPath | null;
  readonly streams: readonly ReportedStream[];
  readonly mediaCore: ReportedCore;
  readonly quality: ReportedQuality | null;
  readonly ice: {
    /** In the order in which they happened; null without a connection. */
    readonly events: readonly ReportedIceEvent[] | null;
    /** Older ones that were no longer kept. */
    readonly dropped: number;
  };
}

export interface ReportedPath {
  /** `relay` where either side's candidate is one. */
  readonly kind: 'direct' | 'relay' | 'unknown';
  /** How we reach our TURN server; null where our candidate is none of it, or the browser does not tell. */
  readonly relayProtocol: 'udp' | 'tcp' | 'tls' | null;
  readonly local: { readonly type: Word; readonly protocol: Word; readonly address: Word };
  readonly remote: { readonly type: Word; readonly protocol: Word; readonly address: Word };
  readonly roundTripMs: Figure;
  readonly reportedRoundTripMs: Figure;
  /** bits/s. */
  readonly availableBitrate: Figure;
}

export interface ReportedStream {
  readonly mid: Word;
  readonly kind: 'audio' | 'video';
  readonly direction: 'send' | 'receive';
  readonly codec: Word;
  /** bits/s. */
  readonly bitrate: Figure;
  /** Since the start of the call. */
  readonly packets: Figure;
  readonly packetsLost: Figure;
  /** 0 to 1, sent only: of the peer's last report. */
  readonly lossFraction: Figure;
  readonly jitterMs: Figure;
  readonly jitterBufferMs: Figure;
  readonly width: Figure;
  readonly height: Figure;
  readonly frames: Figure;
  readonly framesDropped: Figure;
  readonly freezes: Figure;
  readonly frozenMs: Figure;
  readonly limitedBy: Word;
}

export interface ReportedCore {
  /** Whether our codecs serve any direction of any medium now. */
  readonly inUse: boolean;
  /** By kind and direction, such as `audio send`: path and reason, such as `wasm: fit`. */
  readonly decisions: Readonly<Record<string, string>>;
  /** Media workers that failed in this call. */
  readonly crashes: number;
}

export interface ReportedQuality {
  readonly level: 'good' | 'weak' | 'bad';
  readonly cause: Word;
}

export interface ReportedCandidate {
  readonly type: Word;
  readonly protocol: Word;
  readonly address: Word;
  readonly port: Figure;
  readonly tcpType: Word;
  readonly relatedAddress: Word;
}

/** `atMs` is since the first event. */
export type ReportedIceEvent = { readonly atMs: number } & (
  | { readonly kind: 'servers'; readonly urls: readonly string[] }
  | { readonly kind: 'local-candidate' | 'remote-candidate'; readonly mid: Word; readonly candidate: ReportedCandidate }
  | { readonly kind: 'server-error'; readonly url: string; readonly code: Figure }
  | { readonly kind: 'gathering-state' | 'ice-state' | 'connection-state'; readonly state: Word }
  | {
      readonly kind: 'selected-pair';
      readonly local: ReportedCandidate | null;
      readonly remote: ReportedCandidate | null;
    }
);
