import { defined } from '../defined.js';
import type { ContentGroup, IceUdpTransport, Role, RtpContent, Senders } from '../model.js';

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

/**
 * `wanted` where it is safe and free, else the first free of `c0`, `c1`, … RFC 8843 §7.2 wants a token; libwebrtc takes at
 * most 16 characters.
 */
export function freeMid(wanted: string, taken: readonly string[]): string {
  let mid = wanted;
  for (let number = 0; !/^[\w-]{1,16}$/.test(mid) || taken.includes(mid); number++) mid = `c${number}`;
  return mid;
}

export function midsOf(lines: readonly Line[]): string[] {
  return lines.map((line) => line.mid);
}

export function bundleOf(groups: readonly ContentGroup[]): readonly string[] {
  return groups.find((group) => group.semantics === 'BUNDLE')?.contents ?? [];
}

/**
 * The transport of a bundled content completed by those of its group (RFC 8843 §7.1.3: only the tagged section has to
 * carry it), and a missing password by the one that goes with the same ufrag.
 */
export function completed(transport: IceUdpTransport, fellows: readonly IceUdpTransport[]): IceUdpTransport {
  const { ufrag, fingerprints } = transport;
  const donor = isWhole(transport)
    ? transport
    : fellows.find((one) => isWhole(one) && (ufrag === undefined || ufrag === one.ufrag));
  return {
    ...transport,
    ...(donor && defined({ ufrag: donor.ufrag, pwd: donor.pwd })),
    fingerprints: [transport, ...fellows].find((one) => one.fingerprints.length > 0)?.fingerprints ?? fingerprints,
  };
}

/** True where both ICE credentials are known. */
export function isWhole(transport: IceUdpTransport): boolean {
  return transport.ufrag !== undefined && transport.pwd !== undefined;
}

/** The line of a content that is not closed. */
export function findLine(lines: readonly Line[], name: string): Line | undefined {
  return lines.find((line) => line.name === name && line.state !== 'closed');
}
