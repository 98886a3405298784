// Intra prediction of whole blocks of 16 and 8 pixels, equal to vpx_{dc,dc_top,dc_left,dc_128,v,h,tm}_predictor_*_c of
// vpx_dsp/intrapred.c (RFC 6386 §12.2). They read the block's own width of `above` and `left`, and for TM the pixel
// before `above`.
#include <stddef.h>

#include "simd.h"

#include "vpx_dsp_rtcd.h"

INLINE_ALWAYS v128_t load_pixels(const uint8_t *p, int size) { return size == 16 ? LOAD16(p) : LOAD8(p); }

INLINE_ALWAYS void store_pixels(uint8_t *p, v128_t v, int size) {
  if (size == 16) {
    STORE16(p, v);
  } else {
    STORE8(p, v);
  }
}

INLINE_ALWAYS int sum_of(v128_t pixels) {
  return sum_i32x4(wasm_u32x4_extadd_pairwise_u16x8(wasm_u16x8_extadd_pairwise_u8x16(pixels)));
}

INLINE_ALWAYS void fill(uint8_t *dst, ptrdiff_t stride, v128_t row, int size) {
  for (int i = 0; i < size; ++i) store_pixels(dst + i * stride, row, size);
}

// left[r] + above[c] - above[-1], clamped.
INLINE_ALWAYS void true_motion(uint8_t *dst, ptrdiff_t stride, const uint8_t *above, const uint8_t *left, int size) {
  const v128_t corner = wasm_i16x8_splat(above[-1]);
  const v128_t first = wasm_i16x8_sub(LOAD8_U16(above), corner);
  const v128_t second = size == 16 ? wasm_i16x8_sub(LOAD8_U16(above + 8), corner) : first;
  ROLLED
  for (int i = 0; i < size; ++i) {
    const v128_t pixel = wasm_i16x8_splat(left[i]);
    store_pixels(dst, wasm_u8x16_narrow_i16x8(wasm_i16x8_add(first, pixel), wasm_i16x8_add(second, pixel)), size);
    dst += stride;
  }
}

#define PREDICTOR(name, size)                                                                                     \
  void vpx_##name##_predictor_##size##x##size##_wasm(uint8_t *dst, ptrdiff_t stride, const uint8_t *above,        \
                                                     const uint8_t *left)

#define PREDICTORS(size)                                                                                          \
  PREDICTOR(dc, size) {                                                                                           \
    const int sum = sum_of(load_pixels(above, size)) + sum_of(load_pixels(left, size));                           \
    fill(dst, stride, wasm_u8x16_splat((uint8_t)((sum + size) / (2 * size))), size);                              \
  }                                                                                                               \
  PREDICTOR(dc_top, size) {                                                                                       \
    (void)left;                                                                                                   \
    fill(dst, stride, wasm_u8x16_splat((uint8_t)((sum_of(load_pixels(above, size)) + size / 2) / size)), size);   \
  }                                                                                                               \
  PREDICTOR(dc_left, size) {                                                                                      \
    (void)above;                                                                                                  \
    fill(dst, stride, wasm_u8x16_splat((uint8_t)((sum_of(load_pixels(left, size)) + size / 2) / size)), size);    \
  }                                                                                                               \
  PREDICTOR(dc_128, size) {                                                                                       \
    (void)above;                                                                                                  \
    (void)left;                                                                                                   \
    fill(dst, stride, wasm_u8x16_splat(128), size);                                                               \
  }                                                                                                               \
  PREDICTOR(v, size) {                                                                                            \
    (void)left;                                                                                                   \
    fill(dst, stride, load_pixels(above, size), size);                                                            \
  }                                                                                                               \
  PREDICTOR(h, size) {                                                                                            \
    (void)above;                                                                                                  \
    for (int i = 0; i < size; ++i) store_pixels(dst + i * stride, wasm_v128_load8_splat(left + i), size);         \
  }                                                                                                               \
  PREDICTOR(tm, size) { true_motion(dst, stride, above, left, size); }

PREDICTORS(16)
PREDICTORS(8)
