import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LatencyEstimate } from './latency-estimate.js';

const AHEAD_MS = 7_000_000;

/** 50 packets: `senderMs` until sending, a one-way delay of 40 to 60 ms, 60 ms in the jitter buffer. */
function feed(estimate: LatencyEstimate, senderMs: number): void {
  for (let i = 0; i < 50; i++) {
    const captured = i * 20;
    const arrival = captured + senderMs + 40 + (i % 5) * 5;
    estimate.arrived(captured + AHEAD_MS, arrival);
    estimate.presented(captured + AHEAD_MS, captured + senderMs + 100);
  }
}

describe('LatencyEstimate', () => {
  it('is exact with a known clock offset', () => {
    const estimate = new LatencyEstimate();
    feed(estimate, 30);
    assert.equal(estimate.medianMs({ offsetMs: AHEAD_MS, roundTripMs: 9, deviceMs: 12 }), 142);
  });

  it('is approximate without one', () => {
    const estimate = new LatencyEstimate();
    feed(estimate, 30);
    assert.equal(estimate.medianMs({ roundTripMs: 80 }), 125);
  });

  it('is unknown without offset and round trip', () => {
    const estimate = new LatencyEstimate();
    assert.equal(estimate.medianMs({ offsetMs: 0 }), undefined);
    feed(estimate, 30);
    assert.equal(estimate.medianMs({}), undefined);
    estimate.restart();
    assert.equal(estimate.medianMs({ offsetMs: 0 }), undefined);
  });
});
