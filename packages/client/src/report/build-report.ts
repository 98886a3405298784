import type { CandidateFacts, IceEvent, IceLog, PathEnd, StreamStatistics } from '@xmpp-call/media';
import type { Call, CallStatistics } from '../api.js';
import type {
  CallReport,
  ReportedCandidate,
  ReportedCore,
  ReportedIceEvent,
  ReportedPath,
  ReportedQuality,
  ReportedStream,
} from './call-report.js';
import { fullAddress, shortenAddress } from './shorten-address.js';

export const REPORT_VERSION = 1;

export interface ReportInput {
  /** Of the call only what is no secret is read. */
  readonly call: Pick<Call, 'direction' | 'state' | 'endReason' | 'media' | 'activeSince'> & {
    readonly error?: { readonly code: string } | undefined;
  };
  /** The last sample; undefined where there was no connection. */
  readonly statistics?: CallStatistics | undefined;
  readonly iceLog?: IceLog | undefined;
  /** Of `CallQuality`. */
  readonly quality?: { readonly level: ReportedQuality['level']; readonly cause: string | undefined } | undefined;
  /** ms since the epoch. */
  readonly now?: number;
}

export interface BuildReportOptions {
  /** IPv4 to /24, IPv6 to /48; default true. Names of multicast DNS are kept either way. */
  readonly shortenAddresses?: boolean;
}

/**
 * A report of a call, as JSON. Each field is named here and read by itself, and each text has to look like what it is: what
 * else an input holds does not get in.
 */
export function buildReport(
  { call, statistics, iceLog, quality, now = Date.now() }: ReportInput,
  { shortenAddresses = true }: BuildReportOptions = {},
): CallReport {
  const writer = new Writer(shortenAddresses ? shortenAddress : fullAddress);
  return {
    version: REPORT_VERSION,
    createdAt: new Date(now).toISOString(),
    addressesShortened: shortenAddresses,
    call: {
      direction: word(call.direction),
      state: word(call.state),
      endReason: word(call.endReason),
      errorCode: word(call.error?.code),
      video: call.media.video,
      activeSince: call.activeSince === undefined ? null : new Date(call.activeSince).toISOString(),
    },
    path: statistics ? writer.path(statistics) : null,
    streams: statistics?.streams.map(streamOf) ?? [],
    mediaCore: coreOf(statistics?.core),
    quality: quality ? { level: quality.level, cause: word(quality.cause) } : null,
    ice: { events: iceLog ? writer.events(iceLog) : null, dropped: iceLog?.dropped ?? 0 },
  };
}

/** What RFC 8839 §5.1, RFC 6544 §4.5, RFC 8656 and the browser's states know: any other word is none that a peer may put here. */
const CONNECTIVITY_WORDS: ReadonlySet<string> = new Set([
  ...['host', 'srflx', 'prflx', 'relay'],
  ...['udp', 'tcp', 'tls', 'ssltcp'],
  ...['active', 'passive', 'so'],
  ...['new', 'gathering', 'complete', 'checking', 'connecting', 'connected', 'completed'],
  ...['disconnected', 'failed', 'closed'],
]);

function connectivityWord(text: string | undefined): string | null {
  return text !== undefined && CONNECTIVITY_WORDS.has(text) ? text : null;
}

/** A name of a closed set of this package or of webrtc-stats. */
function word(text: string | undefined): string | null {
  return text !== undefined && /^[a-z]{1,16}(?:-[a-z]{1,16}){0,4}$/.test(text) ? text : null;
}

/** MIME types of codecs (RFC 4855 §2). */
function mimeType(text: string | undefined): string | null {
  return text !== undefined && /^(?:audio|video)\/[\w.+-]{1,32}$/i.test(text) ? text : null;
}

/** Identification tags of media (RFC 5888 §4) that this client and most others use. */
function midOf(text: string | undefined): string | null {
  return text !== undefined && /^(?:\d{1,4}|audio|video|data)$/.test(text) ? text : null;
}

/** JSON has neither infinity nor NaN, and digits after the second one, or a negative zero, tell nobody anything. */
function figure(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? Number(value.toFixed(2)) + 0 : null;
}

function streamOf(stream: StreamStatistics): ReportedStream {
  return {
    mid: midOf(stream.mid),
    kind: stream.kind,
    direction: stream.direction,
    codec: mimeType(stream.codec),
    bitrate: figure(stream.bitrate),
    packets: figure(stream.packets),
    packetsLost: figure(stream.packetsLost),
    lossFraction: figure(stream.lossFraction),
    jitterMs: figure(stream.jitterMs),
    jitterBufferMs: figure(stream.jitterBufferMs),
    width: figure(stream.width),
    height: figure(stream.height),
    frames: figure(stream.frames),
    framesDropped: figure(stream.framesDropped),
    freezes: figure(stream.freezes),
    frozenMs: figure(stream.frozenMs),
    limitedBy: word(stream.limitedBy),
  };
}

function coreOf(core: CallStatistics['core']): ReportedCore {
  const decisions = core?.decisions;
  const all = (['audio', 'video'] as const).flatMap((kind) =>
    (['send', 'receive'] as const).flatMap((flow) => {
      const decision = decisions?.[kind][flow];
      return decision ? [[`${kind} ${flow}`, decision] as const] : [];
    }),
  );
  return {
    inUse: all.some(([, { path }]) => path === 'wasm'),
    decisions: Object.fromEntries(
      all.map(([name, { path, reason }]) => [name, `${String(word(path))}: ${String(word(reason))}`]),
    ),
    crashes: core?.crashes ?? 0,
  };
}

/** Writes what holds addresses. */
class Writer {
  constructor(private readonly shownOf: (address: string) => string | undefined) {}

  path({ path, ...sample }: CallStatistics): ReportedPath {
    const types = [path?.local?.type ?? sample.localCandidateType, path?.remote?.type ?? sample.remoteCandidateType];
    const isKnown = types.some((type) => type !== undefined);
    return {
      kind: types.includes('relay') ? 'relay' : isKnown ? 'direct' : 'unknown',
      relayProtocol: relayProtocolOf(path?.local?.relayProtocol),
      local: this.#end(path?.local, sample.localCandidateType),
      remote: this.#end(path?.remote, sample.remoteCandidateType),
      roundTripMs: figure(sample.roundTripTimeMs),
      reportedRoundTripMs: figure(sample.reportedRoundTripMs),
      availableBitrate: figure(sample.availableBitrate),
    };
  }

  events({ entries }: IceLog): ReportedIceEvent[] {
    const start = entries[0]?.at ?? 0;
    return entries.map(({ at, event }) => ({ atMs: Math.round(at - start), ...this.#event(event) }));
  }

  #event(event: IceEvent): EventOf<ReportedIceEvent> {
    switch (event.kind) {
      case 'servers':
        return { kind: event.kind, urls: event.urls.map(serverUrl) };
      case 'local-candidate':
      case 'remote-candidate':
        return { kind: event.kind, mid: midOf(event.mid), candidate: this.#candidate(event.candidate) };
      case 'server-error':
        return { kind: event.kind, url: serverUrl(event.url), code: figure(event.code) };
      case 'gathering-state':
      case 'ice-state':
      case 'connection-state':
        return { kind: event.kind, state: connectivityWord(event.state) };
      case 'selected-pair':
        return {
          kind: event.kind,
          local: event.local ? this.#candidate(event.local) : null,
          remote: event.remote ? this.#candidate(event.remote) : null,
        };
    }
  }

  #candidate({ type, protocol, address, port, tcpType, relatedAddress }: CandidateFacts): ReportedCandidate {
    return {
      type: connectivityWord(type),
      protocol: connectivityWord(protocol),
      address: this.#address(address),
      port: figure(port),
      tcpType: connectivityWord(tcpType),
      relatedAddress: this.#address(relatedAddress),
    };
  }

  #end(end: PathEnd | undefined, type: string | undefined): ReportedPath['local'] {
    return {
      type: connectivityWord(end?.type ?? type),
      protocol: connectivityWord(end?.protocol),
      address: this.#address(end?.address),
    };
  }

  #address(address: string | undefined): string | null {
    return address === undefined ? null : (this.shownOf(address) ?? null);
  }
}

/** Without `atMs`, of each kind. */
type EventOf<E> = E extends unknown ? Omit<E, 'atMs'> : never;

function relayProtocolOf(protocol: string | undefined): ReportedPath['relayProtocol'] {
  return protocol === 'udp' || protocol === 'tcp' || protocol === 'tls' ? protocol : null;
}

/** RFC 7064 §3.1, RFC 7065 §3.1: neither has a place for credentials. The log is clean already; a report relies on nobody. */
function serverUrl(url: string): string {
  const isServer = /^(?:stun|turn)s?:(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i.test(url);
  return isServer ? url : (/^(?:stun|turn)s?:/i.exec(url)?.[0] ?? '');
}
