import type { MediaKind, PayloadType, RtpDescription } from '../model.js';

/** Payload types that carry no media of their own. */
const AUXILIARY: ReadonlySet<string> = new Set([
  'rtx',
  'red',
  'ulpfec',
  'flexfec-03',
  'flexfec',
  'telephone-event',
  'cn',
]);

export function isAuxiliary(type: PayloadType): boolean {
  return AUXILIARY.has(type.name.toLowerCase());
}

export function isSameCodec(a: PayloadType, b: PayloadType): boolean {
  return (
    a.clockrate === b.clockrate && channelsOf(a) === channelsOf(b) && a.name.toLowerCase() === b.name.toLowerCase()
  );
}

/** RFC 7587 §7: opus is always announced with two channels, whatever a peer writes. */
export function channelsOf(type: PayloadType): number {
  return type.name.toLowerCase() === 'opus' ? 2 : type.channels;
}

export function parameterOf(type: PayloadType, name: string): string | undefined {
  return type.parameters.find((one) => one.name.toLowerCase() === name)?.value;
}

/**
 * What of an answer lies within the offer: the payload types whose codec was offered (the answer keeps the offerer's
 * ids, XEP-0167 §6; foreign ones are dropped). Undefined where no codec is left.
 */
export function withinOffer(
  answered: readonly PayloadType[],
  offered: readonly PayloadType[],
): PayloadType[] | undefined {
  const kept = answered.filter((type) => offered.some((other) => isSameCodec(type, other)));
  return kept.some((type) => !isAuxiliary(type)) ? kept : undefined;
}

const AUDIO_ORDER = ['opus', 'g722', 'pcmu', 'pcma'];
const VIDEO_ORDER = ['vp8', 'h264', 'vp9', 'av1', 'h265'];

/** Preference order for peers that take the first codec they know: opus and VP8 lead, helpers come last. */
export function inPreferredOrder(description: RtpDescription): PayloadType[] {
  const { payloadTypes, media } = description;
  const ranks = new Map(payloadTypes.map((type) => [type.id, rankOf(type, media)]));
  const rank = (type: PayloadType): number => {
    const apt = type.name.toLowerCase() === 'rtx' ? ranks.get(Number(parameterOf(type, 'apt'))) : undefined;
    // Retransmission stands behind what it repeats.
    return apt === undefined ? (ranks.get(type.id) ?? 0) : apt + 0.1;
  };
  return payloadTypes
    .map((type) => ({ type, rank: rank(type) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ type }) => type);
}

function rankOf(type: PayloadType, media: MediaKind): number {
  const name = type.name.toLowerCase();
  const order = media === 'audio' ? AUDIO_ORDER : VIDEO_ORDER;
  const at = order.indexOf(name);
  if (at < 0) return order.length + (isAuxiliary(type) ? 1 : 0);
  return name === 'h264' && !isUsualH264(type) ? at + 0.5 : at;
}

/** Constrained baseline in packetization mode 1: what every H.264 endpoint decodes. */
export function isUsualH264(type: PayloadType): boolean {
  if (type.name.toLowerCase() !== 'h264' || parameterOf(type, 'packetization-mode') !== '1') return false;
  return parameterOf(type, 'profile-level-id')?.toLowerCase() === '42e01f';
}
