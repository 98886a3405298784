/** The facts of a candidate (RFC 8839 §5.1), without its ufrag and foundation. */
export interface CandidateFacts {
  readonly type: string | undefined;
  readonly protocol: string | undefined;
  /** An IP address, or a name of multicast DNS. */
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly tcpType?: string | undefined;
  /** The address that a reflexive or relayed candidate was made from. */
  readonly relatedAddress?: string | undefined;
}

/** What happened to the connectivity of a session. Holds no credential and no SDP. */
export type IceEvent =
  /** Servers were given to the browser, by URL; more than once where credentials are renewed. */
  | { readonly kind: 'servers'; readonly urls: readonly string[] }
  | { readonly kind: 'local-candidate'; readonly mid: string; readonly candidate: CandidateFacts }
  | { readonly kind: 'remote-candidate'; readonly mid: string; readonly candidate: CandidateFacts }
  /** A server did not answer, or refused; `code` as in RTCPeerConnectionIceErrorEvent: a STUN error (RFC 8489 §14.8) or 701. */
  | { readonly kind: 'server-error'; readonly url: string; readonly code: number }
  | { readonly kind: 'gathering-state'; readonly state: RTCIceGatheringState }
  | { readonly kind: 'ice-state'; readonly state: RTCIceConnectionState }
  | { readonly kind: 'connection-state'; readonly state: RTCPeerConnectionState }
  | {
      readonly kind: 'selected-pair';
      readonly local: CandidateFacts | undefined;
      readonly remote: CandidateFacts | undefined;
    };

export interface IceLogEntry {
  /** ms since the epoch. */
  readonly at: number;
  readonly event: IceEvent;
}

/** The latest of what happened. */
export interface IceLog {
  readonly entries: readonly IceLogEntry[];
  /** Entries that are no longer there. */
  readonly dropped: number;
}

const MAX_ENTRIES = 500;

/** Keeps the latest events of a connection until and beyond its end. */
export class IceRecorder implements IceLog {
  readonly #entries: IceLogEntry[] = [];
  #dropped = 0;
  readonly #watched = new WeakSet<RTCIceTransport>();

  constructor(
    private readonly now: () => number = Date.now,
    private readonly limit = MAX_ENTRIES,
  ) {}

  get entries(): readonly IceLogEntry[] {
    return this.#entries;
  }

  get dropped(): number {
    return this.#dropped;
  }

  add(event: IceEvent): void {
    this.#entries.push({ at: this.now(), event });
    if (this.#entries.length <= this.limit) return;
    this.#entries.shift();
    this.#dropped++;
  }

  servers(servers: readonly RTCIceServer[]): void {
    this.add({ kind: 'servers', urls: servers.flatMap(({ urls }) => urls).map(withoutCredentials) });
  }

  candidate(kind: 'local-candidate' | 'remote-candidate', candidate: string, mid: string): void {
    this.add({ kind, mid, candidate: parseCandidate(candidate) });
  }

  /** The peer's candidates that come within a description. */
  described(sdp: string): void {
    for (const content of sdp.split(/^(?=m=)/m)) {
      const [, mid = ''] = /^a=mid:(\S+)/m.exec(content) ?? [];
      for (const [, line = ''] of content.matchAll(/^a=(candidate:.*)$/gm))
        this.candidate('remote-candidate', line, mid);
    }
  }

  watch(connection: RTCPeerConnection, signal: AbortSignal): void {
    const on = <K extends keyof RTCPeerConnectionEventMap>(
      type: K,
      listener: (event: RTCPeerConnectionEventMap[K]) => void,
    ) => {
      connection.addEventListener(type, listener, { signal });
    };
    on('icecandidate', ({ candidate }) => {
      if (candidate?.candidate) this.candidate('local-candidate', candidate.candidate, candidate.sdpMid ?? '');
    });
    on('icecandidateerror', ({ url, errorCode: code }) => {
      this.add({ kind: 'server-error', url: withoutCredentials(url), code });
    });
    on('icegatheringstatechange', () => {
      this.add({ kind: 'gathering-state', state: connection.iceGatheringState });
    });
    on('iceconnectionstatechange', () => {
      this.add({ kind: 'ice-state', state: connection.iceConnectionState });
      this.#watchTransports(connection, signal);
    });
    on('connectionstatechange', () => {
      this.add({ kind: 'connection-state', state: connection.connectionState });
    });
  }

  /** There is no transport before a description; Firefox before 2025 does not tell of pairs at all. */
  #watchTransports(connection: RTCPeerConnection, signal: AbortSignal): void {
    for (const { sender, receiver } of connection.getTransceivers()) {
      const transport = (sender.transport ?? receiver.transport)?.iceTransport;
      if (!transport || this.#watched.has(transport)) continue;
      this.#watched.add(transport);
      const changed = () => {
        const pair = transport.getSelectedCandidatePair();
        if (pair) this.add({ kind: 'selected-pair', local: factsOf(pair.local), remote: factsOf(pair.remote) });
      };
      // The method is missing in some browsers.
      if (!('getSelectedCandidatePair' in transport)) continue;
      transport.addEventListener('selectedcandidatepairchange', changed, { signal });
      changed();
    }
  }
}

function factsOf({ candidate }: RTCIceCandidate): CandidateFacts {
  return parseCandidate(candidate);
}

/** Facts of a candidate line (RFC 8839 §5.1, RFC 6544 §4.5); undefined is what it does not say. */
export function parseCandidate(candidate: string): CandidateFacts {
  const [, , protocol, , address, port, ...rest] = candidate.trim().split(/\s+/);
  const after = (name: string) => {
    const index = rest.indexOf(name);
    // Names and values alternate.
    return index >= 0 && index % 2 === 0 ? rest[index + 1] : undefined;
  };
  const tcpType = after('tcptype');
  const relatedAddress = after('raddr');
  return {
    type: after('typ'),
    protocol: protocol?.toLowerCase(),
    address,
    port: port === undefined || !/^\d{1,5}$/.test(port) ? undefined : Number(port),
    ...(tcpType !== undefined && { tcpType }),
    ...(relatedAddress !== undefined && { relatedAddress }),
  };
}

/** What RFC 7064 §3.1 and RFC 7065 §3.1 allow; of anything else, which may hold a password, only the scheme. */
export function withoutCredentials(url: string): string {
  const [allowed] =
    /^(?:stun|turn)s?:(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i.exec(url) ?? [];
  const [scheme = ''] = /^(?:stun|turn)s?:/i.exec(url) ?? [];
  return allowed ?? scheme;
}
