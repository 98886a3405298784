/** The candidate pair that a connection sends on. */
export interface SelectedPair {
  readonly connectionState: RTCPeerConnectionState;
  /** host, srflx, prflx or relay. */
  readonly local: string;
  readonly remote: string;
  readonly protocol: string;
}

type Stat = Readonly<Record<string, unknown>>;

const connections: RTCPeerConnection[] = [];

/** Keeps hold of every peer connection of the page; `policy` overrides the page's own transport policy. */
export function observeConnections(policy: RTCIceTransportPolicy | undefined): void {
  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(policy === undefined ? configuration : { ...configuration, iceTransportPolicy: policy });
      connections.push(this);
    }
  };
}

/** Connections that were not closed. */
export function openConnections(): readonly RTCPeerConnection[] {
  return connections.filter((connection) => connection.signalingState !== 'closed');
}

/** What the open connections have told each other and been told. */
export function descriptions(): string[] {
  return openConnections()
    .flatMap((connection) => [connection.localDescription, connection.remoteDescription])
    .flatMap((description) => (description ? [description.sdp] : []));
}

/** Sends `track` in place of what the open connections send of its kind. */
export async function sendInstead(track: MediaStreamTrack): Promise<void> {
  const senders = openConnections().flatMap((connection) => connection.getSenders());
  await Promise.all(
    senders.filter((sender) => sender.track?.kind === track.kind).map((sender) => sender.replaceTrack(track)),
  );
}

/** One entry for each transport of an open connection that has chosen its pair. */
export async function selectedPairs(): Promise<SelectedPair[]> {
  const perConnection = await Promise.all(
    openConnections().map(async (connection) => pairsOf(connection, await statsOf(connection))),
  );
  return perConnection.flat();
}

/** Samples of received audio that the open connections have played, and how many of them were concealed. */
export async function concealment(): Promise<{ readonly concealed: number; readonly played: number }> {
  const sum = { concealed: 0, played: 0 };
  for (const connection of openConnections()) {
    for (const stat of (await statsOf(connection)).values()) {
      if (stat.type !== 'inbound-rtp' || stat.kind !== 'audio') continue;
      sum.concealed += Number(stat.concealedSamples ?? 0);
      sum.played += Number(stat.totalSamplesReceived ?? 0);
    }
  }
  return sum;
}

/** Bytes that have arrived on each transport of the open connections, media and control together. */
export async function receivedBytes(): Promise<number[]> {
  const perConnection = await Promise.all(
    openConnections().map(async (connection) => {
      const stats = [...(await statsOf(connection)).values()];
      return stats.filter((stat) => stat.type === 'transport').map((stat) => Number(stat.bytesReceived ?? 0));
    }),
  );
  return perConnection.flat();
}

async function statsOf(connection: RTCPeerConnection): Promise<Map<string, Stat>> {
  const stats = new Map<string, Stat>();
  (await connection.getStats()).forEach((stat: Stat, id: string) => stats.set(id, stat));
  return stats;
}

function pairsOf(connection: RTCPeerConnection, stats: ReadonlyMap<string, Stat>): SelectedPair[] {
  const all = [...stats.values()];
  const chosen = new Set(all.filter((stat) => stat.type === 'transport').map((stat) => stat.selectedCandidatePairId));
  return all
    .filter((stat) => stat.type === 'candidate-pair')
    .filter((stat) => chosen.has(stat.id) || stat.selected === true)
    .map((pair) => {
      const local = stats.get(String(pair.localCandidateId));
      const remote = stats.get(String(pair.remoteCandidateId));
      return {
        connectionState: connection.connectionState,
        local: String(local?.candidateType),
        remote: String(remote?.candidateType),
        protocol: String(local?.protocol),
      };
    });
}
