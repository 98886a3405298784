/**
 * Why there is no stream.
 * - `signaling-unreachable`: no answer, connection refused, no discovery record, or an answer that is not XMPP. Worth a retry.
 * - `auth-failed`: the server refused the credentials, offers no way of logging in that we accept, or did not prove that it knows them.
 * - `insecure`: the only way there is is not encrypted.
 * - `invalid-address`: domain, user name or service URL are not well-formed, or the server does not serve the domain.
 * - `incompatible`: the server lacks something that we cannot do without, or broke the protocol.
 * - `replaced`: the server ended the session for good (conflict, account removed, policy).
 * - `closed`: `close()` was called.
 */
export type StreamErrorCode =
  'signaling-unreachable' | 'auth-failed' | 'insecure' | 'invalid-address' | 'incompatible' | 'replaced' | 'closed';

export class StreamError extends Error {
  constructor(
    readonly code: StreamErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StreamError';
  }

  /** Whether trying again without changing anything may help. */
  get retry(): boolean {
    return this.code === 'signaling-unreachable';
  }
}

/** Gives `error` as a StreamError; anything foreign becomes one with `code`. */
export function toStreamError(error: unknown, code: StreamErrorCode): StreamError {
  if (error instanceof StreamError) return error;
  return new StreamError(code, error instanceof Error ? error.message : 'unknown error', { cause: error });
}

/** Stream error conditions (RFC 6120 §4.9.3) after which the same login would end the same way. */
const FINAL_CONDITIONS: Readonly<Record<string, StreamErrorCode>> = {
  conflict: 'replaced',
  'not-authorized': 'replaced',
  'policy-violation': 'replaced',
  'host-gone': 'invalid-address',
  'host-unknown': 'invalid-address',
  'improper-addressing': 'invalid-address',
  'unsupported-version': 'incompatible',
};

export function streamErrorOf(condition: string, text: string | undefined): StreamError {
  const code = FINAL_CONDITIONS[condition] ?? 'signaling-unreachable';
  return new StreamError(code, `stream error ${condition}${text ? `: ${text.slice(0, 200)}` : ''}`);
}
