import { CommandError } from './calls/command-error.js';
import type { ErrorCode, Failure } from './calls/page-events.js';
import { StreamError } from './stream/index.js';
import type { StreamErrorCode } from './stream/index.js';

const CODES: Readonly<Record<StreamErrorCode, ErrorCode>> = {
  'signaling-unreachable': 'signaling-unreachable',
  'auth-failed': 'auth-failed',
  insecure: 'invalid-address',
  'invalid-address': 'invalid-address',
  incompatible: 'signaling-unreachable',
  replaced: 'signaling-lost',
  closed: 'invalid-state',
};

/** What the page is told of an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) return { code: error.code, detail: error.message };
  if (error instanceof StreamError) return { code: CODES[error.code], detail: error.message };
  return { code: 'internal', detail: error instanceof Error ? error.message : String(error) };
}
