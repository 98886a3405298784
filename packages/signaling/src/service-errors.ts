import { ErrorCode } from '@xmpp-call/wire';
import { CommandError } from './calls/command-error.js';
import { StreamError } from './stream/index.js';
import type { StreamErrorCode } from './stream/index.js';

const CODES: Readonly<Record<StreamErrorCode, ErrorCode>> = {
  'signaling-unreachable': ErrorCode.SIGNALING_UNREACHABLE,
  'auth-failed': ErrorCode.AUTH_FAILED,
  insecure: ErrorCode.INVALID_ADDRESS,
  'invalid-address': ErrorCode.INVALID_ADDRESS,
  incompatible: ErrorCode.SIGNALING_UNREACHABLE,
  replaced: ErrorCode.SIGNALING_LOST,
  closed: ErrorCode.INVALID_STATE,
};

/** What the page is told of an error. */
export interface FailureInit {
  readonly code: ErrorCode;
  readonly detail: string;
}

export function failureOf(error: unknown): FailureInit {
  if (error instanceof CommandError) return { code: error.code, detail: error.message };
  if (error instanceof StreamError) return { code: CODES[error.code], detail: error.message };
  return { code: ErrorCode.INTERNAL, detail: error instanceof Error ? error.message : String(error) };
}
