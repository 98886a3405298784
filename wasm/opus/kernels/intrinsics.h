/*
 * Included before every file of libopus: SSE conversions that emscripten's headers make of scalar library calls, as vector
 * instructions with the same results. What does not fit an integer becomes the least one, as on x86.
 */
#ifndef XMPP_CALL_OPUS_INTRINSICS_H
#define XMPP_CALL_OPUS_INTRINSICS_H

#include <emmintrin.h>
#include <wasm_simd128.h>

/* The vector instruction gives the greatest integer for what is too large, and 0 for what is not a number. */
static inline __m128i convert_to_integers(v128_t x) {
  const v128_t fits = wasm_f32x4_lt(x, wasm_f32x4_const_splat(2147483648.0f));
  return (__m128i)wasm_v128_bitselect(wasm_i32x4_trunc_sat_f32x4(x), wasm_i32x4_const_splat(-2147483647 - 1), fits);
}

static inline __m128i truncate_to_integers(__m128 x) { return convert_to_integers((v128_t)x); }

static inline __m128i round_to_integers(__m128 x) { return convert_to_integers(wasm_f32x4_nearest((v128_t)x)); }

static inline int round_to_integer(__m128 x) { return wasm_i32x4_extract_lane((v128_t)round_to_integers(x), 0); }

#undef _mm_cvttps_epi32
#undef _mm_cvtps_epi32
#undef _mm_cvtss_si32
#undef _mm_cvt_ss2si
#define _mm_cvttps_epi32(x) truncate_to_integers(x)
#define _mm_cvtps_epi32(x) round_to_integers(x)
#define _mm_cvtss_si32(x) round_to_integer(x)
#define _mm_cvt_ss2si(x) round_to_integer(x)

#endif
