/* RGB to I420: BT.601 in the limited range, as ITU-R BT.601-7 §2.5 defines it, in integers of 1/256. */
#include <stdint.h>
#include <wasm_simd128.h>

#include "status.h"

enum { BYTES_PER_PIXEL = 4, LUMA_STEP = 16, CHROMA_STEP = 8, LUMA_OFFSET = 16, CHROMA_OFFSET = 128 };

/* The weights of a pixel's four bytes, in their order. */
typedef struct {
  int16_t y[BYTES_PER_PIXEL];
  int16_t u[BYTES_PER_PIXEL];
  int16_t v[BYTES_PER_PIXEL];
} Weights;

static const Weights RGB = {{66, 129, 25, 0}, {-38, -74, 112, 0}, {112, -94, -18, 0}};
static const Weights BGR = {{25, 129, 66, 0}, {112, -74, -38, 0}, {-18, -94, 112, 0}};

static v128_t weights_of_two(const int16_t *weights) { return wasm_v128_load64_splat(weights); }

/* The weighted sums of four pixels (two in each vector, as 16-bit words). */
static v128_t weigh(v128_t first, v128_t second, v128_t weights) {
  const v128_t a = wasm_i32x4_dot_i16x8(first, weights);
  const v128_t b = wasm_i32x4_dot_i16x8(second, weights);
  return wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
}

static v128_t luma_of_four(const uint8_t *pixels, v128_t weights) {
  const v128_t four = wasm_v128_load(pixels);
  const v128_t sums = weigh(wasm_u16x8_extend_low_u8x16(four), wasm_u16x8_extend_high_u8x16(four), weights);
  return wasm_i32x4_add(wasm_i32x4_shr(wasm_i32x4_add(sums, wasm_i32x4_const_splat(128)), 8),
                        wasm_i32x4_const_splat(LUMA_OFFSET));
}

__attribute__((noinline)) static void luma_row(const uint8_t *pixels, int width, const Weights *weights, uint8_t *y) {
  const v128_t pair = weights_of_two(weights->y);
  int x = 0;
  for (; x + LUMA_STEP <= width; x += LUMA_STEP) {
    const uint8_t *from = pixels + x * BYTES_PER_PIXEL;
    const v128_t low = wasm_i16x8_narrow_i32x4(luma_of_four(from, pair), luma_of_four(from + 16, pair));
    const v128_t high = wasm_i16x8_narrow_i32x4(luma_of_four(from + 32, pair), luma_of_four(from + 48, pair));
    wasm_v128_store(y + x, wasm_u8x16_narrow_i16x8(low, high));
  }
  for (; x < width; x += 1) {
    const uint8_t *pixel = pixels + x * BYTES_PER_PIXEL;
    const int sum = weights->y[0] * pixel[0] + weights->y[1] * pixel[1] + weights->y[2] * pixel[2];
    y[x] = (uint8_t)(((sum + 128) >> 8) + LUMA_OFFSET);
  }
}

/* Sums of two blocks of 2x2 pixels, as 16-bit words. */
static v128_t two_blocks(const uint8_t *top, const uint8_t *bottom) {
  const v128_t above = wasm_v128_load(top);
  const v128_t below = wasm_v128_load(bottom);
  const v128_t left = wasm_i16x8_add(wasm_u16x8_extend_low_u8x16(above), wasm_u16x8_extend_low_u8x16(below));
  const v128_t right = wasm_i16x8_add(wasm_u16x8_extend_high_u8x16(above), wasm_u16x8_extend_high_u8x16(below));
  return wasm_i16x8_add(wasm_i64x2_shuffle(left, right, 0, 2), wasm_i64x2_shuffle(left, right, 1, 3));
}

static void store_four(v128_t sums, uint8_t *chroma) {
  const v128_t rounded = wasm_i32x4_shr(wasm_i32x4_add(sums, wasm_i32x4_const_splat(512)), 10);
  const v128_t words = wasm_i32x4_add(rounded, wasm_i32x4_const_splat(CHROMA_OFFSET));
  const v128_t halves = wasm_i16x8_narrow_i32x4(words, words);
  wasm_v128_store32_lane(chroma, wasm_u8x16_narrow_i16x8(halves, halves), 0);
}

static uint8_t chroma_of(const int32_t *block, const int16_t *weights) {
  const int sum = weights[0] * block[0] + weights[1] * block[1] + weights[2] * block[2];
  return (uint8_t)(((sum + 512) >> 10) + CHROMA_OFFSET);
}

/* Of two rows of pixels, which may be the same one; at an odd width the last column counts twice. */
static void chroma_row(const uint8_t *top, const uint8_t *bottom, int width, const Weights *weights, uint8_t *u,
                       uint8_t *v) {
  const v128_t u_pair = weights_of_two(weights->u);
  const v128_t v_pair = weights_of_two(weights->v);
  int x = 0;
  for (; x + CHROMA_STEP <= width; x += CHROMA_STEP) {
    const int offset = x * BYTES_PER_PIXEL;
    const v128_t first = two_blocks(top + offset, bottom + offset);
    const v128_t second = two_blocks(top + offset + 16, bottom + offset + 16);
    store_four(weigh(first, second, u_pair), u + x / 2);
    store_four(weigh(first, second, v_pair), v + x / 2);
  }
  for (; x < width; x += 2) {
    const int left = x * BYTES_PER_PIXEL;
    const int right = x + 1 < width ? left + BYTES_PER_PIXEL : left;
    int32_t block[3];
    for (int byte = 0; byte < 3; byte += 1) {
      block[byte] = top[left + byte] + top[right + byte] + bottom[left + byte] + bottom[right + byte];
    }
    u[x / 2] = chroma_of(block, weights->u);
    v[x / 2] = chroma_of(block, weights->v);
  }
}

/*
 * Converts rows of pixels whose bytes are R, G, B and one that is ignored, or B, G, R and that one. The number of rows
 * is even, but for the last rows of a picture of odd height.
 */
EXPORT(rgb_to_i420)
void rgb_to_i420(const uint8_t *pixels, int width, int rows, int is_bgr, uint8_t *y, uint8_t *u, uint8_t *v) {
  const Weights *weights = is_bgr ? &BGR : &RGB;
  const int stride = width * BYTES_PER_PIXEL;
  const int chroma_width = (width + 1) / 2;
  for (int row = 0; row < rows; row += 2) {
    const uint8_t *top = pixels + row * stride;
    const uint8_t *bottom = row + 1 < rows ? top + stride : top;
    luma_row(top, width, weights, y + row * width);
    if (row + 1 < rows) luma_row(bottom, width, weights, y + (row + 1) * width);
    chroma_row(top, bottom, width, weights, u + row / 2 * chroma_width, v + row / 2 * chroma_width);
  }
}
