/** A tone of RFC 4733 §3.2, in the order of its event codes. */
export const DTMF_CODES = '0123456789*#ABCD';
export type DtmfTone =
  { readonly kind: 'tone'; readonly code: string } | { readonly kind: 'pause'; readonly durationMs: number };

/** Limits of `RTCDTMFSender.insertDTMF` (W3C webrtc §7.2), narrower than the 16-bit duration of RFC 4733 §2.3.5. */
export const DTMF_LIMITS = {
  minDurationMs: 40,
  maxDurationMs: 6000,
  minGapMs: 30,
  defaultDurationMs: 100,
  /** `,` in dial strings, and in insertDTMF. */
  pauseMs: 2000,
  /** Of one entry: more is no telephone number. */
  tones: 64,
  /** Characters of a pasted text that are looked at. */
  text: 1024,
} as const;

/** True for one of 0-9, A-D, `*` and `#`. */
export function isDtmfCode(code: string): boolean {
  return code.length === 1 && DTMF_CODES.includes(code);
}

/** The RFC 4733 event code of a tone, 0-15; undefined for no tone. */
export function dtmfEvent(code: string): number | undefined {
  return isDtmfCode(code) ? DTMF_CODES.indexOf(code) : undefined;
}

/** Within what a browser sends. */
export function dtmfDuration(ms: number): number {
  const { minDurationMs, maxDurationMs, defaultDurationMs } = DTMF_LIMITS;
  return Number.isFinite(ms) ? Math.min(maxDurationMs, Math.max(minDurationMs, Math.round(ms))) : defaultDurationMs;
}

/**
 * The tones of pasted text or of a `tel:` URI (RFC 3966). `,` and `p` are pauses; blanks and the visual separators
 * `-.()/`, and a leading `+`, are passed over. Undefined where a character stands for nothing, where nothing remains, or
 * where there are too many: half of a PIN is worse than none.
 */
export function parseTones(text: string): readonly DtmfTone[] | undefined {
  if (text.length > DTMF_LIMITS.text) return undefined;
  const [number = '', ...parameters] = text.trim().replace(/^tel:/i, '').split(';');
  // RFC 3966 §5.3: what is dialled after the call is answered.
  const post = parameters.find((one) => /^postd=/i.test(one))?.slice('postd='.length) ?? '';
  const found: DtmfTone[] = [];
  for (const character of number.trim().replace(/^\+/, '') + post) {
    const code = character.toUpperCase();
    if (isDtmfCode(code)) found.push({ kind: 'tone', code });
    else if (code === ',' || code === 'P') found.push({ kind: 'pause', durationMs: DTMF_LIMITS.pauseMs });
    else if (!/[\s\-.()/]/u.test(character)) return undefined;
    if (found.length > DTMF_LIMITS.tones) return undefined;
  }
  return found.some(({ kind }) => kind === 'tone') ? found : undefined;
}

/** The text that `RTCDTMFSender.insertDTMF` takes. */
export function toDtmfText(tones: readonly DtmfTone[]): string {
  return tones.map((one) => (one.kind === 'tone' ? one.code : ',')).join('');
}
