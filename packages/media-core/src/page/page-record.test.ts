import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PageRecord } from './page-record.js';

describe('PageRecord', () => {
  it('switches the core off after the second failure', () => {
    const record = new PageRecord();
    assert.equal(record.isOff, false);
    record.noteFailure();
    assert.equal(record.isOff, false);
    record.noteFailure();
    assert.equal(record.isOff, true);
  });

  it('keeps the latest measurement of each codec', () => {
    const record = new PageRecord();
    record.noteWarmUp({ opusEncode: 3, opusDecode: 1 });
    record.noteWarmUp({ opusEncode: undefined, vp8Encode: 20 });
    record.noteWarmUp({ vp8Encode: 4 });
    assert.deepEqual(record.warmUp, { opusEncode: 3, opusDecode: 1, vp8Encode: 4 });
  });
});
