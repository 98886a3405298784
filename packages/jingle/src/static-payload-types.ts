import type { MediaKind, PayloadType } from './model.js';

/**
 * RFC 3551 §6, table 4: payload types that may come without a name, of those that a browser could take; name, clock rate in
 * Hz and channels.
 */
const STATIC: Readonly<Partial<Record<number, string>>> = {
  0: 'PCMU/8000',
  8: 'PCMA/8000',
  9: 'G722/8000',
  10: 'L16/44100/2',
  11: 'L16/44100',
  13: 'CN/8000',
};

/** A payload type of which a peer may leave out the obvious. */
export interface SparsePayloadType extends Omit<PayloadType, 'name' | 'clockrate'> {
  readonly name?: string;
  readonly clockrate?: number;
}

/** With name and clock rate, of static types as RFC 3551 has them, of others as is usual; undefined where it stays nameless. */
export function completedType(type: SparsePayloadType, media: MediaKind): PayloadType | undefined {
  const [knownName, knownRate, knownChannels = 1] = STATIC[type.id]?.split('/') ?? [];
  const name = type.name ?? knownName;
  if (!name) return undefined;
  const codec = name.toLowerCase();
  const isKnown = codec === knownName?.toLowerCase();
  const usual = media === 'video' ? 90000 : codec === 'opus' ? 48000 : 8000;
  const clockrate = type.clockrate ?? (isKnown ? Number(knownRate) : usual);
  return { ...type, name, clockrate, channels: Math.max(type.channels, isKnown ? Number(knownChannels) : 1) };
}

/** False for one of the types that RFC 3551 gave to sound, where the name is another than there; for what no browser knows, too. */
export function isStaticOrDynamic({ id, name, clockrate }: PayloadType): boolean {
  const [staticName, staticRate] = STATIC[id]?.split('/') ?? [];
  return id >= 20 || (name.toLowerCase() === staticName?.toLowerCase() && clockrate === Number(staticRate));
}
