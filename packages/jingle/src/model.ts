/**
 * Jingle as typed values. The XEP modules parse elements into these and build elements from them; the SDP modules map
 * them to and from SDP. Everything here is plain data.
 */

/** XEP-0166 §7.2, `action`. */
export type JingleAction =
  | 'content-accept'
  | 'content-add'
  | 'content-modify'
  | 'content-reject'
  | 'content-remove'
  | 'description-info'
  | 'security-info'
  | 'session-accept'
  | 'session-info'
  | 'session-initiate'
  | 'session-terminate'
  | 'transport-accept'
  | 'transport-info'
  | 'transport-reject'
  | 'transport-replace';

/** XEP-0166 §7.4: the standard conditions of `<reason/>`, and `unknown` for names that no version of the XEP lists. */
export type ReasonCondition =
  | 'alternative-session'
  | 'busy'
  | 'cancel'
  | 'connectivity-error'
  | 'decline'
  | 'expired'
  | 'failed-application'
  | 'failed-transport'
  | 'general-error'
  | 'gone'
  | 'incompatible-parameters'
  | 'media-error'
  | 'security-error'
  | 'success'
  | 'timeout'
  | 'unsupported-applications'
  | 'unsupported-transports'
  | 'unknown';

export interface Reason {
  readonly condition: ReasonCondition;
  readonly text?: string;
  /** With `alternative-session`: the sid of the session to use in its place. */
  readonly alternative?: string;
  /** The condition of an application that stands beside, for instance `crypto-required` (XEP-0167, Error Handling). */
  readonly application?: { readonly namespace: string; readonly name: string };
}

/** Who holds a role in a session; also the frame of reference of `creator` and `senders`. */
export type Role = 'initiator' | 'responder';
/** XEP-0166 §7.3, `senders`. */
export type Senders = 'both' | 'initiator' | 'responder' | 'none';
export type MediaKind = 'audio' | 'video';

/** A format parameter (SDP `a=fmtp`); a keyless one such as `0-15` has an empty name. XEP-0167 §4. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** XEP-0293. Parameters are kept, but have no place in SDP. */
export interface RtcpFeedback {
  readonly type: string;
  readonly subtype?: string;
  readonly parameters?: readonly Parameter[];
}

export interface PayloadType {
  /** RTP payload type, 0 to 127. */
  readonly id: number;
  /** Encoding name as in `a=rtpmap`; filled in from RFC 3551 for static types that arrive without one. */
  readonly name: string;
  /** Hz. */
  readonly clockrate: number;
  /** 1 when absent. */
  readonly channels: number;
  /** ms. */
  readonly ptime?: number;
  /** ms. */
  readonly maxptime?: number;
  readonly parameters: readonly Parameter[];
  readonly feedback: readonly RtcpFeedback[];
  /** `trr-int`, ms (XEP-0293). */
  readonly trrInt?: number;
}

/** XEP-0294. `senders` is in session terms. Parameters are kept, but browsers know no attributes of extensions. */
export interface HeaderExtension {
  readonly id: number;
  readonly uri: string;
  readonly senders: Senders;
  readonly parameters?: readonly Parameter[];
}

/** XEP-0339. Parameters with an empty value stand for attributes without one. */
export interface Source {
  /** 0 to 2^32-1. */
  readonly ssrc: number;
  readonly parameters: readonly Parameter[];
}

export interface SourceGroup {
  /** `FID`, `SIM`, `FEC-FR`, … */
  readonly semantics: string;
  readonly ssrcs: readonly number[];
}

export interface Bandwidth {
  /** `AS`, `TIAS`, … */
  readonly type: string;
  /** In the unit of `type` (kbit/s for AS, bit/s for TIAS). */
  readonly value: number;
}

/** XEP-0167 §4, `<description/>` in `urn:xmpp:jingle:apps:rtp:1`. */
export interface RtpDescription {
  readonly media: MediaKind;
  /** The SSRC as the XEP has it. It is kept, but SDP has it with a `cname` only, for which there are `sources`. */
  readonly ssrc?: number;
  readonly payloadTypes: readonly PayloadType[];
  /** Feedback for all payload types (SDP `a=rtcp-fb:*`). */
  readonly feedback: readonly RtcpFeedback[];
  readonly trrInt?: number;
  readonly headerExtensions: readonly HeaderExtension[];
  readonly extmapAllowMixed: boolean;
  readonly sources: readonly Source[];
  readonly sourceGroups: readonly SourceGroup[];
  readonly rtcpMux: boolean;
  readonly rtcpRsize: boolean;
  readonly bandwidth: readonly Bandwidth[];
  /** SDES `<crypto/>` was offered. It is never used: it only tells "no DTLS" from "no security". */
  readonly sdes: boolean;
}

/** XEP-0320. `hash` in lower case, `value` as upper-case hex pairs joined by `:`. */
export interface Fingerprint {
  readonly hash: string;
  readonly value: string;
  readonly setup?: DtlsSetup;
}

export type DtlsSetup = 'active' | 'passive' | 'actpass' | 'holdconn';
export type CandidateType = 'host' | 'prflx' | 'relay' | 'srflx';

/** XEP-0176 §5.3. */
export interface Candidate {
  readonly component: number;
  /** 1 to 32 characters; numeric in everything that we send. */
  readonly foundation: string;
  readonly generation: number;
  readonly id: string;
  /** IPv4, IPv6 without brackets or zone, or an mDNS name. */
  readonly ip: string;
  readonly network: number;
  readonly port: number;
  readonly priority: number;
  readonly protocol: 'udp' | 'tcp';
  readonly tcptype?: 'active' | 'passive' | 'so';
  readonly type: CandidateType;
  readonly relAddr?: string;
  readonly relPort?: number;
}

/** XEP-0176 §5, `<transport/>` in `urn:xmpp:jingle:transports:ice-udp:1`. */
export interface IceUdpTransport {
  /** Absent in stubs of bundled contents and with peers that send only one of the two. */
  readonly ufrag?: string;
  readonly pwd?: string;
  readonly fingerprints: readonly Fingerprint[];
  readonly candidates: readonly Candidate[];
  /** `a=ice-options` tokens that the peer named, for instance `trickle`. */
  readonly iceOptions: readonly string[];
  readonly iceLite: boolean;
  /** `<gathering-complete/>` was present. */
  readonly gatheringComplete: boolean;
}

/** A description or transport in a namespace that we do not speak. */
export interface Unsupported {
  readonly unsupported: string;
}

/** XEP-0166 §7.3. */
export interface Content {
  readonly name: string;
  readonly creator: Role;
  readonly senders: Senders;
  readonly disposition: string;
  readonly description?: RtpDescription | Unsupported;
  readonly transport?: IceUdpTransport | Unsupported;
}

/** A content that can be negotiated: what the SDP modules take and give. */
export interface RtpContent extends Content {
  readonly description: RtpDescription;
  readonly transport: IceUdpTransport;
}

/** XEP-0338. */
export interface ContentGroup {
  /** `BUNDLE` or `LS`. */
  readonly semantics: string;
  readonly contents: readonly string[];
}

/** What one side says, each once, of a code that two people compare: that it is bound, then by what. 32 bytes in hexadecimal. */
export type SafetyCodeMessage =
  { readonly type: 'commit'; readonly commitment: string } | { readonly type: 'reveal'; readonly nonce: string };

/** XEP-0166 §7.2 session-info payloads that concern calls (XEP-0167, Informational Messages); `ping` is an empty session-info. */
export type SessionInfo =
  | { readonly kind: 'ping' | 'active' | 'hold' | 'unhold' | 'ringing' }
  | { readonly kind: 'mute' | 'unmute'; readonly name?: string; readonly creator?: Role }
  /** Without a message: one that is malformed. */
  | { readonly kind: 'safety-code'; readonly message?: SafetyCodeMessage }
  | { readonly kind: 'unsupported'; readonly namespace: string; readonly name: string };

/** XEP-0166 §7.1, `<jingle/>`. */
export interface Jingle {
  readonly action: JingleAction;
  readonly sid: string;
  /** Informative only: peers are identified by the stanza's `from`. */
  readonly initiator?: string;
  readonly responder?: string;
  readonly contents: readonly Content[];
  readonly groups: readonly ContentGroup[];
  readonly reason?: Reason;
  /** Present for `session-info` only. */
  readonly info?: SessionInfo;
}

/** The contents of a whole session, in m-line order, as one side describes them. */
export interface SessionContents {
  readonly contents: readonly RtpContent[];
  readonly groups: readonly ContentGroup[];
}
