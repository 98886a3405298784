import type {
  Bandwidth,
  DtlsSetup,
  Fingerprint,
  HeaderExtension,
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
import { STATIC_PAYLOAD_TYPES } from '../static-payload-types.js';
import { sendersOf, type Direction } from './direction.js';
import { parseLines, type ParsedMedia, type ParsedSession } from './parsed.js';

/** One m-line of a session description, in Jingle's terms. */
export interface SdpSection {
  readonly mid: string | undefined;
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

const DIRECTIONS: ReadonlySet<string> = new Set<Direction>(['sendrecv', 'sendonly', 'recvonly', 'inactive']);
const SETUPS: ReadonlySet<string> = new Set<DtlsSetup>(['active', 'passive', 'actpass', 'holdconn']);
const MAX_SDP = 1_000_000;

/**
 * Reads the SDP of the side that holds `author`. What Jingle cannot say (simulcast, rid, data channels) is left out;
 * candidates too: they travel one by one.
 */
export function parseSdp(sdp: string, author: Role): Result<SdpDocument> {
  if (sdp.length > MAX_SDP) return fault('bad-request', 'session description too long');
  const session = parseLines(sdp);
  if (session.media.length === 0) return fault('bad-request', 'session description without media');
  const sections = session.media.map((media) => readSection(media, session, author));
  const alive = new Set<string>();
  for (const section of sections) if (!section.rejected && section.mid !== undefined) alive.add(section.mid);
  const groups = (session.groups ?? []).map((group) => ({
    semantics: String(group.type),
    mids: String(group.mids)
      .split(' ')
      .filter((mid) => alive.has(mid)),
  }));
  return ok({ sections, groups: groups.filter((group) => group.mids.length > 0) });
}

function readSection(media: ParsedMedia, session: ParsedSession, author: Role): SdpSection {
  const kind = String(media.type);
  const direction = String(media.direction ?? session.direction ?? 'sendrecv');
  const section = {
    mid: media.mid === undefined ? undefined : String(media.mid),
    kind,
    protocol: String(media.protocol),
    formats: String(media.payloads ?? ''),
    rejected: Number(media.port) === 0 && media.bundleOnly === undefined,
    direction: (DIRECTIONS.has(direction) ? direction : 'sendrecv') as Direction,
    transport: readTransport(media, session),
  };
  if (kind !== 'audio' && kind !== 'video') return section;
  return { ...section, description: readDescription(media, session, kind, author, section.direction) };
}

function readTransport(media: ParsedMedia, session: ParsedSession): IceUdpTransport {
  const ufrag = media.iceUfrag ?? session.iceUfrag;
  const pwd = media.icePwd ?? session.icePwd;
  const fingerprint = media.fingerprint ?? session.fingerprint;
  const setup = String(media.setup ?? session.setup ?? '');
  const fingerprints: Fingerprint[] = [];
  if (fingerprint) {
    const base = { hash: String(fingerprint.type).toLowerCase(), value: String(fingerprint.hash).toUpperCase() };
    fingerprints.push(SETUPS.has(setup) ? { ...base, setup: setup as DtlsSetup } : base);
  }
  return {
    ...(ufrag !== undefined && { ufrag: String(ufrag) }),
    ...(pwd !== undefined && { pwd: String(pwd) }),
    fingerprints,
    candidates: [],
    iceOptions: String(media.iceOptions ?? session.iceOptions ?? '')
      .split(' ')
      .filter((option) => option !== ''),
    iceLite: session.icelite !== undefined,
    gatheringComplete: false,
  };
}

function readDescription(
  media: ParsedMedia,
  session: ParsedSession,
  kind: MediaKind,
  author: Role,
  direction: Direction,
): RtpDescription {
  const feedback = readFeedback(media);
  const trrInt = feedback.trrInt.get('*');
  const sending = direction === 'sendrecv' || direction === 'sendonly';
  return {
    media: kind,
    payloadTypes: readPayloadTypes(media, feedback),
    feedback: feedback.byPayload.get('*') ?? [],
    ...(trrInt !== undefined && { trrInt }),
    headerExtensions: readHeaderExtensions(media, session, author),
    extmapAllowMixed: (media.extmapAllowMixed ?? session.extmapAllowMixed) !== undefined,
    // A section that does not send has no sources, though Firefox lists some.
    sources: sending ? readSources(media) : [],
    sourceGroups: sending ? readSourceGroups(media) : [],
    rtcpMux: media.rtcpMux !== undefined,
    rtcpRsize: media.rtcpRsize !== undefined,
    bandwidth: (media.bandwidth ?? []).map((one): Bandwidth => ({ type: String(one.type), value: Number(one.limit) })),
    sdes: media.crypto !== undefined,
  };
}

interface Feedback {
  /** By payload type, or `*`. */
  readonly byPayload: ReadonlyMap<string, RtcpFeedback[]>;
  readonly trrInt: ReadonlyMap<string, number>;
}

function readFeedback(media: ParsedMedia): Feedback {
  const byPayload = new Map<string, RtcpFeedback[]>();
  for (const { payload, type, subtype } of media.rtcpFb ?? []) {
    const key = String(payload);
    let list = byPayload.get(key);
    if (!list) byPayload.set(key, (list = []));
    list.push(subtype === undefined ? { type: String(type) } : { type: String(type), subtype: String(subtype) });
  }
  const trrInt = new Map((media.rtcpFbTrrInt ?? []).map(({ payload, value }) => [String(payload), Number(value)]));
  return { byPayload, trrInt };
}

function readPayloadTypes(media: ParsedMedia, feedback: Feedback): PayloadType[] {
  const rtpmaps = new Map(media.rtp.map((rtp) => [Number(rtp.payload), rtp]));
  const fmtps = new Map(media.fmtp.map(({ payload, config }) => [Number(payload), String(config)]));
  const types: PayloadType[] = [];
  for (const format of String(media.payloads ?? '').split(' ')) {
    const id = Number(format);
    if (format === '' || !Number.isInteger(id) || id < 0 || id > 127) continue;
    const rtpmap = rtpmaps.get(id);
    const known = STATIC_PAYLOAD_TYPES.get(id);
    const name = rtpmap ? String(rtpmap.codec) : known?.name;
    if (name === undefined || name === '') continue;
    const trrInt = feedback.trrInt.get(format);
    types.push({
      id,
      name,
      clockrate: Number(rtpmap?.rate ?? known?.clockrate ?? (media.type === 'video' ? 90000 : 8000)),
      channels: Number(rtpmap?.encoding ?? 1) || 1,
      ...(media.ptime !== undefined && { ptime: Number(media.ptime) }),
      ...(media.maxptime !== undefined && { maxptime: Number(media.maxptime) }),
      parameters: parseFormatParameters(fmtps.get(id) ?? ''),
      feedback: feedback.byPayload.get(format) ?? [],
      ...(trrInt !== undefined && { trrInt }),
    });
  }
  return types;
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

function readHeaderExtensions(media: ParsedMedia, session: ParsedSession, author: Role): HeaderExtension[] {
  const found: HeaderExtension[] = [];
  for (const { value, uri, direction } of media.ext ?? session.ext ?? []) {
    const known = direction !== undefined && DIRECTIONS.has(String(direction)) ? (direction as Direction) : 'sendrecv';
    found.push({ id: Number(value), uri: String(uri), senders: sendersOf(known, author) });
  }
  return found;
}

/** RFC 5576. The stream of a section (`a=msid`) becomes a parameter of its sources, where Jingle peers look for it. */
function readSources(media: ParsedMedia): Source[] {
  const sources = new Map<number, Parameter[]>();
  for (const { id, attribute, value } of media.ssrcs ?? []) {
    const ssrc = Number(id);
    if (!Number.isInteger(ssrc) || ssrc < 0 || ssrc > 0xffffffff) continue;
    let parameters = sources.get(ssrc);
    if (!parameters) sources.set(ssrc, (parameters = []));
    if (attribute !== undefined)
      parameters.push({ name: String(attribute), value: value === undefined ? '' : String(value).trim() });
  }
  const msid = readMsid(media);
  return [...sources].map(([ssrc, parameters]) => {
    const kept = parameters.filter((one) => one.name !== 'msid' || isMsid(one.value));
    if (msid !== undefined && !kept.some((one) => one.name === 'msid')) kept.push({ name: 'msid', value: msid });
    return { ssrc, parameters: kept };
  });
}

/** sdp-transform does not match the braces of Firefox's ids, and puts such lines among the invalid ones. */
function readMsid(media: ParsedMedia): string | undefined {
  const first = media.msid?.[0];
  const line = first
    ? `${first.id} ${first.appdata ?? ''}`
    : media.invalid
        ?.map((one) => String(one.value))
        .find((line) => line.startsWith('msid:'))
        ?.slice('msid:'.length);
  const msid = line?.trim();
  return msid !== undefined && isMsid(msid) ? msid : undefined;
}

/** RFC 8830 §2: a stream and a track; `-` says "no stream". */
function isMsid(value: string): boolean {
  return /^\S+ \S+$/.test(value) && !value.startsWith('- ');
}

function readSourceGroups(media: ParsedMedia): SourceGroup[] {
  const groups = (media.ssrcGroups ?? []).map(({ semantics, ssrcs }) => ({
    semantics: String(semantics),
    ssrcs: String(ssrcs)
      .split(' ')
      .filter((one) => /^\d{1,10}$/.test(one))
      .map(Number),
  }));
  return groups.filter((group) => group.ssrcs.length > 0);
}
