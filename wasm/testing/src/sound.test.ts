import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cosine, decay, sine } from './deterministic.js';
import { interleaved, music, speech, toInt16 } from './index.js';

const RATES = [8000, 16_000, 48_000];

describe('speech', () => {
  for (const sampleRate of RATES) {
    it(`is as loud as speech, with pauses, at ${sampleRate} Hz`, () => {
      const samples = speech({ sampleRate, seconds: 5 });
      assert.equal(samples.length, sampleRate * 5);
      assert.ok(Math.abs(peak(samples) - 0.7) < 1e-6);
      const level = decibels(samples);
      assert.ok(level > -26 && level < -14, `${level} dB`);
      const frames = split(samples, sampleRate / 50).map(decibels);
      assert.ok(frames.filter((frame) => frame < -55).length > 10, 'pauses');
      assert.ok(frames.filter((frame) => frame > -25).length > frames.length / 3, 'voice');
    });

    it(`has its power where vowels have it at ${sampleRate} Hz`, () => {
      const samples = speech({ sampleRate, seconds: 5 });
      const low = bandPower(samples, sampleRate, [150, 300, 450, 600, 750]);
      const high = bandPower(samples, sampleRate, [2900, 3050, 3200, 3350, 3500]);
      assert.ok(low / high > 30, `${low / high}`);
    });
  }
});

describe('music', () => {
  it('is stereo, with both channels alike but not equal', () => {
    const samples = music({ sampleRate: 48_000, seconds: 3 });
    assert.equal(samples.length, 48_000 * 3 * 2);
    assert.ok(Math.abs(peak(samples) - 0.7) < 1e-6);
    const left = samples.filter((_, index) => index % 2 === 0);
    const right = samples.filter((_, index) => index % 2 === 1);
    const side = left.map((sample, index) => sample - (right[index] ?? 0));
    assert.ok(decibels(side) < decibels(left) - 2);
    assert.ok(decibels(side) > decibels(left) - 20);
  });
});

describe('interleaved and toInt16', () => {
  it('puts channels side by side', () => {
    const stereo = interleaved(Float32Array.of(1, 2), Float32Array.of(3, 4));
    assert.deepEqual([...stereo], [1, 3, 2, 4]);
    assert.throws(() => interleaved(new Float32Array(1), new Float32Array(2)), RangeError);
  });

  it('rounds to the nearest and stops at the ends', () => {
    assert.deepEqual([...toInt16(Float32Array.of(0, 0.5, -1, 1, -2))], [0, 16_384, -32_768, 32_767, -32_768]);
  });
});

describe('the reproducible functions', () => {
  it('are near the true ones', () => {
    for (let x = -3; x < 3; x += 0.013) {
      assert.ok(Math.abs(sine(x) - Math.sin(2 * Math.PI * x)) < 2e-4);
      assert.ok(Math.abs(cosine(x) - Math.cos(2 * Math.PI * x)) < 2e-4);
    }
    for (let x = 0; x < 9; x += 0.017) assert.ok(Math.abs(decay(x) - Math.exp(-x)) < 1e-4);
  });
});

function peak(samples: Float32Array): number {
  return samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
}

/** Level relative to full scale. */
function decibels(samples: Float32Array): number {
  return 10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length + 1e-12);
}

function split(samples: Float32Array, length: number): Float32Array[] {
  return Array.from({ length: samples.length / length }, (_, index) =>
    samples.subarray(index * length, (index + 1) * length),
  );
}

/** Power at the frequencies in windows of 20 ms, by the discrete Fourier transform. */
function bandPower(samples: Float32Array, sampleRate: number, frequencies: readonly number[]): number {
  let power = 0;
  for (const window of split(samples, sampleRate / 50)) {
    for (const hz of frequencies) {
      let real = 0;
      let imaginary = 0;
      window.forEach((sample, index) => {
        const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / window.length);
        real += sample * weight * Math.cos((2 * Math.PI * hz * index) / sampleRate);
        imaginary += sample * weight * Math.sin((2 * Math.PI * hz * index) / sampleRate);
      });
      power += real * real + imaginary * imaginary;
    }
  }
  return power;
}
