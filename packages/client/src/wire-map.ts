import * as wire from '@xmpp-call/wire';
import type { CalleeAvailability, CallState, ConnectionState, EndReason, LogLevel } from './api.js';
import { XmppCallError } from './errors.js';
import type { ErrorCode } from './errors.js';

/** The worker's enumerations in the words of the public API, and back. Total by type: a new value must be named here. */

type Named<E extends number> = Exclude<E, 0>;

const ERROR_CODES: Readonly<Record<Named<wire.ErrorCode>, ErrorCode>> = {
  [wire.ErrorCode.INVALID_ADDRESS]: 'invalid-address',
  [wire.ErrorCode.INVALID_STATE]: 'invalid-state',
  [wire.ErrorCode.VERSION_MISMATCH]: 'version-mismatch',
  [wire.ErrorCode.SIGNALING_UNREACHABLE]: 'signaling-unreachable',
  [wire.ErrorCode.SIGNALING_LOST]: 'signaling-lost',
  [wire.ErrorCode.AUTH_FAILED]: 'auth-failed',
  [wire.ErrorCode.CALLEE_UNKNOWN]: 'callee-unknown',
  [wire.ErrorCode.CALLEE_UNAVAILABLE]: 'callee-unavailable',
  [wire.ErrorCode.DECLINED]: 'declined',
  [wire.ErrorCode.BUSY]: 'busy',
  [wire.ErrorCode.NO_ANSWER]: 'no-answer',
  [wire.ErrorCode.CONNECTIVITY_FAILED]: 'connectivity-failed',
  [wire.ErrorCode.TURN_MISSING]: 'turn-missing',
  [wire.ErrorCode.SECURITY_FAILED]: 'security-failed',
  [wire.ErrorCode.INCOMPATIBLE]: 'incompatible',
  [wire.ErrorCode.PEER_FAILED]: 'peer-failed',
  [wire.ErrorCode.PERMISSION_DENIED]: 'permission-denied',
  [wire.ErrorCode.DEVICE_NOT_FOUND]: 'device-not-found',
  [wire.ErrorCode.DEVICE_IN_USE]: 'device-in-use',
  [wire.ErrorCode.INSECURE_CONTEXT]: 'insecure-context',
  [wire.ErrorCode.BROWSER_UNSUPPORTED]: 'browser-unsupported',
  [wire.ErrorCode.MEDIA_FAILED]: 'media-failed',
  [wire.ErrorCode.WORKER_FAILED]: 'worker-failed',
  [wire.ErrorCode.INTERNAL]: 'internal',
};

const CALL_STATES: Readonly<Record<Named<wire.CallState>, CallState>> = {
  [wire.CallState.CALLING]: 'calling',
  [wire.CallState.RINGING]: 'ringing',
  [wire.CallState.INCOMING]: 'incoming',
  [wire.CallState.CONNECTING]: 'connecting',
  [wire.CallState.ACTIVE]: 'active',
  [wire.CallState.HELD]: 'held',
  [wire.CallState.RECONNECTING]: 'reconnecting',
  [wire.CallState.ENDED]: 'ended',
};

const END_REASONS: Readonly<Record<Named<wire.EndReason>, EndReason>> = {
  [wire.EndReason.LOCAL_HANG_UP]: 'local-hang-up',
  [wire.EndReason.REMOTE_HANG_UP]: 'remote-hang-up',
  [wire.EndReason.ANSWERED_ELSEWHERE]: 'answered-elsewhere',
  [wire.EndReason.CANCELLED]: 'cancelled',
  [wire.EndReason.REJECTED_LOCALLY]: 'rejected',
  [wire.EndReason.ERROR]: 'error',
};

const CONNECTION_STATES: Readonly<Record<Named<wire.ConnectionState>, ConnectionState>> = {
  [wire.ConnectionState.OFFLINE]: 'offline',
  [wire.ConnectionState.CONNECTING]: 'connecting',
  [wire.ConnectionState.ONLINE]: 'online',
  [wire.ConnectionState.RECONNECTING]: 'reconnecting',
};

const AVAILABILITIES: Readonly<Record<Named<wire.AvailabilityState>, CalleeAvailability>> = {
  [wire.AvailabilityState.AVAILABLE]: 'available',
  [wire.AvailabilityState.UNAVAILABLE]: 'unavailable',
  [wire.AvailabilityState.UNKNOWN]: 'unknown',
};

const LOG_LEVELS: Readonly<Record<Named<wire.LogLevel>, LogLevel>> = {
  [wire.LogLevel.DEBUG]: 'debug',
  [wire.LogLevel.INFO]: 'info',
  [wire.LogLevel.WARN]: 'warn',
  [wire.LogLevel.ERROR]: 'error',
};

function reader<E extends number, T>(table: Readonly<Record<Named<E>, T>>, otherwise: T): (value: E) => T {
  const lookup = table as Readonly<Record<number, T | undefined>>;
  return (value) => lookup[value] ?? otherwise;
}

export const toCallState = reader<wire.CallState, CallState>(CALL_STATES, 'ended');
export const toEndReason = reader<wire.EndReason, EndReason>(END_REASONS, 'error');
export const toConnectionState = reader<wire.ConnectionState, ConnectionState>(CONNECTION_STATES, 'offline');
export const toAvailability = reader<wire.AvailabilityState, CalleeAvailability>(AVAILABILITIES, 'unknown');
export const toLogLevel = reader<wire.LogLevel, LogLevel>(LOG_LEVELS, 'info');
const toErrorCode = reader<wire.ErrorCode, ErrorCode>(ERROR_CODES, 'internal');

export function toError(failure: wire.Failure): XmppCallError {
  return new XmppCallError(toErrorCode(failure.code), failure.detail ? { message: failure.detail } : {});
}

const WIRE_ERROR_CODES: ReadonlyMap<ErrorCode, wire.ErrorCode> = new Map(
  Object.entries(ERROR_CODES).map(([value, code]) => [code, Number(value)]),
);

export function toWireErrorCode(code: ErrorCode): wire.ErrorCode {
  return WIRE_ERROR_CODES.get(code) ?? wire.ErrorCode.INTERNAL;
}
