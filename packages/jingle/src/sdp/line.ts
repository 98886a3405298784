import type { ContentGroup, IceUdpTransport, MediaKind, Role, RtpContent, Senders } from '../model.js';

/** One m-line of the session: the order of lines never changes, a closed line keeps its place (RFC 8829 §5.2.2). */
export interface Line {
  readonly name: string;
  readonly mid: string;
  /** `audio`, `video`, or what else the browser offered. */
  readonly kind: string;
  readonly protocol: string;
  readonly formats: string;
  readonly offeredBy: Role;
  /** `offered`: the other side has not answered yet. `closed`: rejected or removed. */
  readonly state: 'offered' | 'active' | 'closed';
  /** What each side last said of it. */
  readonly local?: RtpContent;
  readonly remote?: RtpContent;
  /** The DTLS role of the peer once it is settled. */
  readonly remoteSetup?: 'active' | 'passive';
  /** A content-modify of the peer that came before its content-accept (Dino). */
  readonly narrowed?: Senders;
}

export function mediaOfLine(line: Line): MediaKind | undefined {
  return line.kind === 'audio' || line.kind === 'video' ? line.kind : undefined;
}

/** RFC 8843 §7.2 wants a token; libwebrtc takes at most 16 characters. */
export function isSafeMid(mid: string): boolean {
  return /^[\w-]{1,16}$/.test(mid);
}

/** `wanted` where it is safe and free, else the first free of `c0`, `c1`, … */
export function freeMid(wanted: string, taken: ReadonlySet<string>): string {
  if (isSafeMid(wanted) && !taken.has(wanted)) return wanted;
  for (let number = 0; ; number++) {
    const mid = `c${number}`;
    if (!taken.has(mid)) return mid;
  }
}

export function bundleOf(groups: readonly ContentGroup[]): readonly string[] {
  return groups.find((group) => group.semantics === 'BUNDLE')?.contents ?? [];
}

/**
 * The transport of a bundled content completed by those of its group (RFC 8843 §7.1.3: only the tagged section has to
 * carry it), and a missing password by the one that goes with the same ufrag.
 */
export function completed(transport: IceUdpTransport, fellows: readonly IceUdpTransport[]): IceUdpTransport {
  let { ufrag, pwd, fingerprints } = transport;
  if (ufrag !== undefined && pwd === undefined)
    pwd = fellows.find((one) => one.ufrag === ufrag && one.pwd !== undefined)?.pwd;
  if (ufrag === undefined || pwd === undefined) {
    const donor = fellows.find((one) => one.ufrag !== undefined && one.pwd !== undefined);
    if (donor && (ufrag === undefined || ufrag === donor.ufrag)) ({ ufrag, pwd } = donor);
  }
  if (fingerprints.length === 0) fingerprints = fellows.find((one) => one.fingerprints.length > 0)?.fingerprints ?? [];
  return { ...transport, ...(ufrag !== undefined && { ufrag }), ...(pwd !== undefined && { pwd }), fingerprints };
}

/** The line of a content that is not closed. */
export function findLine(lines: readonly Line[], name: string): Line | undefined {
  return lines.find((line) => line.name === name && line.state !== 'closed');
}
