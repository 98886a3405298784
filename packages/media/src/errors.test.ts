import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MediaError, toMediaError } from './errors.js';

describe('toMediaError', () => {
  it('gives errors that a user can fix a code of their own', () => {
    const codes = [
      'NotAllowedError',
      'NotFoundError',
      'OverconstrainedError',
      'NotReadableError',
      'AbortError',
      'TypeError',
    ].map((name) => toMediaError(new DOMException('text', name)).code);
    assert.deepEqual(codes, [
      'permission-denied',
      'device-not-found',
      'device-not-found',
      'device-in-use',
      'device-in-use',
      'media-failed',
    ]);
  });

  it('keeps the cause, and returns MediaErrors unchanged', () => {
    const cause = new DOMException('text', 'NotFoundError');
    const error = toMediaError(cause);
    assert.equal(error.cause, cause);
    assert.equal(toMediaError(error), error);
    assert.ok(toMediaError('odd') instanceof MediaError);
  });

  it('names the device that failed', () => {
    const error = toMediaError(new DOMException('text', 'NotAllowedError'), 'camera');
    assert.equal(error.device, 'camera');
    assert.equal(toMediaError(error, 'microphone').device, 'camera');
    assert.equal(toMediaError(new DOMException('text', 'OperationError')).device, undefined);
  });
});
