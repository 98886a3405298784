import type { ErrorCode as WireErrorCode, Failure } from '@xmpp-call/wire';
import type {
  CalleeAvailability,
  CallState,
  ConnectionState,
  ContentSource,
  EndReason,
  LogLevel,
  MediaKind,
} from './api.js';
import { XmppCallError } from './errors.js';
import type { ErrorCode } from './errors.js';

/**
 * The words of the public API for an enumeration of the contract, each at the index of its value. The first stands for
 * what is unspecified or not known here. A test holds them against the contract.
 */
type Words<T> = readonly [T, ...T[]];

export const ERROR_CODES: Words<ErrorCode> = [
  'internal',
  'invalid-address',
  'invalid-state',
  'version-mismatch',
  'signaling-unreachable',
  'signaling-lost',
  'auth-failed',
  'callee-unknown',
  'callee-unavailable',
  'declined',
  'busy',
  'no-answer',
  'connectivity-failed',
  'turn-missing',
  'security-failed',
  'incompatible',
  'peer-failed',
  'permission-denied',
  'device-not-found',
  'device-in-use',
  'insecure-context',
  'browser-unsupported',
  'media-failed',
  'worker-failed',
  'internal',
  'callee-being-called',
  'connection-lost',
  'forbidden-by-page',
];
export const CALL_STATES: Words<CallState> = [
  'ended',
  'calling',
  'ringing',
  'incoming',
  'connecting',
  'active',
  // Of an earlier contract: held.
  'active',
  'reconnecting',
  'ended',
];
export const END_REASONS: Words<EndReason> = [
  'error',
  'local-hang-up',
  'remote-hang-up',
  'answered-elsewhere',
  'cancelled',
  'rejected',
  'error',
];
export const CONNECTION_STATES: Words<ConnectionState> = ['offline', 'offline', 'connecting', 'online', 'reconnecting'];
export const AVAILABILITIES: Words<CalleeAvailability> = ['unknown', 'available', 'unavailable', 'unknown'];
export const MEDIA_KINDS: Words<MediaKind> = ['audio', 'audio', 'video'];
export const CONTENT_SOURCES: Words<ContentSource | undefined> = [undefined, 'microphone', 'camera', 'screen'];
/** Whether the peer is among the senders: both, this side, the peer, nobody. */
export const SENDS: Words<boolean> = [true, true, false, true, false];
export const LOG_LEVELS: Words<LogLevel> = ['info', 'debug', 'info', 'warn', 'error'];

/** The word for a value that the worker sent. */
export function wordFor<T>(words: Words<T>, value: number): T {
  return words[value] ?? words[0];
}

export function toError({ code, detail }: Failure): XmppCallError {
  return new XmppCallError(wordFor(ERROR_CODES, code), detail ? { message: detail } : {});
}

export function toWireErrorCode(code: ErrorCode): WireErrorCode {
  const value: unknown = ERROR_CODES.lastIndexOf(code);
  return value as WireErrorCode;
}
