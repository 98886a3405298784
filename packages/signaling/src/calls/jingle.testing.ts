import type { Candidate, Content, IceUdpTransport, MediaKind, RtpDescription } from '@xmpp-call/jingle';

/** Contents of a peer that says what it likes, for what no Negotiation would say. */

export interface ContentInit extends Partial<Pick<Content, 'senders' | 'disposition'>> {
  readonly media?: MediaKind;
  readonly ufrag?: string;
  readonly candidates?: readonly Candidate[];
  /** Of the fingerprint; `none` for a transport without one. */
  readonly hash?: string;
}

const VALUES: Readonly<Record<string, number>> = { 'sha-256': 32, 'sha-1': 20, md4: 16 };

export function candidate(port: number): Candidate {
  return {
    component: 1,
    foundation: '1',
    generation: 0,
    id: `c${String(port)}`,
    ip: '192.0.2.66',
    network: 0,
    port,
    priority: 2130706431,
    protocol: 'udp',
    type: 'host',
  };
}

function transport({ ufrag = 'aaaa', candidates = [], hash = 'sha-256' }: ContentInit = {}): IceUdpTransport {
  const value = Array.from({ length: VALUES[hash] ?? 16 }, () => 'AB').join(':');
  return {
    ufrag,
    pwd: `${ufrag}-password-of-22-or-more`,
    fingerprints: hash === 'none' ? [] : [{ hash, value, setup: 'actpass' }],
    candidates,
    iceOptions: [],
    iceLite: false,
    gatheringComplete: false,
  };
}

function description(media: MediaKind): RtpDescription {
  const codec =
    media === 'audio' ? { id: 111, name: 'opus', clockrate: 48_000 } : { id: 96, name: 'VP8', clockrate: 90_000 };
  return {
    media,
    payloadTypes: [{ ...codec, channels: media === 'audio' ? 2 : 1, parameters: [], feedback: [] }],
    feedback: [],
    headerExtensions: [],
    extmapAllowMixed: false,
    sources: [],
    sourceGroups: [],
    rtcpMux: true,
    rtcpRsize: false,
    bandwidth: [],
    sdes: false,
  };
}

/** A whole content. */
export function content(name: string, init: ContentInit = {}): Content {
  const { media = 'audio', senders = 'both', disposition = 'session' } = init;
  return {
    name,
    creator: 'initiator',
    senders,
    disposition,
    description: description(media),
    transport: transport(init),
  };
}

/** A content with its transport only. */
export function transportOnly(name: string, init: ContentInit = {}): Content {
  return { name, creator: 'initiator', senders: 'both', disposition: 'session', transport: transport(init) };
}

/** A content with nothing in it. */
export function bare(name: string, senders: Content['senders'] = 'both'): Content {
  return { name, creator: 'initiator', senders, disposition: 'session' };
}
