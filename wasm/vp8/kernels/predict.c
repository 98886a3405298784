// Inter prediction, equal to vp8_sixtap_predict*_c and vp8_bilinear_predict*_c of vp8/common/filter.c and to the block
// copies of vp8/common/reconinter.c and vp8/encoder/copy_c.c (RFC 6386 §18.3).
//
// Reads stay within the window that the reference reads: two rows and columns before the block and three behind it,
// which the frame buffers' borders hold; in a direction without an offset, none outside the block.
#include "simd.h"

#include "vp8_rtcd.h"

// Magnitudes of the six taps by eighths of a pixel; the second and the fifth are negative. Those at odd eighths have
// four.
static const uint8_t TAPS[8][6] = {
    {0, 0, 128, 0, 0, 0},   {0, 6, 123, 12, 1, 0}, {2, 11, 108, 36, 8, 1}, {0, 9, 93, 50, 6, 0},
    {3, 16, 77, 77, 16, 3}, {0, 6, 50, 93, 9, 0},  {1, 8, 36, 108, 11, 2}, {0, 1, 12, 123, 6, 0},
};

// How a filter is computed: with all its taps, without the outer ones, or by its symmetry (half a pixel).
typedef enum { FOUR_TAPS, SIX_TAPS, HALF_PIXEL } filter_kind;

INLINE_ALWAYS v128_t weighted(v128_t pixels, const uint8_t *tap) {
  return wasm_i16x8_mul(pixels, wasm_i16x8_splat(*tap));
}

// Filters eight pixels in 16-bit lanes, given with their neighbours; the result has yet to be limited to 255. The sum
// of the positive terms is at most 160 * 255 + 64, which fits unsigned 16 bits; taking the negative ones off with
// saturation gives 0 where the reference clamps a negative result to 0.
INLINE_ALWAYS v128_t filter(v128_t a, v128_t b, v128_t c, v128_t d, v128_t e, v128_t f, const uint8_t *taps,
                            filter_kind kind) {
  v128_t plus, minus;
  if (kind == HALF_PIXEL) {
    plus = wasm_i16x8_mul(wasm_i16x8_add(c, d), wasm_i16x8_splat(77));
    plus = wasm_i16x8_add(plus, wasm_i16x8_mul(wasm_i16x8_add(a, f), wasm_i16x8_splat(3)));
    minus = wasm_i16x8_shl(wasm_i16x8_add(b, e), 4);
  } else {
    plus = wasm_i16x8_add(weighted(c, taps + 2), weighted(d, taps + 3));
    minus = wasm_i16x8_add(weighted(b, taps + 1), weighted(e, taps + 4));
    if (kind == SIX_TAPS) plus = wasm_i16x8_add(plus, wasm_i16x8_add(weighted(a, taps), weighted(f, taps + 5)));
  }
  return wasm_u16x8_shr(wasm_u16x8_sub_sat(wasm_i16x8_add(plus, wasm_i16x8_splat(64)), minus), 7);
}

// Filters eight pixels across (step 1) or down (step: the stride).
INLINE_ALWAYS v128_t filter_at(const uint8_t *src, int step, const uint8_t *taps, filter_kind kind) {
  const v128_t zero = wasm_i16x8_splat(0);
  const int outer = kind != FOUR_TAPS;
  return filter(outer ? LOAD8_U16(src - 2 * step) : zero, LOAD8_U16(src - step), LOAD8_U16(src), LOAD8_U16(src + step),
                LOAD8_U16(src + 2 * step), outer ? LOAD8_U16(src + 3 * step) : zero, taps, kind);
}

INLINE_ALWAYS void filter_rows(const uint8_t *src, int stride, int step, const uint8_t *taps, filter_kind kind,
                               uint8_t *dst, int dst_stride, int width, int height) {
  ROLLED
  for (; height > 0; --height) {
    const v128_t left = filter_at(src, step, taps, kind);
    if (width == 16) {
      STORE16(dst, wasm_u8x16_narrow_i16x8(left, filter_at(src + 8, step, taps, kind)));
    } else {
      STORE8(dst, wasm_u8x16_narrow_i16x8(left, left));
    }
    src += stride;
    dst += dst_stride;
  }
}

INLINE_ALWAYS void filter_block(const uint8_t *src, int stride, int step, int offset, uint8_t *dst, int dst_stride,
                                int width, int height) {
  const uint8_t *const taps = TAPS[offset];
  if (offset == 4) {
    filter_rows(src, stride, step, taps, HALF_PIXEL, dst, dst_stride, width, height);
  } else if (offset & 1) {
    filter_rows(src, stride, step, taps, FOUR_TAPS, dst, dst_stride, width, height);
  } else {
    filter_rows(src, stride, step, taps, SIX_TAPS, dst, dst_stride, width, height);
  }
}

// Rows of the block between the two passes are this far apart; a constant, so that the second addresses them directly.
enum { PITCH = 16 };

NEVER_INLINE void across_16(const uint8_t *src, int stride, int offset, uint8_t *dst, int dst_stride, int height) {
  filter_block(src, stride, 1, offset, dst, dst_stride, 16, height);
}

NEVER_INLINE void across_8(const uint8_t *src, int stride, int offset, uint8_t *dst, int dst_stride, int height) {
  filter_block(src, stride, 1, offset, dst, dst_stride, 8, height);
}

NEVER_INLINE void down_16(const uint8_t *src, int offset, uint8_t *dst, int dst_stride, int height) {
  filter_block(src, PITCH, PITCH, offset, dst, dst_stride, 16, height);
}

NEVER_INLINE void down_8(const uint8_t *src, int offset, uint8_t *dst, int dst_stride, int height) {
  filter_block(src, PITCH, PITCH, offset, dst, dst_stride, 8, height);
}

INLINE_ALWAYS void copy_rows(const uint8_t *src, int stride, uint8_t *dst, int dst_stride, int width, int height) {
  ROLLED
  for (; height > 0; --height) {
    if (width == 16) {
      STORE16(dst, LOAD16(src));
    } else {
      STORE8(dst, LOAD8(src));
    }
    src += stride;
    dst += dst_stride;
  }
}

// With both offsets 0, which the callers do not ask for, the reference's filters copy.
#define SIXTAP_PREDICT(width, height)                                                                               \
  void vp8_sixtap_predict##width##x##height##_wasm(unsigned char *src_ptr, int src_pixels_per_line, int xoffset,    \
                                                   int yoffset, unsigned char *dst_ptr, int dst_pitch) {            \
    uint8_t rows[(height + 5) * PITCH];                                                                             \
    if (yoffset == 0) {                                                                                             \
      if (xoffset == 0) {                                                                                           \
        copy_rows(src_ptr, src_pixels_per_line, dst_ptr, dst_pitch, width, height);                                 \
      } else {                                                                                                      \
        across_##width(src_ptr, src_pixels_per_line, xoffset, dst_ptr, dst_pitch, height);                          \
      }                                                                                                             \
      return;                                                                                                       \
    }                                                                                                               \
    const unsigned char *const first = src_ptr - 2 * src_pixels_per_line;                                           \
    if (xoffset == 0) {                                                                                             \
      copy_rows(first, src_pixels_per_line, rows, PITCH, width, height + 5);                                        \
    } else {                                                                                                        \
      across_##width(first, src_pixels_per_line, xoffset, rows, PITCH, height + 5);                                 \
    }                                                                                                               \
    down_##width(rows + 2 * PITCH, yoffset, dst_ptr, dst_pitch, height);                                            \
  }
SIXTAP_PREDICT(16, 16)
SIXTAP_PREDICT(8, 8)
SIXTAP_PREDICT(8, 4)

// Two rows of four pixels side by side, widened.
INLINE_ALWAYS v128_t load_two_rows(const uint8_t *first, const uint8_t *second) {
  return wasm_u16x8_extend_low_u8x16(ZIP32_LOW(LOAD4(first), LOAD4(second)));
}

INLINE_ALWAYS v128_t across_two_rows(const uint8_t *first, const uint8_t *second, const uint8_t *taps) {
  const v128_t v = filter(load_two_rows(first - 2, second - 2), load_two_rows(first - 1, second - 1),
                          load_two_rows(first, second), load_two_rows(first + 1, second + 1),
                          load_two_rows(first + 2, second + 2), load_two_rows(first + 3, second + 3), taps, SIX_TAPS);
  return wasm_i16x8_min(v, wasm_i16x8_splat(255));
}

// The second row of a with the first of b.
INLINE_ALWAYS v128_t between(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 1, 2); }

// Goes through both passes with all six taps, as the reference does: at offset 0 a pass copies.
void vp8_sixtap_predict4x4_wasm(unsigned char *src_ptr, int src_pixels_per_line, int xoffset, int yoffset,
                                unsigned char *dst_ptr, int dst_pitch) {
  const int stride = src_pixels_per_line;
  v128_t rows[5];
  for (int i = 0; i < 5; ++i) {
    const uint8_t *row = src_ptr + (2 * i - 2) * stride;
    rows[i] = across_two_rows(row, i < 4 ? row + stride : row, TAPS[xoffset]);
  }
  for (int i = 0; i < 2; ++i) {
    const v128_t last = i == 0 ? between(rows[2], rows[3]) : between(rows[3], rows[4]);
    const v128_t second = between(rows[i], rows[i + 1]), fourth = between(rows[i + 1], rows[i + 2]);
    const v128_t v = filter(rows[i], second, rows[i + 1], fourth, rows[i + 2], last, TAPS[yoffset], SIX_TAPS);
    const v128_t packed = wasm_u8x16_narrow_i16x8(v, v);
    STORE4(dst_ptr + 2 * i * dst_pitch, packed, 0);
    STORE4(dst_ptr + (2 * i + 1) * dst_pitch, packed, 1);
  }
}

// (a * (128 - 16 * offset) + b * 16 * offset + 64) >> 7 with the common factor 16 taken out.
INLINE_ALWAYS v128_t blend(v128_t a, v128_t b, v128_t offset) {
  const v128_t eighths = wasm_i16x8_mul(wasm_i16x8_sub(b, a), offset);
  return wasm_i16x8_add(a, wasm_i16x8_shr(wasm_i16x8_add(eighths, wasm_i16x8_splat(4)), 3));
}

// Width is 4 or 8; the pixel behind the block is read where it has a weight.
INLINE_ALWAYS v128_t bilinear_row(const uint8_t *src, int xoffset, int width) {
  const v128_t a = width == 8 ? LOAD8_U16(src) : wasm_u16x8_extend_low_u8x16(LOAD4(src));
  if (xoffset == 0) return a;
  const v128_t b = width == 8 ? LOAD8_U16(src + 1) : wasm_u16x8_extend_low_u8x16(LOAD4(src + 1));
  return blend(a, b, wasm_i16x8_splat((int16_t)xoffset));
}

INLINE_ALWAYS void bilinear(const uint8_t *src, int stride, int xoffset, int yoffset, uint8_t *dst, int dst_stride,
                            int width, int height) {
  v128_t above = bilinear_row(src, xoffset, width);
  ROLLED
  for (int i = 0; i < height; ++i) {
    v128_t row = above;
    if (yoffset != 0 || i + 1 < height) above = bilinear_row(src + (i + 1) * stride, xoffset, width);
    if (yoffset != 0) row = blend(row, above, wasm_i16x8_splat((int16_t)yoffset));
    const v128_t packed = wasm_u8x16_narrow_i16x8(row, row);
    if (width == 8) {
      STORE8(dst + i * dst_stride, packed);
    } else {
      STORE4(dst + i * dst_stride, packed, 0);
    }
  }
}

NEVER_INLINE void bilinear_columns(const uint8_t *src, int stride, int xoffset, int yoffset, uint8_t *dst,
                                   int dst_stride, int height) {
  bilinear(src, stride, xoffset, yoffset, dst, dst_stride, 8, height);
}

void vp8_bilinear_predict16x16_wasm(unsigned char *src_ptr, int src_pixels_per_line, int xoffset, int yoffset,
                                    unsigned char *dst_ptr, int dst_pitch) {
  bilinear_columns(src_ptr, src_pixels_per_line, xoffset, yoffset, dst_ptr, dst_pitch, 16);
  bilinear_columns(src_ptr + 8, src_pixels_per_line, xoffset, yoffset, dst_ptr + 8, dst_pitch, 16);
}

void vp8_bilinear_predict8x8_wasm(unsigned char *src_ptr, int src_pixels_per_line, int xoffset, int yoffset,
                                  unsigned char *dst_ptr, int dst_pitch) {
  bilinear_columns(src_ptr, src_pixels_per_line, xoffset, yoffset, dst_ptr, dst_pitch, 8);
}

void vp8_bilinear_predict8x4_wasm(unsigned char *src_ptr, int src_pixels_per_line, int xoffset, int yoffset,
                                  unsigned char *dst_ptr, int dst_pitch) {
  bilinear_columns(src_ptr, src_pixels_per_line, xoffset, yoffset, dst_ptr, dst_pitch, 4);
}

void vp8_bilinear_predict4x4_wasm(unsigned char *src_ptr, int src_pixels_per_line, int xoffset, int yoffset,
                                  unsigned char *dst_ptr, int dst_pitch) {
  bilinear(src_ptr, src_pixels_per_line, xoffset, yoffset, dst_ptr, dst_pitch, 4, 4);
}

void vp8_copy_mem16x16_wasm(unsigned char *src, int src_stride, unsigned char *dst, int dst_stride) {
  ROLLED
  for (int i = 0; i < 16; i += 2) {
    const v128_t first = LOAD16(src), second = LOAD16(src + src_stride);
    STORE16(dst, first);
    STORE16(dst + dst_stride, second);
    src += 2 * src_stride;
    dst += 2 * dst_stride;
  }
}

void vp8_copy_mem8x8_wasm(unsigned char *src, int src_stride, unsigned char *dst, int dst_stride) {
  copy_rows(src, src_stride, dst, dst_stride, 8, 8);
}

void vp8_copy_mem8x4_wasm(unsigned char *src, int src_stride, unsigned char *dst, int dst_stride) {
  copy_rows(src, src_stride, dst, dst_stride, 8, 4);
}

void vp8_copy32xn_wasm(const unsigned char *src_ptr, int src_stride, unsigned char *dst_ptr, int dst_stride,
                       int height) {
  ROLLED
  for (int i = 0; i < height; ++i) {
    const v128_t left = LOAD16(src_ptr), right = LOAD16(src_ptr + 16);
    STORE16(dst_ptr, left);
    STORE16(dst_ptr + 16, right);
    src_ptr += src_stride;
    dst_ptr += dst_stride;
  }
}
