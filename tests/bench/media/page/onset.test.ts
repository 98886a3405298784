import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHIRP_SAMPLES, chirp } from './chirp.js';
import { OnsetDetector } from './onset.js';

const BLOCK = 128;

function positions(samples: Float32Array): number[] {
  const detector = new OnsetDetector();
  const found: number[] = [];
  for (let start = 0; start < samples.length; start += BLOCK) {
    const position = detector.process(samples.subarray(start, start + BLOCK));
    if (position !== undefined) found.push(position);
  }
  return found;
}

function withChirps(length: number, starts: readonly number[], gain = 1): Float32Array {
  const samples = Float32Array.from({ length }, (_, index) => 0.003 * Math.sin(index * 1.3));
  for (const start of starts) {
    chirp().forEach((sample, index) => (samples[start + index] = (samples[start + index] ?? 0) + gain * sample));
  }
  return samples;
}

describe('OnsetDetector', () => {
  it('finds the middle of each chirp', () => {
    const starts = [5000, 25_000, 45_123];
    const found = positions(withChirps(60_000, starts));
    assert.equal(found.length, 3);
    found.forEach((position, index) =>
      assert.ok(Math.abs(position - (starts[index] ?? 0) - CHIRP_SAMPLES / 2) <= 24, `${position}`),
    );
  });

  it('finds one that is half as loud in the same place', () => {
    const [loud] = positions(withChirps(20_000, [7000]));
    const [quiet] = positions(withChirps(20_000, [7000], 0.5));
    assert.ok(loud !== undefined && quiet !== undefined && Math.abs(loud - quiet) <= 2);
  });

  it('hears nothing in noise', () => {
    assert.deepEqual(positions(withChirps(20_000, [])), []);
  });

  it('counts silence that it is told of', () => {
    const detector = new OnsetDetector();
    detector.skip(1000);
    const samples = withChirps(8000, [3000]);
    const at = detector.process(samples);
    assert.ok(at !== undefined && Math.abs(at - 4000 - CHIRP_SAMPLES / 2) <= 24);
  });
});
