import type {
  Bandwidth,
  HeaderExtension,
  MediaKind,
  PayloadType,
  RtcpFeedback,
  Role,
  RtpDescription,
  SessionInfo,
  Source,
  SourceGroup,
} from './model.js';
import { NS } from './namespaces.js';
import { buildParameter, parseParameters } from './parameter.js';
import { STATIC_PAYLOAD_TYPES } from './static-payload-types.js';
import { buildFeedback, parseFeedback, parseTrrInt } from './xep-0293-rtcp-fb.js';
import { buildHeaderExtension, parseHeaderExtension } from './xep-0294-hdrext.js';
import { buildSource, buildSourceGroup, parseSource, parseSourceGroup } from './xep-0339-ssma.js';
import {
  attribute,
  el,
  elementsOf,
  isWord,
  LIMITS,
  localName,
  namespaceOf,
  textOf,
  uintAttribute,
  wordAttribute,
  type Element,
} from './xml.js';

export const MEDIA_KINDS: ReadonlySet<MediaKind> = new Set<MediaKind>(['audio', 'video']);
const ROLES: ReadonlySet<Role> = new Set<Role>(['initiator', 'responder']);
const ENCODING_NAME = /^[\w.-]{1,64}$/;
const MAX_UINT32 = 0xffffffff;

/**
 * XEP-0167 §4. Undefined where `media` is missing or neither audio nor video. Payload types and other parts that make no
 * sense are left out, never an error: the negotiation finds out whether enough remains.
 */
export function parseDescription(element: Element): RtpDescription | undefined {
  const media = wordAttribute(element, 'media', MEDIA_KINDS);
  if (media === undefined) return undefined;
  const payloadTypes: PayloadType[] = [];
  const feedback: RtcpFeedback[] = [];
  const headerExtensions: HeaderExtension[] = [];
  const sources: Source[] = [];
  const sourceGroups: SourceGroup[] = [];
  const bandwidth: Bandwidth[] = [];
  let trrInt: number | undefined;
  let extmapAllowMixed = false;
  let rtcpMux = false;
  let rtcpRsize = false;
  let sdes = false;
  for (const child of elementsOf(element)) {
    const name = localName(child);
    switch (namespaceOf(child)) {
      case NS.rtp:
        if (name === 'payload-type') addUpTo(LIMITS.payloadTypes, payloadTypes, parsePayloadType(child, media));
        else if (name === 'rtcp-mux') rtcpMux = true;
        else if (name === 'rtcp-reduced-size') rtcpRsize = true;
        else if (name === 'bandwidth') addUpTo(16, bandwidth, parseBandwidth(child));
        else if (name === 'encryption') sdes = elementsOf(child).some((one) => localName(one) === 'crypto');
        break;
      case NS.rtcpFb:
        if (name === 'rtcp-fb') addUpTo(LIMITS.feedback, feedback, parseFeedback(child));
        else if (name === 'rtcp-fb-trr-int') trrInt = parseTrrInt(child);
        break;
      case NS.rtpHdrext:
        if (name === 'rtp-hdrext') addUpTo(LIMITS.headerExtensions, headerExtensions, parseHeaderExtension(child));
        else if (name === 'extmap-allow-mixed') extmapAllowMixed = true;
        break;
      case NS.ssma:
        if (name === 'source') addUpTo(LIMITS.sources, sources, parseSource(child));
        else if (name === 'ssrc-group') addUpTo(LIMITS.sources, sourceGroups, parseSourceGroup(child));
        break;
    }
  }
  return {
    media,
    payloadTypes,
    feedback,
    ...(trrInt !== undefined && { trrInt }),
    headerExtensions,
    extmapAllowMixed,
    sources,
    sourceGroups,
    rtcpMux,
    rtcpRsize,
    bandwidth,
    sdes,
  };
}

function addUpTo<T>(limit: number, list: T[], item: T | undefined): void {
  if (item !== undefined && list.length < limit) list.push(item);
}

function parsePayloadType(element: Element, media: MediaKind): PayloadType | undefined {
  const id = uintAttribute(element, 'id', 127);
  if (id === undefined) return undefined;
  const known = STATIC_PAYLOAD_TYPES.get(id);
  const name = attribute(element, 'name', 64) ?? known?.name;
  if (name === undefined || !ENCODING_NAME.test(name)) return undefined;
  const sameAsKnown = known?.name.toLowerCase() === name.toLowerCase() ? known : undefined;
  const clockrate =
    uintAttribute(element, 'clockrate', MAX_UINT32) ?? sameAsKnown?.clockrate ?? usualClockrate(name, media);
  const channels = uintAttribute(element, 'channels', 255) ?? sameAsKnown?.channels ?? 1;
  const ptime = uintAttribute(element, 'ptime', 65535);
  const maxptime = uintAttribute(element, 'maxptime', 65535);
  const parameters: Element[] = [];
  const feedback: RtcpFeedback[] = [];
  let trrInt: number | undefined;
  for (const child of elementsOf(element)) {
    const childName = localName(child);
    const namespace = namespaceOf(child);
    if (childName === 'parameter' && namespace === NS.rtp) parameters.push(child);
    else if (childName === 'rtcp-fb' && namespace === NS.rtcpFb)
      addUpTo(LIMITS.feedback, feedback, parseFeedback(child));
    else if (childName === 'rtcp-fb-trr-int' && namespace === NS.rtcpFb) trrInt = parseTrrInt(child);
  }
  return {
    id,
    name,
    clockrate,
    channels: channels === 0 ? 1 : channels,
    ...(ptime !== undefined && { ptime }),
    ...(maxptime !== undefined && { maxptime }),
    parameters: parseParameters(parameters),
    feedback,
    ...(trrInt !== undefined && { trrInt }),
  };
}

function usualClockrate(name: string, media: MediaKind): number {
  if (media === 'video') return 90000;
  return name.toLowerCase() === 'opus' ? 48000 : 8000;
}

function parseBandwidth(element: Element): Bandwidth | undefined {
  const type = attribute(element, 'type', 16);
  const text = textOf(element).trim();
  if (type === undefined || !isWord(type) || !/^\d{1,12}$/.test(text)) return undefined;
  return { type, value: Number(text) };
}

export function buildDescription(description: RtpDescription): Element {
  const children: Element[] = description.payloadTypes.map(buildPayloadType);
  children.push(...buildFeedback(description.feedback, description.trrInt));
  for (const extension of description.headerExtensions) children.push(buildHeaderExtension(extension));
  if (description.extmapAllowMixed) children.push(el('extmap-allow-mixed', { xmlns: NS.rtpHdrext }));
  for (const source of description.sources) children.push(buildSource(source));
  for (const group of description.sourceGroups) children.push(buildSourceGroup(group));
  for (const { type, value } of description.bandwidth) children.push(el('bandwidth', { type }, [String(value)]));
  if (description.rtcpMux) children.push(el('rtcp-mux'));
  if (description.rtcpRsize) children.push(el('rtcp-reduced-size'));
  return el('description', { xmlns: NS.rtp, media: description.media }, children);
}

/** Parameters stand before feedback: Movim appends in order of appearance and would break the `a=fmtp` line. */
function buildPayloadType(type: PayloadType): Element {
  const children = type.parameters.map(buildParameter);
  children.push(...buildFeedback(type.feedback, type.trrInt));
  return el(
    'payload-type',
    {
      id: type.id,
      name: type.name,
      clockrate: type.clockrate,
      channels: type.channels === 1 ? undefined : type.channels,
      ptime: type.ptime,
      maxptime: type.maxptime,
    },
    children,
  );
}

/** XEP-0167, Informational Messages: the payload of a session-info. Undefined for an element of another namespace. */
export function parseRtpInfo(element: Element): SessionInfo | undefined {
  if (namespaceOf(element) !== NS.rtpInfo) return undefined;
  const kind = localName(element);
  switch (kind) {
    case 'active':
    case 'hold':
    case 'unhold':
    case 'ringing':
      return { kind };
    case 'mute':
    case 'unmute': {
      const name = attribute(element, 'name', 256);
      const creator = wordAttribute(element, 'creator', ROLES);
      return { kind, ...(name !== undefined && { name }), ...(creator !== undefined && { creator }) };
    }
    default:
      return undefined;
  }
}

export function buildRtpInfo(info: SessionInfo): Element | undefined {
  switch (info.kind) {
    case 'active':
    case 'hold':
    case 'unhold':
    case 'ringing':
      return el(info.kind, { xmlns: NS.rtpInfo });
    case 'mute':
    case 'unmute':
      return el(info.kind, { xmlns: NS.rtpInfo, name: info.name, creator: info.creator });
    case 'ping':
      return undefined;
    case 'unsupported':
      return el(info.name, { xmlns: info.namespace });
  }
}
