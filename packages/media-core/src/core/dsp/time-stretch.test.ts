import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { concat, noise, random, rms, roughness, sine, snr, toneSnr, voiced } from './signals.testing.js';
import { crossFade, TimeStretch } from './time-stretch.js';

const BLOCK = 960;
type Operation = 'accelerate' | 'expand' | 'plain';

/** Splits `input` into blocks of 20 ms and stretches each by `operationOf`. */
function stretch(input: Float32Array, operationOf: (block: number) => Operation, urgent = false) {
  const stretcher = new TimeStretch();
  const parts: Float32Array[] = [];
  let changed = 0;
  for (let block = 0; (block + 1) * BLOCK <= input.length; block++) {
    const samples = input.subarray(block * BLOCK, (block + 1) * BLOCK);
    const output = new Float32Array(BLOCK + TimeStretch.maxChange);
    const operation = operationOf(block);
    const length = operation === 'plain' ? BLOCK : stretcher[operation](samples, output, urgent);
    if (length !== BLOCK) changed++;
    parts.push(operation === 'plain' ? samples : output.slice(0, length));
  }
  return { output: concat(parts), changed };
}

/** Maximum SNR of `output` against any shift of `input` [dB]: stretching shifts a steady signal. */
function bestSnr(input: Float32Array, output: Float32Array): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let shift = 0; shift <= 2 * TimeStretch.maxChange; shift++) {
    best = Math.max(best, snr(input.subarray(shift, shift + output.length), output));
  }
  return best;
}

describe('TimeStretch', () => {
  for (const operation of ['accelerate', 'expand'] as const) {
    it(`keeps a tone pure: ${operation}`, () => {
      for (const frequency of [100, 200, 437, 800, 1000, 1234]) {
        const { output, changed } = stretch(sine(frequency, 20 * BLOCK), (block) => (block % 2 ? operation : 'plain'));
        assert.equal(changed, 10);
        // A splice changes the phase by at most half a sample.
        for (let start = 0; start + BLOCK <= output.length; start += BLOCK / 2) {
          const measured = toneSnr(output.subarray(start, start + BLOCK), frequency);
          assert.ok(measured > 25, `${frequency} Hz: ${measured.toFixed(1)} dB`);
        }
      }
    });

    it(`keeps voices from 70 to 400 Hz: ${operation}`, () => {
      for (const pitch of [70, 90, 110, 130.8, 170, 220, 311.1, 400]) {
        const input = voiced(pitch, 5 * BLOCK);
        const { output, changed } = stretch(input.subarray(0, 2 * BLOCK), (block) => (block ? operation : 'plain'));
        assert.equal(changed, 1, `${pitch} Hz`);
        const measured = bestSnr(input, output.subarray(output.length - BLOCK / 2));
        assert.ok(measured > 30, `${pitch} Hz: end ${measured.toFixed(1)} dB`);
        assert.ok(roughness(output) < 1.1 * roughness(input), `${pitch} Hz: click`);
      }
    });
  }

  it('removes or adds 5 to 15 ms per splice', () => {
    const block = voiced(120, BLOCK);
    const output = new Float32Array(BLOCK + TimeStretch.maxChange);
    const stretcher = new TimeStretch();
    const removed = BLOCK - stretcher.accelerate(block, output);
    const added = stretcher.expand(block, output) - BLOCK;
    assert.equal(removed, added);
    assert.ok(removed >= 240 && removed <= 720);
    assert.equal(removed % 400, 0);
    assert.ok(stretcher.quality > 0.99);
  });

  it('keeps the level of noise', () => {
    for (const operation of ['accelerate', 'expand'] as const) {
      const input = noise(40 * BLOCK, 0.2);
      const { output, changed } = stretch(input, () => operation);
      assert.ok(changed > 30, `${changed} of 40`);
      assert.ok(Math.abs(20 * Math.log10(rms(output) / rms(input))) < 0.2);
    }
  });

  it('leaves onsets and decays unchanged', () => {
    const burst = noise(BLOCK, 0.3).map((x, i) => x * (i < 600 ? 0.02 : 1));
    const decay = noise(BLOCK, 0.3).map((x, i) => x * Math.exp(-i / 150));
    for (const block of [burst, decay]) {
      const output = new Float32Array(BLOCK);
      assert.equal(new TimeStretch().accelerate(block, output), BLOCK);
      assert.deepEqual(output, block);
    }
  });

  it('accepts a lower correlation if urgent', () => {
    const drifting = sine(150, BLOCK).map((x, i) => x * Math.exp(-i / 900) + 0.12 * Math.sin(i * i * 2e-4));
    const output = new Float32Array(BLOCK);
    const stretcher = new TimeStretch();
    assert.equal(stretcher.accelerate(drifting, output), BLOCK);
    assert.ok(stretcher.quality > 0.7 && stretcher.quality < 0.9, `quality ${stretcher.quality}`);
    assert.ok(stretcher.accelerate(drifting, output, true) < BLOCK);
  });

  it('shortens silence', () => {
    const output = new Float32Array(BLOCK);
    assert.ok(new TimeStretch().accelerate(new Float32Array(BLOCK), output) < BLOCK);
    assert.deepEqual(output, new Float32Array(BLOCK));
    assert.equal(
      new TimeStretch().accelerate(new Float32Array(BLOCK), output, false, 100),
      BLOCK - 100,
      'by any length',
    );
  });

  it('never amplifies and never changes the ends of a block, for any signal', () => {
    const arbitrary = fc.record({ seed: fc.nat(), pitch: fc.integer({ min: 60, max: 500 }), urgent: fc.boolean() });
    fc.assert(
      fc.property(arbitrary, ({ seed, pitch, urgent }) => {
        const next = random(seed);
        const mix = next();
        const hiss = noise(BLOCK, 0.3 * (1 - mix), seed);
        const block = voiced(pitch, BLOCK).map((x, i) => mix * x + (hiss[i] ?? 0));
        const peak = block.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        for (const operation of ['accelerate', 'expand'] as const) {
          const output = new Float32Array(BLOCK + TimeStretch.maxChange);
          const length = new TimeStretch()[operation](block, output, urgent);
          assert.ok(output.every((x) => Math.abs(x) <= peak * 1.415));
          assert.ok(Math.abs((output[0] ?? 0) - (block[0] ?? 0)) < 0.001 * peak);
          assert.ok(Math.abs((output[length - 1] ?? 0) - (block[BLOCK - 1] ?? 0)) < 0.001 * peak);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('throws for blocks that are too short or too long', () => {
    const output = new Float32Array(4000);
    assert.throws(() => new TimeStretch().accelerate(new Float32Array(480), output), RangeError);
    assert.throws(() => new TimeStretch().expand(new Float32Array(1920), output), RangeError);
    assert.equal(new TimeStretch(1920).expand(new Float32Array(1920), output) > 1920, true);
  });
});

describe('TimeStretch with blocks of 10 ms', () => {
  const SHORT = BLOCK / 2;
  const PAST = TimeStretch.maxChange;

  /** Result of lengthening the second of two blocks. */
  function lengthened(sound: Float32Array, most?: number) {
    const output = new Float32Array(SHORT + PAST);
    const past = sound.subarray(0, PAST);
    const length = new TimeStretch().expandAfter(past, sound.subarray(PAST, PAST + SHORT), output, false, most);
    return { added: length - SHORT, heard: concat([past, output.slice(0, length)]) };
  }

  it('repeats whole pitch periods of voices from 70 to 400 Hz', () => {
    for (const pitch of [70, 90, 110, 130.8, 170, 220, 311.1, 400]) {
      const sound = voiced(pitch, 5 * BLOCK);
      const { added, heard } = lengthened(sound);
      assert.ok(added >= 240 && added <= 720, `${pitch} Hz: ${added} samples`);
      const measured = bestSnr(sound, heard.subarray(heard.length - SHORT / 2));
      assert.ok(measured > 30, `${pitch} Hz: end ${measured.toFixed(1)} dB`);
      assert.ok(roughness(heard) < 1.1 * roughness(sound), `${pitch} Hz: click`);
    }
  });

  it('adds at most the requested length, and nothing audible', () => {
    assert.ok(lengthened(voiced(200, 5 * BLOCK), 300).added <= 300);
    assert.equal(lengthened(voiced(200, 5 * BLOCK), 200).added, 0);
    const onset = noise(PAST + SHORT, 0.3).map((x, i) => x * (i < PAST + 300 ? 0.02 : 1));
    assert.equal(lengthened(onset).added, 0);
  });

  it('throws for blocks and pasts of the wrong length', () => {
    const stretcher = new TimeStretch();
    const output = new Float32Array(4000);
    assert.throws(() => stretcher.expandAfter(new Float32Array(PAST), new Float32Array(SHORT - 1), output), RangeError);
    assert.throws(() => stretcher.expandAfter(new Float32Array(PAST), new Float32Array(BLOCK + 1), output), RangeError);
    assert.throws(() => stretcher.expandAfter(new Float32Array(PAST - 1), new Float32Array(SHORT), output), RangeError);
  });
});

describe('crossFade', () => {
  it('changes from one signal to the other without a click', () => {
    const into = new Float32Array(480);
    crossFade(sine(300, 480), voiced(140, 480), into);
    const before = sine(300, 960).subarray(480);
    assert.ok(Math.abs((into[0] ?? 0) - (sine(300, 1)[0] ?? 0)) < 1e-4);
    assert.ok(roughness(into) < 1.5 * Math.max(roughness(before), roughness(voiced(140, 480))));
  });

  it('keeps the level of equal and of uncorrelated signals', () => {
    const same = new Float32Array(480);
    crossFade(sine(300, 480), sine(300, 480), same);
    assert.ok(snr(sine(300, 480), same) > 60);
    const unlike = new Float32Array(9600);
    crossFade(noise(9600, 0.3, 1), noise(9600, 0.3, 2), unlike);
    const middle = rms(unlike.subarray(4000, 5600));
    assert.ok(Math.abs(20 * Math.log10(middle / rms(noise(9600, 0.3, 1)))) < 0.7);
  });

  it('fades out and in', () => {
    const into = new Float32Array(480);
    crossFade(new Float32Array(480).fill(1), new Float32Array(480), into);
    assert.ok((into[0] ?? 0) > 0.99 && (into[479] ?? 1) < 0.01);
    for (let i = 1; i < 480; i++) assert.ok((into[i] ?? 0) <= (into[i - 1] ?? 0) + 0.01);
  });
});
