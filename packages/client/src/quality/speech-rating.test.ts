import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { speechRating } from './speech-rating.js';

describe('speechRating', () => {
  it('is the default of G.107 without delay and loss', () => {
    assert.equal(speechRating({ delayMs: 0, lossFraction: 0 }), 93.2);
  });

  it('satisfies at the 150 ms of G.114 and does not at its limit of 400 ms', () => {
    assert.ok(speechRating({ delayMs: 150, lossFraction: 0 }) > 80);
    assert.ok(speechRating({ delayMs: 400, lossFraction: 0 }) < 70);
  });

  it('falls with loss as G.113 has it for concealed G.711', () => {
    assert.ok(Math.abs(speechRating({ delayMs: 0, lossFraction: 0.01 }) - 89.56) < 0.01);
    assert.ok(speechRating({ delayMs: 0, lossFraction: 0.1 }) < 70);
  });

  it('never rises with delay or loss, and never leaves its range', () => {
    const path = fc.record({
      delayMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
      lossFraction: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(path, path, (one, other) => {
        const better = {
          delayMs: Math.min(one.delayMs, other.delayMs),
          lossFraction: Math.min(one.lossFraction, other.lossFraction),
        };
        const rating = speechRating(one);
        assert.ok(rating >= 0 && rating <= 93.2 && speechRating(better) >= rating);
      }),
    );
  });
});
