import { defined } from '../defined.js';
import type {
  IceUdpTransport,
  MediaKind,
  Parameter,
  PayloadType,
  Role,
  RtcpFeedback,
  RtpDescription,
  Source,
  SourceGroup,
} from '../model.js';
import { fault, ok, type Result } from '../result.js';
import { completedType } from '../static-payload-types.js';
import { MEDIA_KINDS, SETUPS } from '../vocabulary.js';
import { NO_TRANSPORT } from '../xep-0176-ice-udp.js';
import { LIMITS } from '../xml.js';
import { oneOf, uint } from '../xml-table.js';
import { DIRECTIONS, isSending, sendersOf, type Direction } from './direction.js';
import { parseLines, type Level, type ParsedMedia } from './parsed.js';

/** One m-line of a session description, in Jingle's terms. */
export interface SdpSection {
  readonly mid?: string;
  /** `audio`, `video`, or something that is no RTP media (`application`). */
  readonly kind: string;
  readonly protocol: string;
  /** The format list as written. */
  readonly formats: string;
  /** Port 0 without `a=bundle-only` (RFC 8843 §6). */
  readonly rejected: boolean;
  readonly direction: Direction;
  /** Present for audio and video. */
  readonly description?: RtpDescription;
  readonly transport: IceUdpTransport;
}

export interface SdpDocument {
  readonly sections: readonly SdpSection[];
  /** `mids` of sections that are not rejected. */
  readonly groups: readonly { readonly semantics: string; readonly mids: readonly string[] }[];
}

const MAX_SDP = 1_000_000;
const SSRC = uint(0xffffffff);

/**
 * Reads the SDP of the side that holds `author`. What Jingle cannot say (simulcast, rid, data channels) is left out;
 * candidates too: they travel one by one.
 */
export function parseSdp(sdp: string, author: Role): Result<SdpDocument> {
  const session = sdp.length > MAX_SDP ? undefined : parseLines(sdp);
  if (!session?.media.length || session.media.length > LIMITS.contents)
    return fault('bad-request', 'no media, or too much of it');
  const sections = session.media.map((media) => readSection(media, session, author));
  const alive = sections.flatMap((section) => (section.rejected ? [] : section.mid));
  const groups = (session.groups ?? []).map((group) => ({
    semantics: group.type,
    mids: group.mids.split(' ').filter((mid) => alive.includes(mid)),
  }));
  return ok({ sections, groups: groups.filter((group) => group.mids.length > 0) });
}

/** What a section says, or the session for all. */
type Said = <K extends keyof Level>(key: K) => Level[K];

function readSection(media: ParsedMedia, session: Level, author: Role): SdpSection {
  const said: Said = (key) => media[key] ?? session[key];
  const kind = oneOf(MEDIA_KINDS)(media.type);
  const direction = oneOf(DIRECTIONS)(said('direction') ?? '') ?? 'sendrecv';
  return defined({
    mid: media.mid,
    kind: media.type,
    protocol: media.protocol,
    formats: media.payloads ?? '',
    rejected: Number(media.port) === 0 && media.bundleOnly === undefined,
    direction,
    transport: readTransport(said),
    description: kind && readDescription(media, said, kind, author, isSending(direction)),
  });
}

function readTransport(said: Said): IceUdpTransport {
  const fingerprint = said('fingerprint');
  const options = said('iceOptions') ?? '';
  return defined({
    ...NO_TRANSPORT,
    ufrag: said('iceUfrag'),
    pwd: said('icePwd'),
    fingerprints: fingerprint
      ? [
          defined({
            hash: fingerprint.type.toLowerCase(),
            value: fingerprint.hash.toUpperCase(),
            setup: oneOf(SETUPS)(said('setup') ?? ''),
          }),
        ]
      : [],
    iceOptions: options.split(' ').filter((option) => option !== ''),
    iceLite: said('icelite') !== undefined,
  });
}

function readDescription(
  media: ParsedMedia,
  said: Said,
  kind: MediaKind,
  author: Role,
  sending: boolean,
): RtpDescription {
  return {
    media: kind,
    payloadTypes: readPayloadTypes(media, kind),
    ...readFeedback(media, '*'),
    headerExtensions: (said('ext') ?? []).map(({ value, uri, direction = '' }) => ({
      id: Number(value),
      uri,
      senders: sendersOf(oneOf(DIRECTIONS)(direction) ?? 'sendrecv', author),
    })),
    extmapAllowMixed: said('extmapAllowMixed') !== undefined,
    // A section that does not send has no sources, though Firefox lists some.
    sources: sending ? readSources(media) : [],
    sourceGroups: sending ? readSourceGroups(media) : [],
    rtcpMux: media.rtcpMux !== undefined,
    rtcpRsize: media.rtcpRsize !== undefined,
    bandwidth: (media.bandwidth ?? []).map(({ type, limit }) => ({ type, value: Number(limit) })),
    sdes: media.crypto !== undefined,
  };
}

/** What concerns one payload type, or all of them by the name `*`. */
function readFeedback({ rtcpFb = [], rtcpFbTrrInt = [] }: ParsedMedia, format: string) {
  const trrInt = rtcpFbTrrInt.find((one) => one.payload === format);
  return {
    feedback: rtcpFb
      .filter((one) => one.payload === format)
      .map(({ type, subtype }): RtcpFeedback => (subtype === undefined ? { type } : { type, subtype })),
    ...(trrInt && { trrInt: Number(trrInt.value) }),
  };
}

function readPayloadTypes(media: ParsedMedia, kind: MediaKind): PayloadType[] {
  const formats = (media.payloads ?? '').split(' ', LIMITS.payloadTypes);
  return formats.flatMap((format) => {
    const id = uint(127)(format);
    if (id === undefined) return [];
    const rtpmap = media.rtp.find((one) => one.payload === format);
    const type = defined({
      id,
      name: rtpmap?.codec,
      clockrate: uint(0xffffffff)(rtpmap?.rate ?? ''),
      channels: Number(rtpmap?.encoding) || 1,
      ptime: uint(65535)(media.ptime ?? ''),
      maxptime: uint(65535)(media.maxptime ?? ''),
      parameters: parseFormatParameters(media.fmtp.find((one) => one.payload === format)?.config ?? ''),
      ...readFeedback(media, format),
    });
    return completedType(type, kind) ?? [];
  });
}

/** The value of `a=fmtp`: `;` between parameters, the first `=` between name and value; keyless ones have no name. */
export function parseFormatParameters(config: string): Parameter[] {
  const parameters: Parameter[] = [];
  for (const part of config.split(';')) {
    const text = part.trim();
    if (text === '') continue;
    const equals = text.indexOf('=');
    if (equals < 0) parameters.push({ name: '', value: text });
    else if (equals > 0) parameters.push({ name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() });
  }
  return parameters;
}

/** RFC 5576. The stream of a section (`a=msid`) becomes a parameter of its sources, where Jingle peers look for it. */
function readSources(media: ParsedMedia): Source[] {
  const sources = new Map<number, Parameter[]>();
  for (const { id, attribute, value = '' } of media.ssrcs ?? []) {
    const ssrc = SSRC(id);
    if (ssrc === undefined) continue;
    const parameters = sources.get(ssrc) ?? [];
    sources.set(ssrc, parameters);
    const parameter = { name: attribute ?? '', value: value.trim() };
    if (attribute !== undefined && (attribute !== 'msid' || isMsid(parameter.value))) parameters.push(parameter);
  }
  const msid = readMsid(media);
  return [...sources].map(([ssrc, parameters]) => {
    const isNamed = msid === undefined || parameters.some((one) => one.name === 'msid');
    return { ssrc, parameters: isNamed ? parameters : [...parameters, { name: 'msid', value: msid }] };
  });
}

/** sdp-transform does not match the braces of Firefox's ids, and puts such lines among the invalid ones. */
function readMsid({ msid: [first] = [], invalid = [] }: ParsedMedia): string | undefined {
  const given = first
    ? [`${first.id} ${first.appdata ?? ''}`]
    : invalid.filter(({ value }) => value.startsWith('msid:')).map(({ value }) => value.slice('msid:'.length).trim());
  return given.slice(0, 1).find(isMsid);
}

/** RFC 8830 §2: a stream and a track; `-` says "no stream". */
function isMsid(value: string): boolean {
  return /^(?!- )\S+ \S+$/.test(value);
}

function readSourceGroups({ ssrcGroups = [] }: ParsedMedia): SourceGroup[] {
  const groups = ssrcGroups.map(({ semantics, ssrcs }) => ({
    semantics,
    ssrcs: ssrcs.split(' ').flatMap((one) => SSRC(one) ?? []),
  }));
  return groups.filter((group) => group.ssrcs.length > 0);
}
