import type { Bandwidth, RtpDescription, SessionInfo } from './model.js';
import { NS } from './namespaces.js';
import { parameterType } from './parameter.js';
import { defined } from './defined.js';
import { completedType, type SparsePayloadType } from './static-payload-types.js';
import { MEDIA_KINDS, ROLES } from './vocabulary.js';
import { feedbackType, trrIntType } from './xep-0293-rtcp-fb.js';
import { headerExtensionType } from './xep-0294-hdrext.js';
import { sourceGroupType, sourceType } from './xep-0339-ssma.js';
import { childrenOf, el, elementsOf, LIMITS, localName, namespaceOf, type Element } from './xml.js';
import {
  body,
  child,
  elementType,
  flag,
  implied,
  list,
  oneOf,
  optional,
  or,
  record,
  required,
  uint,
  upTo,
  valueAt,
  word,
  type Field,
} from './xml-table.js';

const rtcpFeedback = { feedback: list(feedbackType, LIMITS.feedback), trrInt: child(trrIntType) };
const packetTime = optional(uint(65535));

/** Parameters stand before feedback: Movim appends in order of appearance and would break the `a=fmtp` line. */
const payloadType = elementType(
  'payload-type',
  NS.rtp,
  record<SparsePayloadType>({
    id: required(uint(127)),
    name: optional(upTo(64)),
    clockrate: optional(uint(0xffffffff)),
    channels: implied(or(uint(255), 1), 1),
    ptime: packetTime,
    maxptime: packetTime,
    parameters: list(parameterType(NS.rtp), LIMITS.parameters),
    ...rtcpFeedback,
  }),
  (type) => (/^[\w.-]*$/.test(type.name ?? '') ? type : undefined),
);

const bandwidthType = elementType(
  'bandwidth',
  NS.rtp,
  record<Bandwidth>({ type: required(word(16)), value: body(uint(1e12)) }),
);

/** Read, never written: whether SDES keys are offered. */
const sdes: Field<boolean> = {
  read: (element) =>
    childrenOf(element, 'encryption', NS.rtp).some((one) => elementsOf(one).some((key) => localName(key) === 'crypto')),
  write: () => undefined,
};

interface SparseDescription extends Omit<RtpDescription, 'payloadTypes'> {
  readonly payloadTypes: readonly SparsePayloadType[];
}

const descriptionType = elementType(
  'description',
  NS.rtp,
  record<SparseDescription>({
    media: required(oneOf(MEDIA_KINDS)),
    ssrc: optional(uint(0xffffffff)),
    payloadTypes: list(payloadType, LIMITS.payloadTypes),
    ...rtcpFeedback,
    headerExtensions: list(headerExtensionType, LIMITS.headerExtensions),
    extmapAllowMixed: flag('extmap-allow-mixed', NS.rtpHdrext),
    sources: list(sourceType, LIMITS.sources),
    sourceGroups: list(sourceGroupType, LIMITS.sources),
    bandwidth: list(bandwidthType, 16),
    rtcpMux: flag('rtcp-mux', NS.rtp),
    rtcpRsize: flag('rtcp-reduced-size', NS.rtp),
    sdes,
  }),
);

/**
 * XEP-0167 §4. Undefined where `media` is missing or neither audio nor video. Payload types and other parts that make no
 * sense are left out, never an error: the negotiation finds out whether enough remains.
 */
export function parseDescription(element: Element): RtpDescription | undefined {
  const sparse = descriptionType.parse(element);
  if (!sparse) return undefined;
  const payloadTypes = sparse.payloadTypes.flatMap((type) => completedType(type, sparse.media) ?? []);
  return { ...sparse, payloadTypes };
}

export function buildDescription(description: RtpDescription): Element {
  return descriptionType.build(description);
}

const plainInfo = oneOf(['active', 'hold', 'unhold', 'ringing']);
const muteInfo = oneOf(['mute', 'unmute']);

/** XEP-0167, Informational Messages: the payload of a session-info. Undefined for an element of another namespace. */
export function parseRtpInfo(element: Element): SessionInfo | undefined {
  if (namespaceOf(element) !== NS.rtpInfo) return undefined;
  const word = localName(element);
  const plain = plainInfo(word);
  if (plain) return { kind: plain };
  const kind = muteInfo(word);
  if (!kind) return undefined;
  return defined({
    kind,
    name: valueAt(element, 'name', upTo(256)),
    creator: valueAt(element, 'creator', oneOf(ROLES)),
  });
}

export function buildRtpInfo(info: Exclude<SessionInfo, { readonly kind: 'safety-code' }>): Element | undefined {
  if (info.kind === 'ping') return undefined;
  if (info.kind === 'unsupported') return el(info.name, { xmlns: info.namespace });
  const { kind, ...attributes } = info;
  return el(kind, { xmlns: NS.rtpInfo, ...attributes });
}
