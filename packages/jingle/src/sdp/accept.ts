import type { Content, IceUdpTransport, PayloadType, RtpContent } from '../model.js';
import { ok, sessionFault, type Result } from '../result.js';
import { isRtpContent, isUnsupported } from '../xep-0166-jingle.js';
import { withinOffer } from './codecs.js';
import { completed } from './line.js';

/** Codecs that browsers may take; whether this one does shows in its answer. */
const KNOWN: ReadonlySet<string> = new Set([
  'opus',
  'g722',
  'pcmu',
  'pcma',
  'l16',
  'vp8',
  'vp9',
  'h264',
  'h265',
  'av1',
]);

/** What bundling means for a content: the other contents of its group, and whether it is in one. */
export interface Surroundings {
  readonly bundled: boolean;
  /** Transports of the contents in its group; of none where it is not bundled. */
  readonly fellows: readonly IceUdpTransport[];
}

/** The contents of a session-initiate or content-add that we can negotiate; the others are left to be rejected. */
export function usableOffers(contents: readonly Content[]): Result<RtpContent[]> {
  const usable = contents.filter(isRtpContent).filter((one) => one.description.payloadTypes.length > 0);
  if (usable.length === 0) {
    const strangeTransport = contents.some((one) => one.transport !== undefined && isUnsupported(one.transport));
    const media = contents.some((one) => one.description !== undefined && !isUnsupported(one.description));
    if (strangeTransport && media) return sessionFault('unsupported-transports', 'no ICE-UDP transport');
    return media
      ? sessionFault('failed-application', 'no content with codec and transport')
      : sessionFault('unsupported-applications', 'no audio or video content');
  }
  if (!usable.some((one) => one.description.payloadTypes.some((type) => KNOWN.has(type.name.toLowerCase())))) {
    return sessionFault('failed-application', 'no codec in common');
  }
  return ok(usable);
}

/** Completes an offered content and checks what no browser would go without. */
export function checkOffer(content: RtpContent, around: Surroundings): Result<RtpContent> {
  return checkTransport(content, around);
}

/** Reduces an answered content to what was offered, completes it and checks it. `transport` is all that is known of it. */
export function checkAnswer(
  content: Content,
  transport: IceUdpTransport | undefined,
  offered: RtpContent,
  around: Surroundings,
): Result<RtpContent> {
  if (!isRtpContent(content) || !transport) {
    const strange = content.transport !== undefined && isUnsupported(content.transport);
    return strange
      ? sessionFault('unsupported-transports', 'answer without ICE-UDP transport')
      : sessionFault('failed-application', 'answer without media description');
  }
  const { description } = content;
  if (description.media !== offered.description.media)
    return sessionFault('failed-application', 'answer of another media type');
  const payloadTypes: PayloadType[] | undefined = withinOffer(
    description.payloadTypes,
    offered.description.payloadTypes,
  );
  if (!payloadTypes) return sessionFault('failed-application', 'no codec in common');
  const headerExtensions = description.headerExtensions.filter((extension) =>
    offered.description.headerExtensions.some((one) => one.id === extension.id && one.uri === extension.uri),
  );
  const extmapAllowMixed = description.extmapAllowMixed && offered.description.extmapAllowMixed;
  const reduced = { ...description, payloadTypes, headerExtensions, extmapAllowMixed };
  return checkTransport({ ...content, transport, description: reduced }, around);
}

function checkTransport(content: RtpContent, around: Surroundings): Result<RtpContent> {
  const transport = completed(content.transport, around.fellows);
  if (transport.fingerprints.length === 0) {
    const text = content.description.sdes
      ? 'SDES is not secure enough: a DTLS fingerprint is required'
      : 'a DTLS fingerprint is required';
    return sessionFault('security-error', text, 'security-required');
  }
  // Browsers have no separate RTCP component; a group implies multiplexing (RFC 8843 §9.3).
  if (!content.description.rtcpMux && !around.bundled)
    return sessionFault('incompatible-parameters', 'rtcp-mux is required');
  if (transport.ufrag === undefined || transport.pwd === undefined)
    return sessionFault('failed-transport', 'ICE credentials are required');
  return ok({ ...content, transport });
}
