import type { ReasonCondition } from './model.js';

/** The stanza error conditions of RFC 6120 §8.3.3 that this package returns. */
export type StanzaCondition =
  | 'bad-request'
  | 'conflict'
  | 'feature-not-implemented'
  | 'item-not-found'
  | 'not-acceptable'
  | 'not-allowed'
  | 'policy-violation'
  | 'redirect'
  | 'resource-constraint'
  | 'service-unavailable'
  | 'unexpected-request';

/** Application conditions of `urn:xmpp:jingle:errors:1` (XEP-0166, Error Handling). */
export type JingleCondition =
  'out-of-order' | 'security-required' | 'tie-break' | 'unknown-content' | 'unknown-session' | 'unsupported-info';

/** Why an element could not be read: enough to build the IQ error that its sender is owed. */
export interface Fault {
  readonly condition: StanzaCondition;
  readonly jingle?: JingleCondition;
  /** Where the fault makes the session impossible: the reason to end it with (XEP-0166 §7.4). */
  readonly reason?: ReasonCondition;
  /** English, for logs; never shown to people. */
  readonly text: string;
}

/** The outcome of everything that reads peer input: a value or a typed error, never an exception. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Fault };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fault(condition: StanzaCondition, text: string, jingle?: JingleCondition): { ok: false; error: Fault } {
  return { ok: false, error: jingle ? { condition, jingle, text } : { condition, text } };
}

/** A fault of a well-formed element that the session cannot go on with: it is acknowledged, then answered by session-terminate. */
export function sessionFault(
  reason: ReasonCondition,
  text: string,
  jingle?: JingleCondition,
): { ok: false; error: Fault } {
  const error: Fault = { condition: 'not-acceptable', reason, text };
  return { ok: false, error: jingle ? { ...error, jingle } : error };
}

/** Marks a branch that the type system has ruled out. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${String(value)}`);
}
