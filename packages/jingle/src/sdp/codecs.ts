import type { MediaKind, PayloadType } from '../model.js';

/** All that a browser may take, in the order of preference for peers that take the first codec they know. */
const RATES: ReadonlyMap<string, number | undefined> = new Map([
  ['opus', 48000],
  ['g722', 8000],
  ['pcmu', 8000],
  ['pcma', 8000],
  // At any rate.
  ['l16', undefined],
  ...['vp8', 'h264', 'vp9', 'av1', 'h265'].map((name) => [name, 90000] as const),
]);
const CODECS = [...RATES.keys()];

export function codecOf(type: PayloadType): string {
  return type.name.toLowerCase();
}

/** True for codecs that browsers may take; whether this one does shows in its answer. */
export function isKnown(type: PayloadType): boolean {
  return CODECS.includes(codecOf(type));
}

/** False for a codec of the other kind of media, or at a clock rate at which it does not exist. */
export function isPossible(type: PayloadType, media: MediaKind): boolean {
  const rate = RATES.get(codecOf(type)) ?? type.clockrate;
  return rate === type.clockrate && (rate === 90000) === (media === 'video');
}

/** True for payload types that carry no media of their own. */
export function isAuxiliary(type: PayloadType): boolean {
  return /^(rtx|red|ulpfec|flexfec(-03)?|telephone-event|cn)$/.test(codecOf(type));
}

export function isSameCodec(a: PayloadType, b: PayloadType): boolean {
  return a.clockrate === b.clockrate && channelsOf(a) === channelsOf(b) && codecOf(a) === codecOf(b);
}

/** RFC 7587 §7: opus is always announced with two channels, whatever a peer writes. */
export function channelsOf(type: PayloadType): number {
  return codecOf(type) === 'opus' ? 2 : type.channels;
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

/** For peers that take the first codec they know: opus and VP8 lead, helpers come last. */
export function inPreferredOrder(types: readonly PayloadType[]): PayloadType[] {
  const rank = (type: PayloadType): number => {
    const repeated = codecOf(type) === 'rtx' && types.find((one) => String(one.id) === parameterOf(type, 'apt'));
    // Retransmission stands behind what it repeats.
    return repeated ? rankOf(repeated) + 0.1 : rankOf(type);
  };
  const ranked = types.map((type) => [rank(type), type] as const);
  return ranked.sort(([a], [b]) => a - b).map(([, type]) => type);
}

function rankOf(type: PayloadType): number {
  const at = CODECS.indexOf(codecOf(type));
  if (at < 0) return CODECS.length + Number(isAuxiliary(type));
  return at + (isOddH264(type) ? 0.5 : 0);
}

/** Other than constrained baseline in packetization mode 1, which every H.264 endpoint decodes. */
export function isOddH264(type: PayloadType): boolean {
  const isUsual =
    parameterOf(type, 'packetization-mode') === '1' &&
    parameterOf(type, 'profile-level-id')?.toLowerCase() === '42e01f';
  return codecOf(type) === 'h264' && !isUsual;
}
