/** The tones of RFC 4733 §3.2. */
const CODES = '0123456789*#ABCD';

/** Of one entry: more is no telephone number. */
export const MAX_TONES = 64;
/** Characters of a pasted text that are looked at. */
export const MAX_TEXT = 1024;

/**
 * The text for `RTCDTMFSender.insertDTMF` from pasted text or a `tel:` URI (RFC 3966). `,` and `p` are pauses; blanks and the
 * visual separators `-.()/`, and a leading `+`, are passed over. Undefined where a character stands for nothing, where no tone
 * remains, or where there are too many: half of a PIN is worse than none.
 */
export function parseTones(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > MAX_TEXT) return undefined;
  const [number = '', ...parameters] = text.trim().replace(/^tel:/i, '').split(';');
  // RFC 3966 §5.3: what is dialled after the call is answered.
  const post = parameters.find((one) => /^postd=/i.test(one))?.slice('postd='.length) ?? '';
  let tones = '';
  for (const character of number.trim().replace(/^\+/, '') + post) {
    const code = character.toUpperCase();
    if (CODES.includes(code)) tones += code;
    else if (code === ',' || code === 'P') tones += ',';
    else if (!/[\s\-.()/]/u.test(character)) return undefined;
    if (tones.length > MAX_TONES) return undefined;
  }
  return /[^,]/.test(tones) ? tones : undefined;
}
