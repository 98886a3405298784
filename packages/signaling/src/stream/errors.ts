import type { Element } from '@xmpp-call/jingle';

/**
 * Why there is no stream.
 * - `signaling-unreachable`: no answer, connection refused, no discovery record, or an answer that is not XMPP. Worth a retry.
 * - `auth-failed`: the server refused the credentials, offers no way of logging in that we accept, or did not prove that it knows them.
 * - `insecure`: the only way there is is not encrypted.
 * - `invalid-address`: domain, user name or service URL are not well-formed, or the server does not serve the domain.
 * - `incompatible`: the server lacks something that we cannot do without, or broke the protocol.
 * - `replaced`: the server ended the session for good (conflict, account removed).
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
}

export function unreachable(message: string, options?: ErrorOptions): StreamError {
  return new StreamError('signaling-unreachable', message, options);
}

/** Gives `error` as a StreamError; anything foreign becomes `signaling-unreachable`. */
export function toStreamError(error: unknown): StreamError {
  return error instanceof StreamError ? error : unreachable(reasonOf(error), { cause: error });
}

/** What went wrong, in a few words for the log. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}

/**
 * Stream error conditions (RFC 6120 §4.9.3) after which the same login would end the same way. Not among them is
 * policy-violation: servers give it for a stanza too large or too many, and a peer may be the cause of that.
 */
const FINAL_CONDITIONS: ReadonlyMap<string, StreamErrorCode> = new Map([
  ['conflict', 'replaced'],
  ['not-authorized', 'replaced'],
  ['host-gone', 'invalid-address'],
  ['host-unknown', 'invalid-address'],
  ['improper-addressing', 'invalid-address'],
  ['unsupported-version', 'incompatible'],
]);

/** Reads a `<stream:error/>`. */
export function streamErrorOf(element: Element): StreamError {
  const condition = conditionOf(element);
  const text = element.getChildText('text')?.slice(0, 200) ?? '';
  return new StreamError(
    FINAL_CONDITIONS.get(condition) ?? 'signaling-unreachable',
    `stream error: ${condition} ${text}`,
  );
}

/** The name of the first child: where every error of XMPP has its condition. */
export function conditionOf(element: Element | undefined): string {
  return element?.getChildElements()[0]?.getName().slice(0, 100) ?? 'undefined-condition';
}
