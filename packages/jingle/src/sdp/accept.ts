import type { Content, IceUdpTransport, RtpContent } from '../model.js';
import { ok, sessionFault, type Result } from '../result.js';
import { isRtpContent, isUnsupported } from '../xep-0166-jingle.js';
import { isAuxiliary, isKnown, withinOffer } from './codecs.js';
import { completed, isWhole } from './line.js';
import { sanitized } from './sanitize.js';

/** What bundling means for a content: the other contents of its group, and whether it is in one. */
export interface Surroundings {
  readonly bundled: boolean;
  /** Transports of the contents in its group; of none where it is not bundled. */
  readonly fellows: readonly IceUdpTransport[];
}

/**
 * The contents of a session-initiate or content-add that we can negotiate; the others are left to be rejected. XEP-0166
 * §7.2.8: only those of disposition "session" are accepted as part of a session.
 */
export function usableOffers(contents: readonly Content[]): Result<RtpContent[]> {
  const ofSession = contents.filter(({ disposition }) => disposition === 'session');
  const described = ofSession.filter(isRtpContent).map(sanitized);
  const usable = described.filter((one) => one.description.payloadTypes.length > 0);
  if (usable.some((one) => one.description.payloadTypes.some(isKnown))) return ok(usable);
  const hasMedia = ofSession.some((one) => one.description !== undefined && !isUnsupported(one.description));
  if (!hasMedia) return sessionFault('unsupported-applications', 'no audio or video');
  return usable.length === 0 && contents.some(hasStrangeTransport) ? NO_TRANSPORT : NO_CODEC;
}

function hasStrangeTransport({ transport }: Content): boolean {
  return isUnsupported(transport);
}

const NO_TRANSPORT = sessionFault('unsupported-transports', 'no ICE-UDP transport');
const NO_CODEC = sessionFault('failed-application', 'no codec in common');

/** Reduces an answered content to what was offered, completes it and checks it. `transport` is all that is known of it. */
export function checkAnswer(
  content: Content,
  transport: IceUdpTransport,
  offered: RtpContent,
  around: Surroundings,
): Result<RtpContent> {
  if (hasStrangeTransport(content)) return NO_TRANSPORT;
  const offer = offered.description;
  if (!isRtpContent(content) || content.description.media !== offer.media)
    return sessionFault('failed-application', 'no fitting description');
  const { description } = sanitized(content);
  const payloadTypes = withinOffer(description.payloadTypes, offer.payloadTypes);
  if (!payloadTypes) return NO_CODEC;
  const headerExtensions = description.headerExtensions.filter(({ id, uri }) =>
    offer.headerExtensions.some((one) => one.id === id && one.uri === uri),
  );
  const extmapAllowMixed = description.extmapAllowMixed && offer.extmapAllowMixed;
  const reduced = { ...description, payloadTypes, headerExtensions, extmapAllowMixed };
  return checkOffer({ ...content, transport, description: reduced }, around);
}

/** Completes an offered content and checks what no browser would go without. */
export function checkOffer(content: RtpContent, around: Surroundings): Result<RtpContent> {
  const { description, ...sane } = sanitized(content);
  if (!description.payloadTypes.some((type) => !isAuxiliary(type))) return NO_CODEC;
  const transport = completed(sane.transport, around.fellows);
  if (transport.fingerprints.length === 0) {
    const text = `DTLS fingerprint required${description.sdes ? ', SDES is not secure' : ''}`;
    return sessionFault('security-error', text, 'security-required');
  }
  // Browsers have no separate RTCP component; a group implies multiplexing (RFC 8843 §9.3).
  if (!description.rtcpMux && !around.bundled) return sessionFault('incompatible-parameters', 'rtcp-mux required');
  if (!isWhole(transport)) return sessionFault('failed-transport', 'ICE credentials required');
  return ok({ ...sane, description, transport });
}
