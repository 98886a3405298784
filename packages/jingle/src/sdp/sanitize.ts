import { defined } from '../defined.js';
import type {
  Bandwidth,
  Fingerprint,
  HeaderExtension,
  IceUdpTransport,
  Parameter,
  PayloadType,
  RtcpFeedback,
  RtpContent,
  RtpDescription,
  Source,
  SourceGroup,
} from '../model.js';
import { isStaticOrDynamic } from '../static-payload-types.js';
import { isCredential } from '../xep-0176-ice-udp.js';
import { isUsableFingerprint, preferredFingerprint } from '../xep-0320-dtls.js';
import { isWorthAdding } from './candidate.js';
import { codecOf, isAuxiliary, isKnown, isPossible, parameterOf } from './codecs.js';

/**
 * Browsers refuse a whole description for one detail that they do not like, and peers set details in every way. These
 * tables make of what a peer said what every browser takes: a rule costs the detail that it is about, and nothing else.
 * What cannot be lost (the last codec, the security) is missing afterwards, and `accept.ts` refuses that by name.
 */
export interface Rule<T> {
  /** What a browser or a standard says of the detail. */
  readonly why: string;
  readonly mend: (value: T) => T;
}

export function mended<T>(value: T, rules: readonly Rule<T>[]): T {
  return rules.reduce((now, rule) => rule.mend(now), value);
}

/** A content of the peer as it may be written for a browser; the same where nothing is odd in it. */
export function sanitized(content: RtpContent): RtpContent {
  return {
    ...content,
    description: mended(content.description, DESCRIPTION_RULES),
    transport: sanitizedTransport(content.transport),
  };
}

export function sanitizedTransport(transport: IceUdpTransport): IceUdpTransport {
  return mended(transport, TRANSPORT_RULES);
}

/** RFC 8866 §9. */
const TOKEN = /^[\w!#$%&'*+.^`{|}~-]{1,64}$/;
/** Printable ASCII without blanks. Firefox refuses a description with any other character, wherever it stands. */
const WORD = /^[!-~]{1,256}$/;
const URI = /^(?=.{1,256}$)([\w:/?#[\]@!$&'()*+,;=.~-]|%[\dA-Fa-f]{2})+$/;
/** What browsers keep in an `int`. */
const MAX_INT = 0x7fffffff;
const MAX_SSRC = 0xffffffff;
/** Characters; the longest values that make sense are the parameter sets of H.264. */
const MAX_PARAMETER = 1024;

function uintUpTo(max: number, value: number | undefined, min = 0): number | undefined {
  return value !== undefined && Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

/** Of several with one key the first. */
function firstOf<T>(items: readonly T[], keyOf: (item: T) => unknown): T[] {
  const seen = new Set<unknown>();
  return items.filter((item) => {
    const key = keyOf(item);
    return !seen.has(key) && seen.add(key);
  });
}

const PARAMETER_RULES: readonly Rule<readonly Parameter[]>[] = [
  {
    why: 'a name with = or ; and a value with ; read as several parameters',
    mend: (all) => all.filter(({ name, value }) => /^[!-:<>-~]*$/.test(name) && /^[ -:<-~]*$/.test(value)),
  },
  {
    why: 'a parameter that says nothing, or too much for one line',
    mend: (all) =>
      all.filter(({ name, value }) => (name + value).trim() !== '' && name.length + value.length <= MAX_PARAMETER),
  },
  {
    why: 'which of two values counts is for each browser to say',
    mend: (all) => firstOf(all, (one) => one.name || one),
  },
];

const FEEDBACK_RULES: readonly Rule<readonly RtcpFeedback[]>[] = [
  {
    why: 'types and subtypes are tokens (RFC 4585 §4.2)',
    mend: (all) =>
      all.filter(({ type, subtype = '-' }) => TOKEN.test(type) && subtype.split(' ').every((one) => WORD.test(one))),
  },
  {
    why: 'trr-int has a number, and an element of its own',
    mend: (all) => all.filter(({ type }) => type !== 'trr-int'),
  },
  { why: 'a repetition says nothing', mend: (all) => firstOf(all, ({ type, subtype }) => `${type} ${subtype ?? ''}`) },
];

/** A rule for the payload types of a description. */
function types(
  why: string,
  mend: (all: readonly PayloadType[], description: RtpDescription) => readonly PayloadType[],
): Rule<RtpDescription> {
  return {
    why,
    mend: (description) => ({ ...description, payloadTypes: mend(description.payloadTypes, description) }),
  };
}

function sparse(type: PayloadType): PayloadType {
  const { ptime, maxptime, trrInt, ...rest } = type;
  const times = {
    ptime: uintUpTo(0xffff, ptime, 1),
    maxptime: uintUpTo(0xffff, maxptime, 1),
    trrInt: uintUpTo(MAX_INT, trrInt),
  };
  return { ...rest, ...defined(times) };
}

/** RFC 4588 §8.6: `apt` names the type that is sent again. */
function repeats(type: PayloadType, all: readonly PayloadType[]): boolean {
  const apt = parameterOf(type, 'apt');
  return all.some((one) => String(one.id) === apt && codecOf(one) !== 'rtx' && one.clockrate === type.clockrate);
}

const isRtx = (type: PayloadType): boolean => codecOf(type) === 'rtx';

const PAYLOAD_TYPE_RULES: readonly Rule<RtpDescription>[] = [
  types('1, 2 and 19 are reserved (RFC 3551 §6); 64 to 95 are taken for RTCP on the same port (RFC 5761 §4)', (all) =>
    all.filter(({ id }) => uintUpTo(127, id) !== undefined && ![1, 2, 19].includes(id) && (id < 64 || id > 95)),
  ),
  types('a name that RFC 3551 gave another type: Chromium refuses it', (all) => all.filter(isStaticOrDynamic)),
  types('no name or clock rate that a=rtpmap could say', (all) =>
    all.filter(({ name, clockrate }) => TOKEN.test(name) && uintUpTo(MAX_INT, clockrate, 1) !== undefined),
  ),
  types('a codec of the other kind of media, or at a clock rate that it does not have', (all, { media }) =>
    all.filter((type) => !isKnown(type) || isPossible(type, media)),
  ),
  types('of an id with two meanings that of a codec counts, else the first', (all) => {
    const meanings = new Map([...all.filter(isKnown), ...all].reverse().map((type) => [type.id, type]));
    return all.filter((type) => meanings.get(type.id) === type);
  }),
  types('video has no channels, sound not more than a browser can mix', (all, { media }) =>
    all.map((type) => ({ ...type, channels: media === 'audio' ? (uintUpTo(16, type.channels, 1) ?? 1) : 1 })),
  ),
  types('times out of range', (all) => all.map(sparse)),
  types('parameters and feedback by their own rules', (all) =>
    all.map((type) => ({
      ...type,
      parameters: mended(type.parameters, PARAMETER_RULES),
      feedback: mended(type.feedback, FEEDBACK_RULES),
    })),
  ),
  types('a retransmission of nothing that is there, of itself or in a circle', (all) =>
    all.filter((type) => !isRtx(type) || repeats(type, all)),
  ),
  types('apt is of retransmissions only', (all) =>
    all.map((type) =>
      isRtx(type) ? type : { ...type, parameters: type.parameters.filter((one) => one.name.toLowerCase() !== 'apt') },
    ),
  ),
];

const EXTENSION_RULES: readonly Rule<readonly HeaderExtension[]>[] = [
  {
    why: '0 is padding and 15 reserved (RFC 8285 §4.2); Firefox knows no headers of two bytes, for the ids above',
    mend: (all) => all.filter(({ id }) => uintUpTo(14, id, 1) !== undefined),
  },
  { why: 'characters that RFC 3986 excludes', mend: (all) => all.filter(({ uri }) => URI.test(uri)) },
  { why: 'an id with two meanings', mend: (all) => firstOf(all, (one) => one.id) },
  { why: 'an extension with two ids', mend: (all) => firstOf(all, (one) => one.uri) },
];

/** RFC 8830 §2: a stream and a track; `-` says "no stream". */
function isMsid(value: string): boolean {
  return /^(?!- )[!-~]{1,64} [!-~]{1,64}$/.test(value);
}

/** What browsers read of a source. One without `cname` is no source for Chromium. */
function mendedSource({ ssrc, parameters }: Source): Source {
  const said = (name: string, isGood: (value: string) => boolean): Parameter[] =>
    parameters.filter((one) => one.name === name && isGood(one.value)).slice(0, 1);
  const [cname = { name: 'cname', value: `s${ssrc}` }] = said('cname', (value) => WORD.test(value));
  return { ssrc, parameters: [cname, ...said('msid', isMsid)] };
}

/** A repair flow and what it repairs: both browsers want exactly two. */
function isPair({ semantics, ssrcs }: SourceGroup): boolean {
  const isGood = ssrcs.length === 2 && ssrcs[0] !== ssrcs[1];
  return /^(FID|FEC-FR)$/.test(semantics) && isGood && ssrcs.every((one) => uintUpTo(MAX_SSRC, one, 1) !== undefined);
}

const SOURCE_RULES: readonly Rule<RtpDescription>[] = [
  {
    why: 'ids out of range or twice, parameters without value',
    mend: (description) => ({
      ...description,
      sources: firstOf(
        description.sources.filter(({ ssrc }) => uintUpTo(MAX_SSRC, ssrc, 1) !== undefined),
        (source) => source.ssrc,
      ).map(mendedSource),
    }),
  },
  {
    why: 'groups other than of two, and of sound, are refused by Chromium',
    mend: (description) => ({
      ...description,
      sourceGroups: description.media === 'video' ? description.sourceGroups.filter(isPair) : [],
    }),
  },
  {
    why: 'a section is one track (RFC 8829 §5.2.1): Chromium refuses the sources of a second one',
    mend: onlyOneTrack,
  },
];

/**
 * Leaves the first source and its repair flows. A member of a group needs no source of its own (XEP-0339 §2), and
 * stanza.js gives the retransmission none; Chromium wants one, so it takes the words of what it repairs.
 */
function onlyOneTrack(description: RtpDescription): RtpDescription {
  const { sources, sourceGroups } = description;
  const [first] = sources;
  if (!first) return { ...description, sourceGroups: [] };
  const main = sourceGroups.find(({ ssrcs }) => ssrcs[1] === first.ssrc)?.ssrcs[0] ?? first.ssrc;
  const groups = firstOf(
    sourceGroups.filter(({ ssrcs }) => ssrcs[0] === main),
    (group) => group.semantics,
  );
  const members = firstOf([main, ...groups.flatMap((group) => group.ssrcs)], (one) => one);
  return {
    ...description,
    sources: members.map((ssrc) => sources.find((one) => one.ssrc === ssrc) ?? { ssrc, parameters: first.parameters }),
    sourceGroups: groups,
  };
}

/** The modifiers that browsers read, with their units in bit/s. */
const BANDWIDTH_UNITS: ReadonlyMap<string, number> = new Map([
  ['AS', 1000],
  ['TIAS', 1],
]);
/** The least that Chromium lets opus have, bit/s. Other codecs for sound have one rate. */
const OPUS_MIN = 6000;

const DESCRIPTION_RULES: readonly Rule<RtpDescription>[] = [
  ...PAYLOAD_TYPE_RULES,
  {
    why: 'feedback for all types, as for one',
    mend: ({ trrInt, ...description }) => ({
      ...description,
      feedback: mended(description.feedback, FEEDBACK_RULES),
      ...defined({ trrInt: uintUpTo(MAX_INT, trrInt) }),
    }),
  },
  {
    why: 'header extensions by their own rules',
    mend: (description) => ({
      ...description,
      headerExtensions: mended(description.headerExtensions, EXTENSION_RULES),
    }),
  },
  ...SOURCE_RULES,
  {
    why: 'bandwidths that overflow, and those that are too small for the codec of a sound',
    mend: (description) => ({ ...description, bandwidth: mendedBandwidth(description) }),
  },
];

function mendedBandwidth({ media, payloadTypes, bandwidth }: RtpDescription): Bandwidth[] {
  const [codec] = payloadTypes.filter((type) => !isAuxiliary(type));
  const isAdaptive = media === 'video' || (codec !== undefined && codecOf(codec) === 'opus');
  const min = media === 'audio' ? OPUS_MIN : 0;
  const known = bandwidth.flatMap(({ type, value }): Bandwidth[] => {
    const unit = BANDWIDTH_UNITS.get(type);
    if (unit === undefined || !isAdaptive || uintUpTo(MAX_INT / unit, value) === undefined) return [];
    return [{ type, value: value === 0 ? 0 : Math.max(value, Math.ceil(min / unit)) }];
  });
  return firstOf(known, (one) => one.type);
}

const TRANSPORT_RULES: readonly Rule<IceUdpTransport>[] = [
  {
    why: 'credentials of lengths or characters that RFC 8839 §5.4 excludes; half of them is of no use',
    mend: ({ ufrag, pwd, ...transport }) => {
      const isGood = (ufrag === undefined || isCredential(ufrag, 4)) && (pwd === undefined || isCredential(pwd, 22));
      return isGood ? { ...transport, ...defined({ ufrag, pwd }) } : transport;
    },
  },
  {
    why: 'an unknown hash, or a digest of another length; of several browsers take either the first or the last',
    mend: (transport) => ({ ...transport, fingerprints: mendedFingerprints(transport.fingerprints) }),
  },
  {
    why: 'candidates of which a browser makes nothing',
    mend: (transport) => ({ ...transport, candidates: transport.candidates.filter(isWorthAdding) }),
  },
];

/** The best usable fingerprint, with the DTLS role that any of them told. */
function mendedFingerprints(all: readonly Fingerprint[]): Fingerprint[] {
  const best = preferredFingerprint(all.filter(isUsableFingerprint));
  if (!best) return [];
  const setup = all.map((one) => one.setup).find((one) => one !== undefined && one !== 'holdconn');
  return [defined({ hash: best.hash, value: best.value, setup })];
}
