// Forward and inverse transforms, equal to those of vp8/encoder/dct.c, vp8/common/idctllm.c, dequantize.c and
// idct_blk.c.
//
// The forward DCT takes residuals (within +-255): its sums before the multiplications stay within 16 bits. The inverse
// ones wrap at 16 bits where the reference's int sums do not; any block that an encoder makes of 8-bit pixels stays far
// below, and on hostile streams libvpx's own assembly wraps in the same way.
#include "simd.h"

#include "vp8_rtcd.h"

// Multiplies interleaved 16-bit lanes (a, b) by (ka, kb) and adds each pair, in 32 bits.
#define DOT(zipped, ka, kb) wasm_i32x4_dot_i16x8(zipped, wasm_i16x8_make(ka, kb, ka, kb, ka, kb, ka, kb))

// (a * ka + b * kb + round) >> shift of 16-bit lanes; every result fits 16 bits.
#define ROTATE(low, high, ka, kb, round, shift)                                                  \
  wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(DOT(low, ka, kb), wasm_i32x4_splat(round)), shift), \
                          wasm_i32x4_shr(wasm_i32x4_add(DOT(high, ka, kb), wasm_i32x4_splat(round)), shift))

// Two blocks side by side in four rows of eight residuals.
INLINE_ALWAYS void forward_dct_pair(v128_t *r) {
  transpose_4x4_pair(r);
  v128_t a = wasm_i16x8_shl(wasm_i16x8_add(r[0], r[3]), 3), b = wasm_i16x8_shl(wasm_i16x8_add(r[1], r[2]), 3);
  v128_t c = wasm_i16x8_shl(wasm_i16x8_sub(r[1], r[2]), 3), d = wasm_i16x8_shl(wasm_i16x8_sub(r[0], r[3]), 3);
  v128_t low = ZIP16_LOW(c, d), high = ZIP16_HIGH(c, d);
  r[0] = wasm_i16x8_add(a, b);
  r[1] = ROTATE(low, high, 2217, 5352, 14500, 12);
  r[2] = wasm_i16x8_sub(a, b);
  r[3] = ROTATE(low, high, -5352, 2217, 7500, 12);

  transpose_4x4_pair(r);
  const v128_t seven = wasm_i16x8_splat(7);
  a = wasm_i16x8_add(wasm_i16x8_add(r[0], r[3]), seven);
  b = wasm_i16x8_add(r[1], r[2]);
  c = wasm_i16x8_sub(r[1], r[2]);
  d = wasm_i16x8_sub(r[0], r[3]);
  low = ZIP16_LOW(c, d);
  high = ZIP16_HIGH(c, d);
  r[0] = wasm_i16x8_shr(wasm_i16x8_add(a, b), 4);
  // A comparison gives -1, so subtracting it adds (d != 0).
  r[1] = wasm_i16x8_sub(ROTATE(low, high, 2217, 5352, 12000, 16), wasm_i16x8_ne(d, wasm_i16x8_splat(0)));
  r[2] = wasm_i16x8_shr(wasm_i16x8_sub(a, b), 4);
  r[3] = ROTATE(low, high, -5352, 2217, 51000, 16);
}

// vp8_short_fdct8x4_c; pitch in bytes.
void vp8_short_fdct8x4_wasm(short *input, short *output, int pitch) {
  v128_t r[4];
  for (int i = 0; i < 4; ++i) r[i] = LOAD16((const uint8_t *)input + i * pitch);
  forward_dct_pair(r);
  STORE16(output, ZIP64_LOW(r[0], r[1]));
  STORE16(output + 8, ZIP64_LOW(r[2], r[3]));
  STORE16(output + 16, ZIP64_HIGH(r[0], r[1]));
  STORE16(output + 24, ZIP64_HIGH(r[2], r[3]));
}

// vp8_short_fdct4x4_c; pitch in bytes.
void vp8_short_fdct4x4_wasm(short *input, short *output, int pitch) {
  v128_t r[4];
  for (int i = 0; i < 4; ++i) r[i] = LOAD8((const uint8_t *)input + i * pitch);
  forward_dct_pair(r);
  STORE16(output, ZIP64_LOW(r[0], r[1]));
  STORE16(output + 8, ZIP64_LOW(r[2], r[3]));
}

// vp8_short_walsh4x4_c on the DC coefficients of a macroblock (within +-2040 each); pitch in bytes.
void vp8_short_walsh4x4_wasm(short *input, short *output, int pitch) {
  const v128_t zero = wasm_i16x8_splat(0);
  v128_t r[4];
  for (int i = 0; i < 4; ++i) r[i] = LOAD8((const uint8_t *)input + i * pitch);
  transpose_4x4_pair(r);
  const v128_t a = wasm_i16x8_shl(wasm_i16x8_add(r[0], r[2]), 2), d = wasm_i16x8_shl(wasm_i16x8_add(r[1], r[3]), 2);
  const v128_t c = wasm_i16x8_shl(wasm_i16x8_sub(r[1], r[3]), 2), b = wasm_i16x8_shl(wasm_i16x8_sub(r[0], r[2]), 2);
  r[0] = wasm_i16x8_sub(wasm_i16x8_add(a, d), wasm_i16x8_ne(a, zero));
  r[1] = wasm_i16x8_add(b, c);
  r[2] = wasm_i16x8_sub(b, c);
  r[3] = wasm_i16x8_sub(a, d);
  transpose_4x4_pair(r);
  // The second pass sums up to 16 * 4 * 2040, beyond 16 bits.
  v128_t w[4];
  for (int i = 0; i < 4; ++i) w[i] = wasm_i32x4_extend_low_i16x8(r[i]);
  const v128_t a2 = wasm_i32x4_add(w[0], w[2]), d2 = wasm_i32x4_add(w[1], w[3]);
  const v128_t c2 = wasm_i32x4_sub(w[1], w[3]), b2 = wasm_i32x4_sub(w[0], w[2]);
  w[0] = wasm_i32x4_add(a2, d2);
  w[1] = wasm_i32x4_add(b2, c2);
  w[2] = wasm_i32x4_sub(b2, c2);
  w[3] = wasm_i32x4_sub(a2, d2);
  for (int i = 0; i < 4; ++i) {
    const v128_t negative = wasm_u32x4_shr(w[i], 31);
    w[i] = wasm_i32x4_shr(wasm_i32x4_add(wasm_i32x4_add(w[i], negative), wasm_i32x4_splat(3)), 3);
  }
  STORE16(output, wasm_i16x8_narrow_i32x4(w[0], w[1]));
  STORE16(output + 8, wasm_i16x8_narrow_i32x4(w[2], w[3]));
}

// vp8_short_inv_walsh4x4_c: the outputs go to the DC place of the sixteen blocks.
void vp8_short_inv_walsh4x4_wasm(short *input, short *mb_dqcoeff) {
  v128_t r[4] = {LOAD8(input), LOAD8(input + 4), LOAD8(input + 8), LOAD8(input + 12)};
  for (int pass = 0; pass < 2; ++pass) {
    const v128_t a = wasm_i16x8_add(r[0], r[3]), b = wasm_i16x8_add(r[1], r[2]);
    const v128_t c = wasm_i16x8_sub(r[1], r[2]), d = wasm_i16x8_sub(r[0], r[3]);
    r[0] = wasm_i16x8_add(a, b);
    r[1] = wasm_i16x8_add(c, d);
    r[2] = wasm_i16x8_sub(a, b);
    r[3] = wasm_i16x8_sub(d, c);
    if (pass == 0) transpose_4x4_pair(r);
  }
  for (int column = 0; column < 4; ++column) {
    const v128_t v = wasm_i16x8_shr(wasm_i16x8_add(r[column], wasm_i16x8_splat(3)), 3);
    wasm_v128_store16_lane(mb_dqcoeff + column * 16, v, 0);
    wasm_v128_store16_lane(mb_dqcoeff + column * 16 + 64, v, 1);
    wasm_v128_store16_lane(mb_dqcoeff + column * 16 + 128, v, 2);
    wasm_v128_store16_lane(mb_dqcoeff + column * 16 + 192, v, 3);
  }
}

// One dimension of vp8_short_idct4x4llm_c across the lanes. x * 35468 >> 16 is x + (x * (35468 - 65536) >> 16), which
// makes the factor a signed 16-bit one; the differences of the high halves are taken before those are gathered.
INLINE_ALWAYS void inverse_dct_1d(v128_t *r, v128_t round) {
  const v128_t low = ZIP16_LOW(r[1], r[3]), high = ZIP16_HIGH(r[1], r[3]);
  const v128_t a = wasm_i16x8_add(wasm_i16x8_add(r[0], r[2]), round);
  const v128_t b = wasm_i16x8_add(wasm_i16x8_sub(r[0], r[2]), round);
  const v128_t c_low = wasm_i16x8_sub(DOT(low, -30068, 0), DOT(low, 0, 20091));
  const v128_t c_high = wasm_i16x8_sub(DOT(high, -30068, 0), DOT(high, 0, 20091));
  const v128_t d_low = wasm_i16x8_add(DOT(low, 20091, 0), DOT(low, 0, -30068));
  const v128_t d_high = wasm_i16x8_add(DOT(high, 20091, 0), DOT(high, 0, -30068));
  const v128_t c = wasm_i16x8_add(HIGH_HALVES(c_low, c_high), wasm_i16x8_sub(r[1], r[3]));
  const v128_t d = wasm_i16x8_add(HIGH_HALVES(d_low, d_high), wasm_i16x8_add(r[1], r[3]));
  r[0] = wasm_i16x8_add(a, d);
  r[1] = wasm_i16x8_add(b, c);
  r[2] = wasm_i16x8_sub(b, c);
  r[3] = wasm_i16x8_sub(a, d);
}

// Two blocks side by side: coefficients in, residuals out.
INLINE_ALWAYS void inverse_dct_pair(v128_t *r) {
  inverse_dct_1d(r, wasm_i16x8_splat(0));
  transpose_4x4_pair(r);
  inverse_dct_1d(r, wasm_i16x8_splat(4));
  for (int i = 0; i < 4; ++i) r[i] = wasm_i16x8_shr(r[i], 3);
  transpose_4x4_pair(r);
}

INLINE_ALWAYS v128_t add_residual(const uint8_t *prediction, v128_t residual) {
  const v128_t sum = wasm_i16x8_add(LOAD8_U16(prediction), residual);
  return wasm_u8x16_narrow_i16x8(sum, sum);
}

INLINE_ALWAYS v128_t add_residual_4(const uint8_t *prediction, v128_t residual) {
  const v128_t sum = wasm_i16x8_add(wasm_u16x8_extend_low_u8x16(LOAD4(prediction)), residual);
  return wasm_u8x16_narrow_i16x8(sum, sum);
}

INLINE_ALWAYS void inverse_dct_add(v128_t upper, v128_t lower, const uint8_t *prediction, int prediction_stride,
                                   uint8_t *output, int output_stride) {
  v128_t r[4] = {upper, ZIP64_HIGH(upper, upper), lower, ZIP64_HIGH(lower, lower)};
  inverse_dct_pair(r);
  for (int i = 0; i < 4; ++i) {
    STORE4(output + i * output_stride, add_residual_4(prediction + i * prediction_stride, r[i]), 0);
  }
}

void vp8_short_idct4x4llm_wasm(short *input, unsigned char *pred_ptr, int pred_stride, unsigned char *dst_ptr,
                               int dst_stride) {
  inverse_dct_add(LOAD16(input), LOAD16(input + 8), pred_ptr, pred_stride, dst_ptr, dst_stride);
}

void vp8_dc_only_idct_add_wasm(short input_dc, unsigned char *pred_ptr, int pred_stride, unsigned char *dst_ptr,
                               int dst_stride) {
  const v128_t residual = wasm_i16x8_splat((int16_t)((input_dc + 4) >> 3));
  for (int i = 0; i < 4; ++i) STORE4(dst_ptr + i * dst_stride, add_residual_4(pred_ptr + i * pred_stride, residual), 0);
}

// Like the reference it leaves the coefficients zero.
void vp8_dequant_idct_add_wasm(short *input, short *dq, unsigned char *dest, int stride) {
  const v128_t zero = wasm_i16x8_splat(0);
  const v128_t upper = wasm_i16x8_mul(LOAD16(input), LOAD16(dq));
  const v128_t lower = wasm_i16x8_mul(LOAD16(input + 8), LOAD16(dq + 8));
  STORE16(input, zero);
  STORE16(input + 8, zero);
  inverse_dct_add(upper, lower, dest, stride, dest, stride);
}

// The coefficients of a block whose eob allows only the DC: the others do not count, nor are they cleared.
INLINE_ALWAYS v128_t take_dc(short *q, v128_t factors) {
  const v128_t dc = wasm_i16x8_mul(wasm_v128_and(LOAD4(q), wasm_i32x4_make(0xffff, 0, 0, 0)), factors);
  memset(q, 0, 4);
  return dc;
}

// Adds the residuals of two neighbouring blocks (q and q + 16) to eight pixels of four rows. A block with the DC alone
// gives the same through the whole transform as through the short cut (up to 32763, beyond which adding 4 to round
// wraps), so a mixed pair takes one pass.
NEVER_INLINE void add_block_pair(short *q, const short *dq, uint8_t *output, int stride, const char *eobs) {
  const v128_t zero = wasm_i16x8_splat(0), upper_factors = LOAD16(dq), lower_factors = LOAD16(dq + 8);
  v128_t r[4];
  if (eobs[0] <= 1 && eobs[1] <= 1) {
    const int left = ((int16_t)(q[0] * dq[0]) + 4) >> 3, right = ((int16_t)(q[16] * dq[0]) + 4) >> 3;
    memset(q, 0, 4);
    memset(q + 16, 0, 4);
    if ((left | right) == 0) return;
    r[0] = ZIP64_LOW(wasm_i16x8_splat((int16_t)left), wasm_i16x8_splat((int16_t)right));
    for (int i = 0; i < 4; ++i) STORE8(output + i * stride, add_residual(output + i * stride, r[0]));
    return;
  }
  v128_t left01, left23 = zero, right01, right23 = zero;
  if (eobs[0] > 1) {
    left01 = wasm_i16x8_mul(LOAD16(q), upper_factors);
    left23 = wasm_i16x8_mul(LOAD16(q + 8), lower_factors);
    STORE16(q, zero);
    STORE16(q + 8, zero);
  } else {
    left01 = take_dc(q, upper_factors);
  }
  if (eobs[1] > 1) {
    right01 = wasm_i16x8_mul(LOAD16(q + 16), upper_factors);
    right23 = wasm_i16x8_mul(LOAD16(q + 24), lower_factors);
    STORE16(q + 16, zero);
    STORE16(q + 24, zero);
  } else {
    right01 = take_dc(q + 16, upper_factors);
  }
  r[0] = ZIP64_LOW(left01, right01);
  r[1] = ZIP64_HIGH(left01, right01);
  r[2] = ZIP64_LOW(left23, right23);
  r[3] = ZIP64_HIGH(left23, right23);
  inverse_dct_pair(r);
  for (int i = 0; i < 4; ++i) STORE8(output + i * stride, add_residual(output + i * stride, r[i]));
}

void vp8_dequant_idct_add_y_block_wasm(short *q, short *dq, unsigned char *dst, int stride, char *eobs) {
  ROLLED
  for (int row = 0; row < 4; ++row) {
    add_block_pair(q, dq, dst, stride, eobs);
    add_block_pair(q + 32, dq, dst + 8, stride, eobs + 2);
    q += 64;
    dst += 4 * stride;
    eobs += 4;
  }
}

void vp8_dequant_idct_add_uv_block_wasm(short *q, short *dq, unsigned char *dst_u, unsigned char *dst_v, int stride,
                                        char *eobs) {
  add_block_pair(q, dq, dst_u, stride, eobs);
  add_block_pair(q + 32, dq, dst_u + 4 * stride, stride, eobs + 2);
  add_block_pair(q + 64, dq, dst_v, stride, eobs + 4);
  add_block_pair(q + 96, dq, dst_v + 4 * stride, stride, eobs + 6);
}
