import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Resampler } from './resampler.js';
import { concat, random, RATE, roughness, sine, snr, toneSnr } from './signals.testing.js';

/** Resamples `input` in blocks of 960 samples, with the ratio `ratioOf` returns for each. */
function resample(input: Float32Array, ratioOf: (block: number) => number): Float32Array {
  const resampler = new Resampler(960);
  const blocks: Float32Array[] = [];
  let offset = 0;
  for (let block = 0; ; block++) {
    const ratio = ratioOf(block);
    const needed = resampler.required(960, ratio);
    if (offset + needed > input.length) return concat(blocks);
    const output = new Float32Array(960);
    resampler.process(input.subarray(offset, offset + needed), output, ratio);
    offset += needed;
    blocks.push(output);
  }
}

describe('Resampler', () => {
  for (const [frequency, least] of [
    [1000, 80],
    [7000, 80],
    [12_000, 70],
    [16_000, 60],
  ] as const) {
    for (const ratio of [1.003, 0.997, 1.000_05]) {
      it(`keeps a tone of ${frequency} Hz above ${least} dB SNR at ratio ${ratio}`, () => {
        // The ratio changes from 1 during the first block.
        const output = resample(sine(frequency, RATE), () => ratio).subarray(1920);
        const measured = toneSnr(output, frequency * ratio);
        assert.ok(measured > least, `${measured.toFixed(1)} dB`);
      });
    }
  }

  it('delays the signal without change at ratio 1', () => {
    const input = sine(440, 9600);
    const output = resample(input, () => 1);
    assert.ok(snr(input.subarray(100), output.subarray(100 + Resampler.delay)) > 100);
  });

  it('makes no click when the ratio jumps between its limits', () => {
    const input = sine(1000, RATE);
    const output = resample(input, (block) => (block % 2 === 0 ? 1.005 : 0.995)).subarray(960);
    assert.ok(roughness(output) < roughness(input) * 1.015);
  });

  it('consumes input according to the ratio', () => {
    const next = random(7);
    const resampler = new Resampler(128);
    const output = new Float32Array(128);
    const input = new Float32Array(200);
    let consumed = 0;
    let expected = 0;
    let last = 1;
    for (let block = 0; block < 5000; block++) {
      const ratio = 1 + (next() - 0.5) * 0.01;
      consumed += resampler.required(128, ratio);
      resampler.process(input, output, ratio);
      expected += (128 * (last + ratio)) / 2;
      last = ratio;
    }
    assert.ok(Math.abs(consumed - expected) < 1.01);
  });

  it('does not depend on the block size of the output', () => {
    const input = sine(700, 4800);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 960 }), { minLength: 1, maxLength: 6 }), (lengths) => {
        const resampler = new Resampler(960);
        const blocks: Float32Array[] = [];
        let offset = 0;
        for (const length of lengths) {
          const needed = resampler.required(length, 1);
          if (offset + needed > input.length) break;
          const output = new Float32Array(length);
          resampler.process(input.subarray(offset, offset + needed), output, 1);
          offset += needed;
          blocks.push(output);
        }
        const output = concat(blocks);
        assert.deepEqual(output, resample(input, () => 1).subarray(0, output.length));
      }),
      { numRuns: 50 },
    );
  });

  it('limits the ratio to 1 ± 0.5 %', () => {
    const resampler = new Resampler(960);
    assert.equal(resampler.required(960, 2), resampler.required(960, 1.005));
    assert.equal(resampler.required(960, 0), resampler.required(960, 0.995));
  });

  it('throws for blocks that are too long and input that is too short', () => {
    const resampler = new Resampler(128);
    assert.throws(() => resampler.process(new Float32Array(200), new Float32Array(129), 1), RangeError);
    assert.throws(() => resampler.process(new Float32Array(127), new Float32Array(128), 1), RangeError);
  });

  it('starts with silence after a reset', () => {
    const resampler = new Resampler(128);
    const output = new Float32Array(128);
    resampler.process(new Float32Array(128).fill(1), output, 1);
    resampler.reset();
    resampler.process(new Float32Array(128), output, 1);
    assert.deepEqual(output, new Float32Array(128));
  });
});
