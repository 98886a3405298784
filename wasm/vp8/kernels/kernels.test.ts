import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { KERNELS } from './index.mjs';
import { Comparison, TEXTURES } from './kernels.testing.js';

let machine: Comparison;
/** Where things stand in the page: planes, tables and outputs far enough from each other and from the page's start. */
const at = (offset: number): number => machine.page + offset;
const PLANE = 8192;
const SECOND_PLANE = 16384;
const THIRD_PLANE = 24576;
const OUTPUT = 32768;
const TABLES = 49152;

const covered = new Set<string>();

/** Runs `compare` on textures that fast-check picks. */
function check(kernel: string, runs: number, compare: () => readonly number[]): void {
  covered.add(kernel);
  fc.assert(
    fc.property(fc.constantFrom(...TEXTURES), fc.integer(), (texture, seed) => {
      machine.fill(texture, seed);
      machine.compare(kernel, compare());
    }),
    { numRuns: runs },
  );
}

const list = (length: number, value: (index: number) => number): number[] => Array.from({ length }, (_, i) => value(i));
const pick = (values: readonly number[]): number => values[machine.random.below(values.length)] ?? 0;
const between = (low: number, high: number): number => machine.between(low, high);
/** Mostly within the range, often at its ends, often 0. */
function extreme(limit: number): number {
  return pick([0, limit, -limit, between(-limit, limit), between(-8, 8)]);
}

/**
 * Address of a block that is read with `before` rows and columns around its start and up to the row and column at `behind`;
 * at times the last of these is the last byte of the memory.
 */
function source(stride: number, { rows, columns }: { rows: number; columns: number }): number {
  return between(0, 1) === 1 ? machine.end - (rows - 1) * stride - columns : at(PLANE);
}

/** The limits of a filter level, as vp8_loop_filter_init makes them. */
function loopFilterInfo(
  level: number,
  sharpness: number,
): { info: number; macroblockLimit: number; blockLimit: number } {
  const shifted = level >> ((sharpness > 0 ? 1 : 0) + (sharpness > 4 ? 1 : 0));
  const inside = Math.max(1, sharpness > 0 ? Math.min(shifted, 9 - sharpness) : shifted);
  const macroblockLimit = machine.putBytes(at(TABLES), [(level + 2) * 2 + inside]);
  const blockLimit = machine.putBytes(at(TABLES + 16), [level * 2 + inside]);
  const limit = machine.putBytes(at(TABLES + 32), [inside]);
  const threshold = machine.putBytes(at(TABLES + 48), [between(0, 3)]);
  const info = machine.putWords(at(TABLES + 64), [macroblockLimit, blockLimit, limit, threshold]);
  return { info, macroblockLimit, blockLimit };
}

/** Flat squares of 4x4 pixels with steps between them, which deblocking smooths, from two squares before the block on. */
function drawSteps(plane: number, stride: number): void {
  const base = between(0, 160);
  const height = pick([4, 40, 95]);
  const noise = pick([0, 1, 3]);
  const levels = list(64, () => base + between(0, height));
  for (let row = -8; row < 24; row += 1) {
    const pixels = list(32, (column) => (levels[((row + 8) >> 2) * 8 + (column >> 2)] ?? 0) + between(0, noise));
    machine.putBytes(plane + row * stride - 8, pixels);
  }
}

before(async () => {
  machine = await Comparison.build();
});

describe('loop filters', () => {
  for (const edge of ['mbv', 'mbh', 'bv', 'bh'] as const) {
    test(edge, () => {
      for (let level = 0; level <= 63; level += 1) {
        for (let sharpness = 0; sharpness <= 7; sharpness += 1) {
          check(`vp8_loop_filter_${edge}`, 3, () => {
            const chroma = between(0, 3) > 0;
            const planes = [at(PLANE), chroma ? at(SECOND_PLANE) : 0, chroma ? at(THIRD_PLANE) : 0];
            const strides = [pick([32, 48, 77]), pick([32, 39])] as const;
            if (between(0, 1) === 1) {
              planes
                .filter((plane) => plane > 0)
                .forEach((plane, index) => drawSteps(plane, strides[index > 0 ? 1 : 0]));
            }
            return [...planes, ...strides, loopFilterInfo(level, sharpness).info];
          });
          check(`vp8_loop_filter_simple_${edge}`, 1, () => {
            const { macroblockLimit, blockLimit } = loopFilterInfo(level, sharpness);
            const stride = pick([32, 48, 77]);
            if (between(0, 1) === 1) drawSteps(at(PLANE), stride);
            return [at(PLANE), stride, edge.startsWith('mb') ? macroblockLimit : blockLimit];
          });
        }
      }
    });
  }
});

describe('transforms', () => {
  const residuals = (count: number) =>
    machine.putShorts(
      at(PLANE),
      list(count, () => extreme(255)),
    );
  /** Coefficients far beyond those of 8-bit pixels, and sparse ones. */
  const coefficients = (count: number, limit: number) => {
    const density = between(1, 16);
    return list(count, () => (between(1, 16) <= density ? extreme(limit) : 0));
  };

  test('forward DCT', () => {
    for (const size of ['4x4', '8x4']) {
      check(`vp8_short_fdct${size}`, 3000, () => [residuals(256), at(OUTPUT), pick([8, 16, 32, 64])]);
    }
  });

  test('Walsh-Hadamard', () => {
    check('vp8_short_walsh4x4', 500, () => [
      machine.putShorts(
        at(PLANE),
        list(64, () => extreme(2040)),
      ),
      at(OUTPUT),
      pick([8, 32]),
    ]);
    check('vp8_short_inv_walsh4x4', 500, () => [machine.putShorts(at(PLANE), coefficients(16, 2047)), at(OUTPUT)]);
  });

  test('inverse DCT', () => {
    check('vp8_short_idct4x4llm', 500, () => [
      machine.putShorts(at(OUTPUT), coefficients(16, 2047)),
      at(PLANE),
      pick([4, 16, 37]),
      at(SECOND_PLANE),
      pick([4, 16, 37]),
    ]);
    check('vp8_dc_only_idct_add', 500, () => [
      extreme(32767),
      at(PLANE),
      pick([4, 37]),
      at(SECOND_PLANE),
      pick([4, 37]),
    ]);
  });

  test('dequantization with inverse DCT', () => {
    const factors = () =>
      machine.putShorts(
        at(TABLES),
        list(16, () => between(1, 157)),
      );
    check('vp8_dequant_idct_add', 500, () => [
      machine.putShorts(at(OUTPUT), coefficients(16, 13)),
      factors(),
      at(PLANE),
      pick([16, 37]),
    ]);
    /** An eob of 1 or less says that only the DC counts; what else stands there stays. */
    const blocks = (count: number) => {
      const eobs = list(count, () => pick([0, 1, 1, 2, 16]));
      const lone = () => between(-200, 200);
      const values = eobs.flatMap((eob) => [eob > 1 ? extreme(13) : lone(), ...coefficients(15, 13)]);
      return [machine.putShorts(at(OUTPUT), values), factors(), machine.putBytes(at(TABLES + 64), eobs)] as const;
    };
    check('vp8_dequant_idct_add_y_block', 500, () => {
      const [q, dq, eobs] = blocks(16);
      return [q, dq, at(PLANE), pick([16, 37]), eobs];
    });
    check('vp8_dequant_idct_add_uv_block', 500, () => {
      const [q, dq, eobs] = blocks(8);
      return [q, dq, at(PLANE), at(SECOND_PLANE), pick([8, 37]), eobs];
    });
  });
});

describe('quantizers', () => {
  const ZERO_RUN_BOOST = [0, 0, 8, 10, 12, 14, 16, 20, 24, 28, 32, 36, 40, 44, 44, 44];
  const table = (index: number, values: readonly number[]) => machine.putShorts(at(TABLES + 256 + index * 32), values);
  /** DC and AC steps of a quantizer, spread over sixteen coefficients. */
  const spread = ([dc, ac]: readonly [number, number], value: (step: number) => number) =>
    list(16, (index) => value(index === 0 ? dc : ac));

  /** struct block and struct blockd (vp8/encoder/block.h, vp8/common/blockd.h) with the tables of vp8cx_init_quantizer. */
  function structures(): readonly [number, number] {
    const steps = [between(4, 314), between(4, 486)] as const;
    const log = (step: number) => 31 - Math.clz32(step);
    const block = machine.putWords(at(TABLES), [
      0,
      table(
        0,
        list(16, () => extreme(pick([4, 100, 2047, 16320]))),
      ),
      table(
        1,
        spread(steps, (step) => 1 + Math.trunc((1 << (16 + log(step))) / step) - 65536),
      ),
      table(
        2,
        spread(steps, (step) => Math.trunc(65536 / step)),
      ),
      table(
        3,
        spread(steps, (step) => 1 << (16 - log(step))),
      ),
      table(
        4,
        spread(steps, (step) => (pick([84, 80]) * step + 64) >> 7),
      ),
      table(
        5,
        ZERO_RUN_BOOST.map((boost, index) => ((index === 0 ? steps[0] : steps[1]) * boost) >> 7),
      ),
      table(
        6,
        spread(steps, (step) => (48 * step) >> 7),
      ),
      extreme(300),
    ]);
    const dequant = table(
      7,
      spread(steps, (step) => step),
    );
    return [block, machine.putWords(at(TABLES + 128), [at(OUTPUT), at(OUTPUT + 64), 0, dequant, 0, at(OUTPUT + 128)])];
  }

  test('fast', () => check('vp8_fast_quantize_b', 2000, structures));
  test('regular', () => check('vp8_regular_quantize_b', 2000, structures));

  test('dequantization', () => {
    check('vp8_dequantize_b', 300, () => [
      machine.putWords(at(TABLES), [
        table(
          0,
          list(16, () => extreme(2048)),
        ),
        at(OUTPUT),
      ]),
      table(
        1,
        list(16, () => between(1, 157)),
      ),
    ]);
  });
});

describe('inter prediction', () => {
  const target = () => [at(OUTPUT), pick([16, 32, 53])];
  const stride = () => pick([32, 48, 91]);

  for (const size of ['16x16', '8x8', '8x4', '4x4']) {
    const [width = 0, height = 0] = size.split('x').map(Number);
    test(`sixtap ${size}, every offset`, () => {
      for (let offsets = 0; offsets < 64; offsets += 1) {
        check(`vp8_sixtap_predict${size}`, 8, () => {
          const step = stride();
          const block = source(step, { rows: height + 3, columns: width + 3 });
          return [block, step, offsets & 7, offsets >> 3, ...target()];
        });
      }
    });
    test(`bilinear ${size}, every offset but none`, () => {
      for (let offsets = 1; offsets < 64; offsets += 1) {
        check(`vp8_bilinear_predict${size}`, 8, () => {
          const step = stride();
          const block = source(step, { rows: height + 1, columns: width + 1 });
          return [block, step, offsets & 7, offsets >> 3, ...target()];
        });
      }
    });
  }

  test('copies', () => {
    for (const size of ['16x16', '8x8', '8x4']) {
      const [columns = 0, rows = 0] = size.split('x').map(Number);
      check(`vp8_copy_mem${size}`, 100, () => {
        const step = stride();
        return [source(step, { rows, columns }), step, ...target()];
      });
    }
    check('vp8_copy32xn', 100, () => {
      const rows = pick([16, 32, 5]);
      return [source(64, { rows, columns: 32 }), 64, at(OUTPUT), pick([32, 53]), rows];
    });
  });
});

test('intra prediction', () => {
  for (const mode of ['dc', 'dc_top', 'dc_left', 'dc_128', 'v', 'h', 'tm']) {
    for (const size of [16, 8]) {
      check(`vpx_${mode}_predictor_${size}x${size}`, 200, () => [
        at(OUTPUT),
        pick([16, 32, 53]),
        source(0, { rows: 1, columns: size }),
        at(SECOND_PLANE),
      ]);
    }
  }
});

describe('comparisons', () => {
  const step = () => pick([16, 32, 91]);

  test('of blocks', () => {
    for (const [name, size] of [
      ['vpx_variance16x16', 16],
      ['vpx_variance8x8', 8],
      ['vpx_mse16x16', 16],
      ['vpx_sad16x16', 16],
      ['vpx_get4x4sse_cs', 4],
    ] as const) {
      check(name, 400, () => {
        const [stride, other] = [step(), step()];
        return [source(stride, { rows: size, columns: size }), stride, at(SECOND_PLANE), other, at(OUTPUT)];
      });
    }
  });

  test('of blocks between pixels, every offset', () => {
    for (const size of [16, 8]) {
      for (let offsets = 0; offsets < 64; offsets += 1) {
        check(`vpx_sub_pixel_variance${size}x${size}`, 8, () => {
          const stride = step();
          const block = source(stride, { rows: size + 1, columns: size + 1 });
          return [block, stride, offsets & 7, offsets >> 3, at(SECOND_PLANE), step(), at(OUTPUT)];
        });
      }
    }
  });

  test('difference', () => {
    check('vpx_subtract_block', 400, () => {
      const size = pick([4, 8, 16]);
      const stride = step();
      const block = source(stride, { rows: size, columns: size });
      return [size, size, at(OUTPUT), pick([16, 32]), block, stride, at(SECOND_PLANE), step()];
    });
  });
});

test('memcpy and memset', () => {
  for (let size = 0; size < 200; size += 1) {
    machine.fill('noise', size);
    const [from, to] = [PLANE + (size % 7), OUTPUT + (size % 5)];
    const expected = machine.bytes().slice();
    expected.copyWithin(to, from, from + size);
    assert.equal(machine.call('memcpy', [at(to), at(from), size]), at(to));
    assert.deepEqual(machine.bytes(), expected);
    expected.fill(size, to, to + size);
    assert.equal(machine.call('memset', [at(to), 256 + size, size]), at(to));
    assert.deepEqual(machine.bytes(), expected);
  }
});

test('every kernel is compared', () => {
  assert.deepEqual([...covered].sort(), [...KERNELS].sort());
});
