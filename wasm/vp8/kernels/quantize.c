// Quantizers, equal to vp8_fast_quantize_b_c and vp8_regular_quantize_b_c of vp8/encoder/vp8_quantize.c, and
// vp8_dequantize_b_c of vp8/common/dequantize.c.
//
// Coefficients of 8-bit residuals stay within +-16384, so their magnitude plus the rounding fits a positive 16-bit
// lane.
#include "simd.h"

#include "vp8/common/blockd.h"
#include "vp8/encoder/block.h"
#include "vp8_rtcd.h"

// (a * b) >> 16 of signed 16-bit lanes.
INLINE_ALWAYS v128_t multiply_high(v128_t a, v128_t b) {
  return HIGH_HALVES(wasm_i32x4_extmul_low_i16x8(a, b), wasm_i32x4_extmul_high_i16x8(a, b));
}

// magnitude with the sign of z.
INLINE_ALWAYS v128_t with_sign_of(v128_t magnitude, v128_t z) {
  const v128_t sign = wasm_i16x8_shr(z, 15);
  return wasm_i16x8_sub(wasm_v128_xor(magnitude, sign), sign);
}

// A bit for each of sixteen 16-bit masks, in zigzag order (RFC 6386 §13): bit i tells of the i-th coefficient in that
// order.
INLINE_ALWAYS uint32_t zigzag_bits(v128_t upper, v128_t lower) {
  const v128_t order = wasm_i8x16_make(0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15);
  return wasm_i8x16_bitmask(wasm_i8x16_swizzle(wasm_i8x16_narrow_i16x8(upper, lower), order));
}

INLINE_ALWAYS char end_of_block(uint32_t bits) { return bits ? (char)(32 - __builtin_clz(bits)) : 0; }

// The factor is 65536 / step, rounded down, so a magnitude that with its rounding stays below the step quantizes to 0.
// Most blocks have no other ones.
void vp8_fast_quantize_b_wasm(BLOCK *b, BLOCKD *d) {
  const v128_t zero = wasm_i16x8_splat(0);
  const v128_t upper = LOAD16(b->coeff), lower = LOAD16(b->coeff + 8);
  const v128_t upper_dequant = LOAD16(d->dequant), lower_dequant = LOAD16(d->dequant + 8);
  short *const qcoeff = d->qcoeff, *const dqcoeff = d->dqcoeff;
  char *const eob = d->eob;
  const v128_t upper_t = wasm_i16x8_add(wasm_i16x8_abs(upper), LOAD16(b->round));
  const v128_t lower_t = wasm_i16x8_add(wasm_i16x8_abs(lower), LOAD16(b->round + 8));
  if (!wasm_v128_any_true(wasm_v128_or(wasm_i16x8_ge(upper_t, upper_dequant), wasm_i16x8_ge(lower_t, lower_dequant)))) {
    STORE16(qcoeff, zero);
    STORE16(qcoeff + 8, zero);
    STORE16(dqcoeff, zero);
    STORE16(dqcoeff + 8, zero);
    *eob = 0;
    return;
  }
  const v128_t upper_y = multiply_high(upper_t, LOAD16(b->quant_fast));
  const v128_t lower_y = multiply_high(lower_t, LOAD16(b->quant_fast + 8));
  const v128_t upper_x = with_sign_of(upper_y, upper), lower_x = with_sign_of(lower_y, lower);
  STORE16(qcoeff, upper_x);
  STORE16(qcoeff + 8, lower_x);
  STORE16(dqcoeff, wasm_i16x8_mul(upper_x, upper_dequant));
  STORE16(dqcoeff + 8, wasm_i16x8_mul(lower_x, lower_dequant));
  *eob = end_of_block(zigzag_bits(wasm_i16x8_gt(upper_y, zero), wasm_i16x8_gt(lower_y, zero)));
}

// Which coefficients survive depends on the run of zeros before them: the zero bin widens by zrun_zbin_boost along the
// run. The boost is never negative, so only coefficients beyond the plain bin that do not round to 0 can survive or end
// a run.
void vp8_regular_quantize_b_wasm(BLOCK *b, BLOCKD *d) {
  static const uint8_t zigzag[16] = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  const v128_t zero = wasm_i16x8_splat(0), extra = wasm_i16x8_splat(b->zbin_extra);
  int16_t margin[16];
  v128_t y[2], candidate[2];
  for (int i = 0; i < 2; ++i) {
    const v128_t z = LOAD16(b->coeff + 8 * i);
    const v128_t x = wasm_i16x8_abs(z);
    const v128_t over = wasm_i16x8_sub_sat(wasm_i16x8_sub_sat(x, LOAD16(b->zbin + 8 * i)), extra);
    const v128_t rounded = wasm_i16x8_add(x, LOAD16(b->round + 8 * i));
    const v128_t scaled = wasm_i16x8_add(multiply_high(rounded, LOAD16(b->quant + 8 * i)), rounded);
    const v128_t magnitude = multiply_high(scaled, LOAD16(b->quant_shift + 8 * i));
    candidate[i] = wasm_v128_andnot(wasm_i16x8_gt(magnitude, zero), wasm_i16x8_shr(over, 15));
    y[i] = with_sign_of(magnitude, z);
    STORE16(margin + 8 * i, over);
  }
  uint32_t bits = zigzag_bits(candidate[0], candidate[1]), kept = 0;
  uint8_t keep[16] = {0};
  for (int run_start = 0; bits != 0; bits &= bits - 1) {
    const int i = __builtin_ctz(bits);
    const int at = zigzag[i];
    if (margin[at] < b->zrun_zbin_boost[i - run_start]) continue;
    kept |= 1u << i;
    keep[at] = 0xff;
    run_start = i + 1;
  }
  for (int i = 0; i < 2; ++i) {
    const v128_t x = wasm_v128_and(y[i], wasm_i16x8_load8x8(keep + 8 * i));
    STORE16(d->qcoeff + 8 * i, x);
    STORE16(d->dqcoeff + 8 * i, wasm_i16x8_mul(x, LOAD16(d->dequant + 8 * i)));
  }
  *d->eob = end_of_block(kept);
}

void vp8_dequantize_b_wasm(BLOCKD *d, short *dqc) {
  for (int i = 0; i < 16; i += 8) STORE16(d->dqcoeff + i, wasm_i16x8_mul(LOAD16(d->qcoeff + i), LOAD16(dqc + i)));
}
