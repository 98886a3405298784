// Small vocabulary shared by the VP8 kernels: loads and stores narrower than a vector, and shuffles that engines map to
// one instruction each.
#ifndef XMPP_CALL_VP8_SIMD_H_
#define XMPP_CALL_VP8_SIMD_H_

#include <stdint.h>
#include <string.h>
#include <wasm_simd128.h>

// Rows are worked on in loops that stay loops: fully unrolled, all loads come first and spill.
#define ROLLED _Pragma("clang loop unroll(disable)")
#define UNROLLED_TWICE _Pragma("clang loop unroll_count(2)")

#define INLINE_ALWAYS static inline __attribute__((always_inline))
// Code of some size with more than one caller.
#define NEVER_INLINE static __attribute__((noinline))

// Four, eight or sixteen bytes in the low lanes; never reads a byte more.
#define LOAD4(p) wasm_v128_load32_zero(p)
#define LOAD8(p) wasm_v128_load64_zero(p)
#define LOAD16(p) wasm_v128_load(p)
// Eight bytes as eight 16-bit lanes; a plain sixteen-byte vector of 16-bit lanes is LOAD16.
#define LOAD8_U16(p) wasm_u16x8_load8x8(p)

#define STORE4(p, v, lane) wasm_v128_store32_lane(p, v, lane)
#define STORE8(p, v) wasm_v128_store64_lane(p, v, 0)
#define STORE8_HIGH(p, v) wasm_v128_store64_lane(p, v, 1)
#define STORE16(p, v) wasm_v128_store(p, v)

// Interleave the low or high halves of two vectors, by 8-, 16-, 32- or 64-bit lanes.
#define ZIP8_LOW(a, b) wasm_i8x16_shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ZIP8_HIGH(a, b) wasm_i8x16_shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define ZIP16_LOW(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP16_HIGH(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define ZIP32_LOW(a, b) wasm_i32x4_shuffle(a, b, 0, 4, 1, 5)
#define ZIP32_HIGH(a, b) wasm_i32x4_shuffle(a, b, 2, 6, 3, 7)
#define ZIP64_LOW(a, b) wasm_i64x2_shuffle(a, b, 0, 2)
#define ZIP64_HIGH(a, b) wasm_i64x2_shuffle(a, b, 1, 3)
// The odd 16-bit lanes of a, then of b: the high halves of their 32-bit lanes.
#define HIGH_HALVES(a, b) wasm_i16x8_shuffle(a, b, 1, 3, 5, 7, 9, 11, 13, 15)

INLINE_ALWAYS v128_t abs_diff(v128_t a, v128_t b) {
  return wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a));
}

INLINE_ALWAYS int32_t sum_i32x4(v128_t v) {
  v = wasm_i32x4_add(v, ZIP64_HIGH(v, v));
  return wasm_i32x4_extract_lane(v, 0) + wasm_i32x4_extract_lane(v, 1);
}

// Transposes the left and the right 4x4 quarter of four rows of eight 16-bit lanes, each in place.
INLINE_ALWAYS void transpose_4x4_pair(v128_t *r) {
  const v128_t a = ZIP16_LOW(r[0], r[1]), b = ZIP16_LOW(r[2], r[3]);
  const v128_t c = ZIP16_HIGH(r[0], r[1]), d = ZIP16_HIGH(r[2], r[3]);
  const v128_t left01 = ZIP32_LOW(a, b), left23 = ZIP32_HIGH(a, b);
  const v128_t right01 = ZIP32_LOW(c, d), right23 = ZIP32_HIGH(c, d);
  r[0] = ZIP64_LOW(left01, right01);
  r[1] = ZIP64_HIGH(left01, right01);
  r[2] = ZIP64_LOW(left23, right23);
  r[3] = ZIP64_HIGH(left23, right23);
}

#endif
