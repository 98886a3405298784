import fc from 'fast-check';
import type {
  Bandwidth,
  Candidate,
  ContentGroup,
  Fingerprint,
  HeaderExtension,
  MediaKind,
  Parameter,
  PayloadType,
  RtcpFeedback,
  RtpContent,
  Senders,
  Source,
  SourceGroup,
} from '../model.js';

/** What a peer sets oddly in a content that is valid without it. */
export interface Oddities {
  /** Whether the odd things stand before those that make sense. */
  readonly leads?: boolean;
  readonly payloadTypes?: readonly PayloadType[];
  /** Of the first payload type. */
  readonly parameters?: readonly Parameter[];
  /** Of the first payload type. */
  readonly feedback?: readonly RtcpFeedback[];
  /** For all payload types. */
  readonly wildcards?: readonly RtcpFeedback[];
  /** `trr-int` and packet times of the first payload type. */
  readonly times?: Pick<PayloadType, 'trrInt' | 'ptime' | 'maxptime'>;
  readonly headerExtensions?: readonly HeaderExtension[];
  readonly extmapAllowMixed?: boolean;
  readonly sources?: readonly Source[];
  readonly sourceGroups?: readonly SourceGroup[];
  readonly bandwidth?: readonly Bandwidth[];
  readonly candidates?: readonly Candidate[];
  readonly fingerprints?: readonly Fingerprint[];
  readonly senders?: Senders;
  readonly iceLite?: boolean;
}

export interface OddSession {
  readonly audio?: Oddities;
  readonly video?: Oddities;
  /** Contents beside the two, of names that may be odd; `offeredContents` gives them to an offer. */
  readonly others?: readonly { readonly name: string; readonly media: MediaKind; readonly odd: Oddities }[];
  /** Groups beside that of the session. */
  readonly groups?: readonly ContentGroup[];
}

/** The plain contents and the others, with what is odd in them, and a bundle of all. */
export function offeredContents(session: OddSession): { contents: RtpContent[]; groups: ContentGroup[] } {
  const contents = withOddities(PLAIN_CONTENTS, session);
  for (const { name, media, odd } of session.others ?? []) {
    const plain = PLAIN_CONTENTS.find((one) => one.description.media === media);
    if (plain && !contents.some((one) => one.name === name)) contents.push({ ...withOdd(plain, odd), name });
  }
  const bundle = { semantics: 'BUNDLE', contents: contents.map((one) => one.name) };
  return { contents, groups: [bundle, ...(session.groups ?? [])] };
}

/** The contents of a session with what is odd in them. */
export function withOddities(contents: readonly RtpContent[], session: OddSession): RtpContent[] {
  return contents.map((content) => withOdd(content, session[content.description.media] ?? {}));
}

function withOdd(content: RtpContent, odd: Oddities): RtpContent {
  const { description, transport } = content;
  const join = <T>(usual: readonly T[], strange: readonly T[] = []): T[] =>
    odd.leads ? [...strange, ...usual] : [...usual, ...strange];
  const payloadTypes = description.payloadTypes.map((type, at) => {
    if (at > 0) return type;
    const { parameters, feedback } = type;
    return {
      ...type,
      ...odd.times,
      parameters: join(parameters, odd.parameters),
      feedback: join(feedback, odd.feedback),
    };
  });
  return {
    ...content,
    senders: odd.senders ?? content.senders,
    description: {
      ...description,
      payloadTypes: join(payloadTypes, odd.payloadTypes),
      feedback: join(description.feedback, odd.wildcards),
      headerExtensions: join(description.headerExtensions, odd.headerExtensions),
      extmapAllowMixed: odd.extmapAllowMixed ?? description.extmapAllowMixed,
      sources: join(description.sources, odd.sources),
      sourceGroups: join(description.sourceGroups, odd.sourceGroups),
      bandwidth: join(description.bandwidth, odd.bandwidth),
    },
    transport: {
      ...transport,
      candidates: join(transport.candidates, odd.candidates),
      fingerprints: join(transport.fingerprints, odd.fingerprints),
      iceLite: odd.iceLite ?? transport.iceLite,
    },
  };
}

/** Text that breaks a line, a field or a list of SDP, or only looks as if it did. */
const text = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      'a b',
      ' a',
      'x\r\na=evil',
      'x\ny',
      ';',
      '=',
      'a=b;c=d',
      ',',
      '"',
      '/',
      ':',
      '*',
      '-',
      '0',
      '-1',
      '1e9',
    ],
    ...['0-15', '111/111', '\u0000', 'ü', '😀', '\ud800', '\u2028', '\u202e', 'constructor', '__proto__', '{a} {b}'],
    ...['x'.repeat(300), 'x'.repeat(2048), '9'.repeat(30), '%s%n', 'urn:x', '96', 'true', '4294967296'],
  ),
  fc.string({ maxLength: 12 }),
);
const number = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 8, 14, 15, 16, 63, 64, 72, 95, 96, 97, 98, 111, 127, 128, 255, 256, 65535, 65536),
  fc.constantFrom(-1, 0.5, NaN, Infinity, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 1e12, 1e21),
  fc.integer({ min: 0, max: 127 }),
);

const parameterName = fc.constantFrom(
  ...[
    'apt',
    'APT',
    'minptime',
    'useinbandfec',
    'maxplaybackrate',
    'maxaveragebitrate',
    'stereo',
    'usedtx',
    'cbr',
    'ptime',
  ],
  ...['profile-level-id', 'packetization-mode', 'level-asymmetry-allowed', 'max-fs', 'max-fr', 'max-mbps', 'max-br'],
  ...[
    'sprop-parameter-sets',
    'profile-id',
    'tier-flag',
    'x-google-min-bitrate',
    'bitrate',
    'mode',
    'config',
    'profile',
  ],
  ...[
    'max-cpb',
    'max-dpb',
    'repair-window',
    'maxptime',
    'sprop-stereo',
    'sprop-maxcapturerate',
    'level-idx',
    'max-rcmd-nalu-size',
  ],
);
const parameter: fc.Arbitrary<Parameter> = fc.record({
  name: fc.oneof(parameterName, parameterName, text),
  value: fc.oneof(text, number.map(String)),
});
const feedback: fc.Arbitrary<RtcpFeedback> = fc.oneof(
  fc.record({
    type: fc.oneof(fc.constantFrom('nack', 'ccm', 'goog-remb', 'transport-cc', 'ack', 'app', 'trr-int', 'pli'), text),
    subtype: fc.oneof(fc.constantFrom('pli', 'fir', 'rpsi', 'sli', 'rrtr', 'tmmbr', 'tstr', 'vbcm'), text),
  }),
  fc.record({ type: fc.oneof(fc.constantFrom('nack', 'ccm', 'goog-remb', 'transport-cc', 'ack', 'trr-int'), text) }),
);
const times = fc.record({ trrInt: number, ptime: number, maxptime: number }, { requiredKeys: [] }) as fc.Arbitrary<
  NonNullable<Oddities['times']>
>;
const few = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 3 });

const codecName = fc.constantFrom(
  ...[
    'VP8',
    'vp9',
    'H264',
    'AV1',
    'H265',
    'rtx',
    'RTX',
    'red',
    'ulpfec',
    'flexfec-03',
    'telephone-event',
    'CN',
    'opus',
  ],
  ...['PCMU', 'G722', 'L16', 'speex', 'iLBC', 'x.y_z-1', 'constructor', 'multiopus', 'flexfec', 'video', 'parityfec'],
);
const payloadType: fc.Arbitrary<PayloadType> = fc
  .record({
    id: number,
    name: fc.oneof({ weight: 5, arbitrary: codecName }, text),
    clockrate: fc.oneof(fc.constantFrom(90000, 48000, 8000), number),
    channels: fc.oneof(fc.constantFrom(1, 2), number),
    parameters: few(parameter),
    feedback: few(feedback),
    times,
  })
  .map(({ times, ...type }) => ({ ...type, ...times }));

const headerExtension: fc.Arbitrary<HeaderExtension> = fc.record({
  id: number,
  uri: fc.oneof(
    fc.constantFrom(
      'urn:ietf:params:rtp-hdrext:sdes:mid',
      'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
      'urn:ietf:params:rtp-hdrext:encrypt urn:ietf:params:rtp-hdrext:toffset',
      'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
      'urn:example:unknown',
    ),
    text,
  ),
  senders: fc.constantFrom('both', 'initiator', 'responder', 'none'),
});

// Of few values, for the same one to come twice.
const ssrc = fc.constantFrom(0, 1, 2, 3, 1001, 1002, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -1, 1.5, NaN);
const source: fc.Arbitrary<Source> = fc.record({
  ssrc,
  parameters: few(
    fc.record({
      name: fc.oneof(fc.constantFrom('cname', 'msid', 'mslabel', 'label', 'previous-ssrc', 'fmtp', 'imageattr'), text),
      value: fc.oneof(fc.constantFrom('', 'c', 's t', '- t', 's', 'a b c', 'other track'), text),
    }),
  ),
});
const sourceGroup: fc.Arbitrary<SourceGroup> = fc.record({
  semantics: fc.oneof(fc.constantFrom('FID', 'FID', 'SIM', 'FEC-FR', 'FEC', 'DUP', 'fid'), text),
  ssrcs: fc.array(ssrc, { maxLength: 4 }),
});

const bandwidth: fc.Arbitrary<Bandwidth> = fc.record({
  type: fc.oneof(fc.constantFrom('AS', 'TIAS', 'CT', 'RS', 'RR', 'X-odd', 'as'), text),
  value: number,
});
const address = fc.oneof(
  fc.constantFrom('192.0.2.1', '2001:db8::1', '::', '0.0.0.0', '::ffff:192.0.2.1', 'fe80::1%eth0', '[2001:db8::1]'),
  fc.constantFrom(
    '1.2.3.999',
    '1.2.3',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    'example.org',
    'localhost',
    '-',
    '....',
    '127.0.0.1',
  ),
  fc.constantFrom('3f4b4a4e-0a4f-4b7b-8f4c-1c2d3e4f5a6b.local', '.local', 'x y.local', '::1.local', '256.256.256.256'),
  text,
);
const candidate = fc.record(
  {
    component: fc.oneof(fc.constantFrom(1, 1, 1, 2), number),
    foundation: fc.oneof(fc.constantFrom('1', 'Hc0a80001', '+/'), text),
    generation: number,
    id: text,
    ip: address,
    network: number,
    port: number,
    priority: number,
    protocol: fc.constantFrom('udp', 'tcp'),
    type: fc.constantFrom('host', 'prflx', 'relay', 'srflx'),
    tcptype: fc.constantFrom('active', 'passive', 'so'),
    relAddr: address,
    relPort: number,
  },
  {
    requiredKeys: [
      ...([
        'component',
        'foundation',
        'generation',
        'id',
        'ip',
        'network',
        'port',
        'priority',
        'protocol',
        'type',
      ] as const),
    ],
  },
) as fc.Arbitrary<Candidate>;
const fingerprint = fc.record(
  {
    hash: fc.oneof(fc.constantFrom('sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512', 'md5', 'MD2', 'SHA-256'), text),
    value: fc.oneof(
      fc
        .constantFrom(16, 20, 28, 31, 32, 33, 48, 64)
        .map((bytes) => Array.from({ length: bytes }, () => 'AB').join(':')),
      text,
    ),
    setup: fc.constantFrom('active', 'passive', 'actpass', 'holdconn'),
  },
  { requiredKeys: ['hash', 'value'] },
) as fc.Arbitrary<Fingerprint>;

const oddities = fc.record(
  {
    leads: fc.boolean(),
    payloadTypes: few(payloadType),
    parameters: few(parameter),
    feedback: few(feedback),
    wildcards: few(feedback),
    times,
    headerExtensions: few(headerExtension),
    extmapAllowMixed: fc.boolean(),
    sources: few(source),
    sourceGroups: few(sourceGroup),
    bandwidth: few(bandwidth),
    candidates: few(candidate),
    fingerprints: few(fingerprint),
    senders: fc.constantFrom<Senders>('both', 'initiator', 'responder', 'none'),
    iceLite: fc.boolean(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Oddities>;

const group: fc.Arbitrary<ContentGroup> = fc.record({
  semantics: fc.oneof(fc.constantFrom('BUNDLE', 'LS', 'FID', 'bundle', 'DUP'), text),
  contents: fc.array(fc.oneof(fc.constantFrom('0', '1', 'nobody'), text), { maxLength: 3 }),
});

const other = fc.record({
  name: fc.oneof(fc.constantFrom('2', 'a b', 'ü', 'x'.repeat(17), '-', 'constructor', '__proto__'), text),
  media: fc.constantFrom<MediaKind>('audio', 'video'),
  odd: oddities,
});

/** Sessions of which anything may be odd but the codec, the ICE credentials and the fingerprint that come with them. */
export const oddSession: fc.Arbitrary<OddSession> = fc.record(
  { audio: oddities, video: oddities, others: few(other), groups: few(group) },
  { requiredKeys: [] },
);

const CODECS: Readonly<Record<MediaKind, readonly PayloadType[]>> = {
  audio: [
    { id: 111, name: 'opus', clockrate: 48000, channels: 2, parameters: [], feedback: [] },
    { id: 8, name: 'PCMA', clockrate: 8000, channels: 1, parameters: [], feedback: [] },
  ],
  video: [
    { id: 96, name: 'VP8', clockrate: 90000, channels: 1, parameters: [], feedback: [{ type: 'nack' }] },
    { id: 97, name: 'rtx', clockrate: 90000, channels: 1, parameters: [{ name: 'apt', value: '96' }], feedback: [] },
  ],
};

/** Audio and video of a peer as every browser takes them. */
export const PLAIN_CONTENTS: readonly RtpContent[] = (['audio', 'video'] as const).map((media, at) => ({
  name: String(at),
  creator: 'initiator',
  senders: 'both',
  disposition: 'session',
  description: {
    media,
    payloadTypes: CODECS[media],
    feedback: [],
    headerExtensions: [{ id: 4, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', senders: 'both' }],
    extmapAllowMixed: false,
    sources: [],
    sourceGroups: [],
    rtcpMux: true,
    rtcpRsize: false,
    bandwidth: [],
    sdes: false,
  },
  transport: {
    ufrag: `ufrag${at}`,
    pwd: 'a-password-of-22-and-more-letters'.replaceAll('-', '+'),
    fingerprints: [{ hash: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':'), setup: 'actpass' }],
    candidates: [],
    iceOptions: ['trickle'],
    iceLite: false,
    gatheringComplete: false,
  },
}));
