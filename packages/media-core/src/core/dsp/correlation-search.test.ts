import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { correlation, CorrelationSearch } from './correlation-search.js';
import { noise, sine, voiced } from './signals.testing.js';

describe('CorrelationSearch', () => {
  it('finds the pitch period of a voice', () => {
    const search = new CorrelationSearch(960, 480);
    for (const [pitch, period] of [
      [80, 600],
      [100, 480],
      [125, 384],
    ] as const) {
      const block = voiced(pitch, 960);
      assert.equal(search.find(block, block, 240, 720), period);
      assert.ok(search.quality > 0.999);
    }
  });

  it('finds the offset between two recordings to the sample', () => {
    const search = new CorrelationSearch(1440, 480);
    const recording = noise(1440, 0.5);
    for (const lag of [0, 1, 7, 123, 480]) {
      assert.equal(search.find(recording.slice(lag, lag + 480), recording, 0, 480), lag);
      assert.ok(search.quality > 0.9999);
    }
  });

  it('finds no correlation in noise', () => {
    const block = noise(960, 0.5);
    const search = new CorrelationSearch(960, 480);
    search.find(block, block, 240, 720);
    assert.ok(search.quality < 0.4);
  });
});

describe('correlation', () => {
  it('is 1 for equal signals, -1 for inverted ones, 0 between audio and silence', () => {
    const tone = sine(500, 480);
    const louder = tone.map((x) => x * 3);
    const opposite = tone.map((x) => -x);
    assert.ok(Math.abs(correlation(tone, 0, louder, 0, 480) - 1) < 1e-6);
    assert.ok(Math.abs(correlation(tone, 0, opposite, 0, 480) + 1) < 1e-6);
    assert.equal(correlation(tone, 0, new Float32Array(480), 0, 480), 0);
    assert.equal(correlation(new Float32Array(480), 0, new Float32Array(480), 0, 480), 1);
  });
});
