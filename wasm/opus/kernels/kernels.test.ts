import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { CodecInstance, type CodecExports } from '@xmpp-call/wasm-runtime';
import { buildComparison } from './comparison.testing.js';

type InnerProduct = (first: number, second: number, count: number) => number;
type Autocorrelation = (sums: number, input: number, warping: number, length: number, order: number) => void;
type Resample = (state: number, output: number, input: number, count: number) => void;

/** Functions of SILK, as the kernels and as libopus have them. */
interface Exports extends CodecExports {
  readonly silk_inner_product_FLP: InnerProduct;
  readonly reference_inner_product_FLP: InnerProduct;
  readonly silk_warped_autocorrelation_FLP: Autocorrelation;
  readonly reference_warped_autocorrelation_FLP: Autocorrelation;
  readonly silk_resampler_private_IIR_FIR: Resample;
  readonly reference_resampler_private_IIR_FIR: Resample;
  readonly silk_resampler_init: (state: number, inputRate: number, outputRate: number, isEncoder: number) => number;
}

const MAX_SAMPLES = 2048;
const AREA_BYTES = MAX_SAMPLES * 4;
/** More than `silk_resampler_state_struct` has. */
const STATE_BYTES = 1024;
/** Longest window of the analysis (SHAPE_LPC_WIN_MAX). */
const MAX_WINDOW = 240;

const module = await WebAssembly.compile(await readFile(await buildComparison()));
const instance = await CodecInstance.instantiate<Exports>(module);
const { exports } = instance;
const area = instance.allocate(4 * AREA_BYTES);
const [first, second, third, fourth] = [area, area + AREA_BYTES, area + 2 * AREA_BYTES, area + 3 * AREA_BYTES] as const;

const sample = fc.oneof(
  { weight: 5, arbitrary: fc.float({ min: -32_768, max: 32_767, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1e-30, 32_767, -32_768, 0.1) },
);
const short = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -32_768, max: 32_767 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 32_767, -32_768) },
);

after(() => instance.free(area));

describe('the kernel gives what the C reference gives', () => {
  it('silk_inner_product_FLP', () => {
    const vectors = fc.array(fc.tuple(sample, sample), { maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(vectors, (pairs) => {
        putFloats(
          first,
          pairs.map(([one]) => one),
        );
        putFloats(
          second,
          pairs.map(([, other]) => other),
        );
        const expected = exports.reference_inner_product_FLP(first, second, pairs.length);
        assert.ok(Object.is(exports.silk_inner_product_FLP(first, second, pairs.length), expected));
      }),
      { numRuns: 500 },
    );
  });

  it('silk_warped_autocorrelation_FLP', () => {
    const inputs = fc.record({
      samples: fc.array(sample, { minLength: 1, maxLength: MAX_WINDOW, size: 'max' }),
      warping: fc.float({ min: Math.fround(-0.7), max: Math.fround(0.7), noNaN: true }),
      order: fc.integer({ min: 1, max: 12 }).map((half) => 2 * half),
    });
    fc.assert(
      fc.property(inputs, ({ samples, warping, order }) => {
        putFloats(first, samples);
        exports.reference_warped_autocorrelation_FLP(second, first, warping, samples.length, order);
        exports.silk_warped_autocorrelation_FLP(third, first, warping, samples.length, order);
        assert.deepEqual(bytesAt(third, 4 * (order + 1)), bytesAt(second, 4 * (order + 1)));
      }),
      { numRuns: 500 },
    );
  });

  it('silk_resampler_private_IIR_FIR', () => {
    // Rates between which it is the resampler of the decoder; input comes in 10 ms and more, up to 60 ms.
    const rates = fc.constantFrom(
      [8000, 12_000],
      [8000, 24_000],
      [8000, 48_000],
      [12_000, 16_000],
      [12_000, 48_000],
      [16_000, 24_000],
      [16_000, 48_000],
    );
    const blocks = fc.array(
      fc.record({ value: short, length: fc.integer({ min: 1, max: 40 }), isNoise: fc.boolean() }),
      { minLength: 1, maxLength: 20, size: 'max' },
    );
    fc.assert(
      fc.property(rates, blocks, fc.integer({ min: 1, max: 3 }), ([inputRate, outputRate], runs, tens) => {
        const states = [third, third + STATE_BYTES] as const;
        for (const state of states) {
          instance.bytes.fill(0, state, state + STATE_BYTES);
          assert.equal(exports.silk_resampler_init(state, inputRate, outputRate, 0), 0);
        }
        const count = (inputRate / 100) * tens;
        const bytes = (outputRate / 100) * tens * 2;
        for (let call = 0; call < 3; call += 1) {
          putShorts(fourth, signal(runs, count, call));
          exports.reference_resampler_private_IIR_FIR(states[0], first, fourth, count);
          exports.silk_resampler_private_IIR_FIR(states[1], second, fourth, count);
          assert.deepEqual(bytesAt(second, bytes), bytesAt(first, bytes));
          assert.deepEqual(bytesAt(states[1], STATE_BYTES), bytesAt(states[0], STATE_BYTES));
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** Runs of one value, some with noise that goes through all integers, repeated to a length. */
function signal(runs: { value: number; length: number; isNoise: boolean }[], count: number, seed: number): number[] {
  const samples = runs.flatMap(({ value, length, isNoise }, index) =>
    Array.from({ length }, (_, at) =>
      isNoise ? ((value + (at + 1) * (index + seed + 1) * 25_173) << 16) >> 16 : value,
    ),
  );
  return Array.from({ length: count }, (_, index) => samples[index % samples.length] ?? 0);
}

function putFloats(address: number, values: readonly number[]): void {
  instance.floats.set(values, address / 4);
}

function putShorts(address: number, values: readonly number[]): void {
  instance.shorts.set(values, address / 2);
}

function bytesAt(address: number, count: number): Uint8Array {
  return instance.bytes.slice(address, address + count);
}
