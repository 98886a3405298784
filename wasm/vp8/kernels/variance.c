// Block comparisons, equal to vpx_variance*_c, vpx_sub_pixel_variance*_c, vpx_mse16x16_c and vpx_get4x4sse_cs_c of
// vpx_dsp/variance.c, to vpx_sad16x16_c of vpx_dsp/sad.c and to vpx_subtract_block_c of vpx_dsp/subtract.c.
#include "simd.h"

#include "vpx_dsp_rtcd.h"

// Sums of differences (16-bit lanes: at most 2 * 16 of them within +-255 meet in a lane) and of their squares.
typedef struct {
  v128_t sum, squares;
} moments;

INLINE_ALWAYS void add_moments(moments *m, v128_t difference) {
  m->sum = wasm_i16x8_add(m->sum, difference);
  m->squares = wasm_i32x4_add(m->squares, wasm_i32x4_dot_i16x8(difference, difference));
}

INLINE_ALWAYS int32_t moments_sum(moments m) { return sum_i32x4(wasm_i32x4_extadd_pairwise_i16x8(m.sum)); }

INLINE_ALWAYS uint32_t variance_of(moments m, int pixels, uint32_t *sse) {
  const int32_t sum = moments_sum(m);
  *sse = (uint32_t)sum_i32x4(m.squares);
  return *sse - (uint32_t)((int64_t)sum * sum / pixels);
}

INLINE_ALWAYS moments moments_16(const uint8_t *src, int src_stride, const uint8_t *ref, int ref_stride, int height) {
  moments m = {wasm_i16x8_splat(0), wasm_i32x4_splat(0)};
  UNROLLED_TWICE
  for (int i = 0; i < height; ++i) {
    add_moments(&m, wasm_i16x8_sub(LOAD8_U16(src), LOAD8_U16(ref)));
    add_moments(&m, wasm_i16x8_sub(LOAD8_U16(src + 8), LOAD8_U16(ref + 8)));
    src += src_stride;
    ref += ref_stride;
  }
  return m;
}

INLINE_ALWAYS moments moments_8(const uint8_t *src, int src_stride, const uint8_t *ref, int ref_stride, int height) {
  moments m = {wasm_i16x8_splat(0), wasm_i32x4_splat(0)};
  UNROLLED_TWICE
  for (int i = 0; i < height; ++i) {
    add_moments(&m, wasm_i16x8_sub(LOAD8_U16(src), LOAD8_U16(ref)));
    src += src_stride;
    ref += ref_stride;
  }
  return m;
}

// Four rows of four pixels in one vector.
INLINE_ALWAYS v128_t load_4x4(const uint8_t *src, int stride) {
  const v128_t upper = ZIP32_LOW(LOAD4(src), LOAD4(src + stride));
  const v128_t lower = ZIP32_LOW(LOAD4(src + 2 * stride), LOAD4(src + 3 * stride));
  return ZIP64_LOW(upper, lower);
}

#define VARIANCE(width, height)                                                                              \
  uint32_t vpx_variance##width##x##height##_wasm(const uint8_t *src_ptr, int src_stride, const uint8_t *ref_ptr, \
                                                 int ref_stride, uint32_t *sse) {                            \
    return variance_of(moments_##width(src_ptr, src_stride, ref_ptr, ref_stride, height), width * height, sse); \
  }
VARIANCE(16, 16)
VARIANCE(8, 8)

uint32_t vpx_mse16x16_wasm(const uint8_t *src_ptr, int src_stride, const uint8_t *ref_ptr, int ref_stride,
                           uint32_t *sse) {
  return *sse = (uint32_t)sum_i32x4(moments_16(src_ptr, src_stride, ref_ptr, ref_stride, 16).squares);
}

uint32_t vpx_get4x4sse_cs_wasm(const unsigned char *src_ptr, int src_stride, const unsigned char *ref_ptr,
                               int ref_stride) {
  const v128_t a = load_4x4(src_ptr, src_stride), b = load_4x4(ref_ptr, ref_stride);
  moments m = {wasm_i16x8_splat(0), wasm_i32x4_splat(0)};
  add_moments(&m, wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(a), wasm_u16x8_extend_low_u8x16(b)));
  add_moments(&m, wasm_i16x8_sub(wasm_u16x8_extend_high_u8x16(a), wasm_u16x8_extend_high_u8x16(b)));
  return (uint32_t)sum_i32x4(m.squares);
}

// (a + b) >> 1 of bytes: the rounding average less its rounding.
INLINE_ALWAYS v128_t average_down(v128_t a, v128_t b) {
  return wasm_i8x16_sub(wasm_u8x16_avgr(a, b), wasm_v128_and(wasm_v128_xor(a, b), wasm_i8x16_splat(1)));
}

INLINE_ALWAYS v128_t load_row(const uint8_t *src, int width) {
  return width == 16 ? LOAD16(src) : LOAD8(src);
}

// One pass of the bilinear filter (a * (8 - offset) + b * offset + 4) >> 3 between each pixel and the one `step` behind
// it; rows of the output are 16 apart. offset is in eighths, 1 to 7; the reference has the weights and the rounding
// times 16.
//
// It is three averages, from the lowest bit of the offset to the highest, each of the value so far with b where the bit
// is set and with a where not. Rounding down in all but the last loses nothing: what is dropped is less than one unit
// of the last place of the next sum.
#define BLEND_ROWS(expression)                                                    \
  ROLLED                                                                          \
  for (int i = 0; i < height; ++i) {                                              \
    const v128_t a = load_row(src, width), b = load_row(src + step, width);       \
    STORE16(dst, expression);                                                     \
    src += stride;                                                                \
    dst += 16;                                                                    \
  }                                                                               \
  break

INLINE_ALWAYS void blend_rows(const uint8_t *src, int stride, int step, int offset, uint8_t *dst, int width,
                              int height) {
  switch (offset) {
    case 1: BLEND_ROWS(wasm_u8x16_avgr(a, average_down(a, average_down(a, b))));
    case 2: BLEND_ROWS(wasm_u8x16_avgr(a, average_down(a, b)));
    case 3: BLEND_ROWS(wasm_u8x16_avgr(a, average_down(b, average_down(a, b))));
    case 4: BLEND_ROWS(wasm_u8x16_avgr(a, b));
    case 5: BLEND_ROWS(wasm_u8x16_avgr(b, average_down(a, average_down(a, b))));
    case 6: BLEND_ROWS(wasm_u8x16_avgr(b, average_down(a, b)));
    default: BLEND_ROWS(wasm_u8x16_avgr(b, average_down(b, average_down(a, b))));
  }
}

NEVER_INLINE void blend_rows_16(const uint8_t *src, int stride, int step, int offset, uint8_t *dst, int height) {
  blend_rows(src, stride, step, offset, dst, 16, height);
}

NEVER_INLINE void blend_rows_8(const uint8_t *src, int stride, int step, int offset, uint8_t *dst, int height) {
  blend_rows(src, stride, step, offset, dst, 8, height);
}

// Moves *src to the interpolated block, in rows of 16 bytes, unless both offsets are 0. A pass without weight for its
// second pixel is left out, so that pixel is not read.
#define INTERPOLATE(width, height)                                                             \
  uint8_t across[17 * 16], down[16 * 16];                                                      \
  if (x_offset != 0) {                                                                         \
    blend_rows_##width(src_ptr, src_stride, 1, x_offset, across, height + (y_offset != 0));    \
    src_ptr = across;                                                                          \
    src_stride = 16;                                                                           \
  }                                                                                            \
  if (y_offset != 0) {                                                                         \
    blend_rows_##width(src_ptr, src_stride, src_stride, y_offset, down, height);               \
    src_ptr = down;                                                                            \
    src_stride = 16;                                                                           \
  }

#define SUB_PIXEL_VARIANCE(width, height)                                                                       \
  uint32_t vpx_sub_pixel_variance##width##x##height##_wasm(const uint8_t *src_ptr, int src_stride, int x_offset, \
                                                           int y_offset, const uint8_t *ref_ptr, int ref_stride, \
                                                           uint32_t *sse) {                                     \
    INTERPOLATE(width, height)                                                                                  \
    return vpx_variance##width##x##height##_wasm(src_ptr, src_stride, ref_ptr, ref_stride, sse);                \
  }
SUB_PIXEL_VARIANCE(16, 16)
SUB_PIXEL_VARIANCE(8, 8)

// Sums of neighbouring bytes meet in 16-bit lanes: sixteen rows of 2 * 255 stay far below 65536.
unsigned int vpx_sad16x16_wasm(const uint8_t *src_ptr, int src_stride, const uint8_t *ref_ptr, int ref_stride) {
  v128_t sum = wasm_i16x8_splat(0);
  UNROLLED_TWICE
  for (int i = 0; i < 16; ++i) {
    sum = wasm_i16x8_add(sum, wasm_u16x8_extadd_pairwise_u8x16(abs_diff(LOAD16(src_ptr), LOAD16(ref_ptr))));
    src_ptr += src_stride;
    ref_ptr += ref_stride;
  }
  return (uint32_t)sum_i32x4(wasm_u32x4_extadd_pairwise_u16x8(sum));
}

INLINE_ALWAYS void subtract_8(int16_t *diff, const uint8_t *src, const uint8_t *pred) {
  STORE16(diff, wasm_i16x8_sub(LOAD8_U16(src), LOAD8_U16(pred)));
}

// libvpx asks for blocks of 4, 8 and 16 columns.
void vpx_subtract_block_wasm(int rows, int cols, int16_t *diff_ptr, ptrdiff_t diff_stride, const uint8_t *src_ptr,
                             ptrdiff_t src_stride, const uint8_t *pred_ptr, ptrdiff_t pred_stride) {
#define SUBTRACT_ROWS(statements) \
  ROLLED                          \
  for (; rows > 0; --rows) {      \
    statements;                   \
    diff_ptr += diff_stride;      \
    pred_ptr += pred_stride;      \
    src_ptr += src_stride;        \
  }
  if (cols == 16) {
    SUBTRACT_ROWS(subtract_8(diff_ptr, src_ptr, pred_ptr); subtract_8(diff_ptr + 8, src_ptr + 8, pred_ptr + 8))
  } else if (cols == 8) {
    SUBTRACT_ROWS(subtract_8(diff_ptr, src_ptr, pred_ptr))
  } else {
    SUBTRACT_ROWS(STORE8(diff_ptr, wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(LOAD4(src_ptr)),
                                                  wasm_u16x8_extend_low_u8x16(LOAD4(pred_ptr)))))
  }
}
