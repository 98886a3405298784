import fc from 'fast-check';
import type {
  Candidate,
  Content,
  Fingerprint,
  HeaderExtension,
  IceUdpTransport,
  Jingle,
  JingleAction,
  Parameter,
  PayloadType,
  Reason,
  RtcpFeedback,
  RtpContent,
  RtpDescription,
  Senders,
  Source,
  SourceGroup,
} from './model.js';

/** Arbitrary values of the model, of the kind that parsing can give: for `parse(build(x))` to be `x`. */

const word = fc.stringMatching(/^[A-Za-z0-9+/._-]{1,20}$/);
const line = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .map((text) => text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu, '').trim())
  .filter((text) => text !== '');
const uint = (max: number) => fc.integer({ min: 0, max });
const senders = fc.constantFrom<Senders>('both', 'initiator', 'responder', 'none');

/** Drops keys whose value is undefined, as exact optional properties want it. */
function exact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}
function record<T extends object>(shape: { [K in keyof T]-?: fc.Arbitrary<T[K] | undefined> }): fc.Arbitrary<T> {
  return fc.record(shape as { [K in keyof T]: fc.Arbitrary<T[K]> }).map((value) => exact(value as T));
}

const parameter: fc.Arbitrary<Parameter> = fc.oneof(
  fc.record({ name: word, value: line }),
  fc.record({ name: fc.constant(''), value: line }),
);
const feedback: fc.Arbitrary<RtcpFeedback> = record<RtcpFeedback>({
  type: word,
  subtype: optional(word),
  parameters: optional(fc.array(parameter, { minLength: 1, maxLength: 2 })),
});
const fewFeedback = fc.array(feedback, { maxLength: 4 });

const payloadType: fc.Arbitrary<PayloadType> = record<PayloadType>({
  id: uint(127),
  name: fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/),
  clockrate: uint(192000),
  channels: fc.integer({ min: 1, max: 8 }),
  ptime: optional(uint(200)),
  maxptime: optional(uint(200)),
  parameters: fc.array(parameter, { maxLength: 4 }),
  feedback: fewFeedback,
  trrInt: optional(uint(5000)),
});

const headerExtension: fc.Arbitrary<HeaderExtension> = record<HeaderExtension>({
  id: fc.integer({ min: 1, max: 255 }),
  uri: fc.webUrl().filter((uri) => uri.length <= 256),
  senders,
  parameters: optional(fc.array(parameter, { minLength: 1, maxLength: 2 })),
});
const source: fc.Arbitrary<Source> = fc.record({
  ssrc: uint(0xffffffff),
  parameters: fc.array(fc.record({ name: word, value: line }), { maxLength: 3 }),
});
const sourceGroup: fc.Arbitrary<SourceGroup> = fc.record({
  semantics: fc.constantFrom('FID', 'SIM', 'FEC-FR'),
  ssrcs: fc.array(uint(0xffffffff), { minLength: 1, maxLength: 3 }),
});

const description: fc.Arbitrary<RtpDescription> = record<RtpDescription>({
  media: fc.constantFrom('audio', 'video'),
  ssrc: optional(uint(0xffffffff)),
  payloadTypes: fc.array(payloadType, { maxLength: 6 }),
  feedback: fewFeedback,
  trrInt: optional(uint(5000)),
  headerExtensions: fc.array(headerExtension, { maxLength: 4 }),
  extmapAllowMixed: fc.boolean(),
  sources: fc.array(source, { maxLength: 3 }),
  sourceGroups: fc.array(sourceGroup, { maxLength: 2 }),
  rtcpMux: fc.boolean(),
  rtcpRsize: fc.boolean(),
  bandwidth: fc.array(fc.record({ type: fc.constantFrom('AS', 'TIAS'), value: uint(1e9) }), { maxLength: 2 }),
  sdes: fc.constant(false),
});

const hexPair = uint(255).map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
const fingerprint: fc.Arbitrary<Fingerprint> = record<Fingerprint>({
  hash: fc.constantFrom('sha-1', 'sha-256', 'sha-512'),
  value: fc.array(hexPair, { minLength: 20, maxLength: 64 }).map((pairs) => pairs.join(':')),
  setup: optional(fc.constantFrom('active', 'passive', 'actpass', 'holdconn')),
});

export const candidate: fc.Arbitrary<Candidate> = record<Candidate>({
  component: fc.integer({ min: 1, max: 2 }),
  foundation: word,
  generation: uint(255),
  id: word,
  ip: fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.uuid().map((id) => `${id}.local`),
  ),
  network: uint(255),
  port: uint(65535),
  priority: uint(0xffffffff),
  protocol: fc.constantFrom('udp', 'tcp'),
  tcptype: optional(fc.constantFrom('active', 'passive', 'so')),
  type: fc.constantFrom('host', 'prflx', 'relay', 'srflx'),
  relAddr: optional(fc.ipV4()),
  relPort: optional(uint(65535)),
});

const transport: fc.Arbitrary<IceUdpTransport> = record<IceUdpTransport>({
  ufrag: optional(word),
  pwd: optional(word),
  fingerprints: fc.array(fingerprint, { maxLength: 2 }),
  candidates: fc.array(candidate, { maxLength: 4 }),
  iceOptions: fc.subarray(['trickle', 'renomination']),
  iceLite: fc.boolean(),
  gatheringComplete: fc.boolean(),
});

const frame = {
  name: word,
  creator: fc.constantFrom('initiator', 'responder'),
  senders,
  disposition: fc.constantFrom('session', 'early-session'),
} as const;

const content: fc.Arbitrary<Content> = record<Content>({
  ...frame,
  description: optional(fc.oneof(description, fc.constant({ unsupported: 'urn:example:description' }))),
  transport: optional(fc.oneof(transport, fc.constant({ unsupported: 'urn:example:transport' }))),
});

export const rtpContent: fc.Arbitrary<RtpContent> = fc.record({ ...frame, description, transport });

const application = fc.constant({ namespace: 'urn:xmpp:jingle:apps:rtp:errors:1', name: 'crypto-required' });
const reason: fc.Arbitrary<Reason> = fc.oneof(
  record<Reason>({
    condition: fc.constantFrom('busy', 'cancel', 'decline', 'failed-application', 'gone', 'success', 'timeout'),
    text: optional(line),
    alternative: fc.constant(undefined),
    application: optional(application),
  }),
  record<Reason>({
    condition: fc.constant('alternative-session' as const),
    text: optional(line),
    alternative: optional(word),
    application: optional(application),
  }),
);

const ACTIONS: readonly JingleAction[] = ['session-accept', 'transport-info', 'content-add', 'description-info'];
const contents = fc.uniqueArray(content, { minLength: 1, maxLength: 4, selector: (one) => one.name });
const groups = fc.array(
  fc.record({
    semantics: fc.constantFrom('BUNDLE', 'LS'),
    contents: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
  }),
  { maxLength: 2 },
);

export const jingle: fc.Arbitrary<Jingle> = fc.oneof(
  record<Jingle>({
    action: fc.constantFrom(...ACTIONS),
    sid: word,
    initiator: optional(fc.emailAddress()),
    responder: optional(fc.emailAddress()),
    contents,
    groups,
    reason: optional(reason),
    info: fc.constant(undefined),
  }),
  record<Jingle>({
    action: fc.constant('session-terminate' as const),
    sid: word,
    initiator: fc.constant(undefined),
    responder: fc.constant(undefined),
    contents: fc.constant([]),
    groups: fc.constant([]),
    reason: optional(reason),
    info: fc.constant(undefined),
  }),
  record<Jingle>({
    action: fc.constant('session-info' as const),
    sid: word,
    initiator: fc.constant(undefined),
    responder: fc.constant(undefined),
    contents: fc.constant([]),
    groups: fc.constant([]),
    reason: fc.constant(undefined),
    info: fc.oneof(
      fc.constantFrom({ kind: 'ping' } as const, { kind: 'hold' } as const, { kind: 'ringing' } as const),
      fc.record({ kind: fc.constantFrom('mute' as const, 'unmute' as const), name: word }),
      fc.record({
        kind: fc.constant('unsupported' as const),
        namespace: fc.constant('urn:example'),
        name: fc.constant('x'),
      }),
    ),
  }),
);
