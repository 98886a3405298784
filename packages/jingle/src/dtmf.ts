/** A tone of RFC 4733 §3.2, in the order of its event codes. */
export const DTMF_CODES = '0123456789*#ABCD';

/** Limits of `RTCDTMFSender.insertDTMF` (W3C webrtc §7.2), narrower than the 16-bit duration of RFC 4733 §2.3.5. */
export const DTMF_LIMITS = {
  minDurationMs: 40,
  maxDurationMs: 6000,
  minGapMs: 30,
  defaultDurationMs: 100,
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
