import { CodecError, type CodecErrorCode } from '@xmpp-call/wasm-runtime';
import { ERROR } from './opus-exports.js';

const CODES = new Map<number, CodecErrorCode>([
  [ERROR.badArgument, 'invalid-argument'],
  [ERROR.bufferTooSmall, 'buffer-too-small'],
  [ERROR.invalidPacket, 'corrupt-packet'],
  [ERROR.allocationFailed, 'out-of-memory'],
]);

/** The error for a result of libopus that is below zero. */
export function failure(status: number, action: string): CodecError {
  return new CodecError(CODES.get(status) ?? 'codec-failed', `libopus cannot ${action}: error ${status}`);
}

/** @throws {CodecError} if the result is an error of libopus */
export function checked(status: number, action: string): number {
  if (status < 0) throw failure(status, action);
  return status;
}

export function invalid(message: string): CodecError {
  return new CodecError('invalid-argument', message);
}
