// Loop filters, equal to vp8_loop_filter_{mbv,mbh,bv,bh}_c and the simple ones of vp8/common/loopfilter_filters.c (RFC
// 6386 §15).
//
// The reference computes in int and clamps to signed char after each step; here the steps are saturating 8-bit
// operations. clamp(f + 3 * (q0 - p0)) equals three saturating additions of d = clamp(q0 - p0): they all go one way, so
// once a partial sum saturates the true sum is beyond the limit too, and where d itself was clamped (|q0 - p0| > 127)
// three times 127 carry any f to the limit, as the true difference does.
#include "simd.h"

#include "vp8/common/loopfilter.h"

typedef struct {
  v128_t p3, p2, p1, p0, q0, q1, q2, q3;
} edge;

INLINE_ALWAYS v128_t signed8(v128_t v) { return wasm_v128_xor(v, wasm_i8x16_splat(-128)); }

// abs(p0 - q0) * 2 + abs(p1 - q1) / 2 minus the limit, or 0: saturation at 255 is harmless, since no limit exceeds 193.
INLINE_ALWAYS v128_t over_edge_limit(const edge *e, v128_t limit) {
  const v128_t inner = abs_diff(e->p0, e->q0);
  const v128_t outer = wasm_u8x16_shr(abs_diff(e->p1, e->q1), 1);
  return wasm_u8x16_sub_sat(wasm_u8x16_add_sat(wasm_u8x16_add_sat(inner, inner), outer), limit);
}

// vp8_filter_mask: all ones where the edge is to be filtered; *smooth gets the inverse of vp8_hevmask.
INLINE_ALWAYS v128_t filter_mask(const edge *e, const uint8_t *edge_limit, const loop_filter_info *info,
                                 v128_t *smooth) {
  const v128_t zero = wasm_i8x16_splat(0);
  const v128_t variance = wasm_u8x16_max(abs_diff(e->p1, e->p0), abs_diff(e->q1, e->q0));
  v128_t step = wasm_u8x16_max(abs_diff(e->p3, e->p2), abs_diff(e->p2, e->p1));
  step = wasm_u8x16_max(step, wasm_u8x16_max(abs_diff(e->q3, e->q2), abs_diff(e->q2, e->q1)));
  step = wasm_u8x16_sub_sat(wasm_u8x16_max(step, variance), wasm_v128_load8_splat(info->lim));
  *smooth = wasm_i8x16_eq(wasm_u8x16_sub_sat(variance, wasm_v128_load8_splat(info->hev_thr)), zero);
  return wasm_i8x16_eq(wasm_v128_or(step, over_edge_limit(e, wasm_v128_load8_splat(edge_limit))), zero);
}

// clamp(f + add) >> 3, plus 16 to stay unsigned: flipping the sign bit turns the signed saturation into the unsigned
// one.
INLINE_ALWAYS v128_t rounded_eighth_plus_16(v128_t f, int add) {
  return wasm_u8x16_shr(wasm_u8x16_add_sat(signed8(f), wasm_i8x16_splat((int8_t)add)), 3);
}

INLINE_ALWAYS v128_t add_three_times(v128_t f, v128_t d) {
  return wasm_i8x16_add_sat(wasm_i8x16_add_sat(wasm_i8x16_add_sat(f, d), d), d);
}

// vp8_filter, on pixels already made signed; changes p1, p0, q0 and q1.
INLINE_ALWAYS void inner_filter(edge *e, v128_t mask, v128_t smooth) {
  const v128_t p1 = signed8(e->p1), p0 = signed8(e->p0), q0 = signed8(e->q0), q1 = signed8(e->q1);
  const v128_t sixteen = wasm_i8x16_splat(16);
  v128_t f = wasm_v128_andnot(wasm_i8x16_sub_sat(p1, q1), smooth);
  f = wasm_v128_and(add_three_times(f, wasm_i8x16_sub_sat(q0, p0)), mask);
  const v128_t down = rounded_eighth_plus_16(f, 4), up = rounded_eighth_plus_16(f, 3);
  e->q0 = signed8(wasm_i8x16_sub_sat(q0, wasm_i8x16_sub(down, sixteen)));
  e->p0 = signed8(wasm_i8x16_add_sat(p0, wasm_i8x16_sub(up, sixteen)));
  // (down + 1) >> 1 of the signed value: the rounding average with 0 gives it plus 8.
  f = wasm_i8x16_sub(wasm_u8x16_avgr(down, wasm_i8x16_splat(0)), wasm_i8x16_splat(8));
  f = wasm_v128_and(f, smooth);
  e->q1 = signed8(wasm_i8x16_sub_sat(q1, f));
  e->p1 = signed8(wasm_i8x16_add_sat(p1, f));
}

// vp8_mbfilter; changes p2 to q2. (63 + 27 * f) >> 7 stays within +-27, so the reference's clamp of it does nothing.
INLINE_ALWAYS void macroblock_filter(edge *e, v128_t mask, v128_t smooth) {
  const v128_t p2 = signed8(e->p2), p1 = signed8(e->p1), q1 = signed8(e->q1), q2 = signed8(e->q2);
  v128_t p0 = signed8(e->p0), q0 = signed8(e->q0);
  const v128_t sixteen = wasm_i8x16_splat(16);
  v128_t f = wasm_v128_and(add_three_times(wasm_i8x16_sub_sat(p1, q1), wasm_i8x16_sub_sat(q0, p0)), mask);
  const v128_t rough = wasm_v128_andnot(f, smooth);
  q0 = wasm_i8x16_sub_sat(q0, wasm_i8x16_sub(rounded_eighth_plus_16(rough, 4), sixteen));
  p0 = wasm_i8x16_add_sat(p0, wasm_i8x16_sub(rounded_eighth_plus_16(rough, 3), sixteen));
  f = wasm_v128_and(f, smooth);
  const v128_t nine = wasm_i16x8_splat(9), round = wasm_i16x8_splat(63);
  const v128_t low9 = wasm_i16x8_mul(wasm_i16x8_extend_low_i8x16(f), nine);
  const v128_t high9 = wasm_i16x8_mul(wasm_i16x8_extend_high_i8x16(f), nine);
  v128_t low = wasm_i16x8_add(low9, round), high = wasm_i16x8_add(high9, round);
  v128_t u = wasm_i8x16_narrow_i16x8(wasm_i16x8_shr(low, 7), wasm_i16x8_shr(high, 7));
  e->q2 = signed8(wasm_i8x16_sub_sat(q2, u));
  e->p2 = signed8(wasm_i8x16_add_sat(p2, u));
  low = wasm_i16x8_add(low, low9);
  high = wasm_i16x8_add(high, high9);
  u = wasm_i8x16_narrow_i16x8(wasm_i16x8_shr(low, 7), wasm_i16x8_shr(high, 7));
  e->q1 = signed8(wasm_i8x16_sub_sat(q1, u));
  e->p1 = signed8(wasm_i8x16_add_sat(p1, u));
  low = wasm_i16x8_add(low, low9);
  high = wasm_i16x8_add(high, high9);
  u = wasm_i8x16_narrow_i16x8(wasm_i16x8_shr(low, 7), wasm_i16x8_shr(high, 7));
  e->q0 = signed8(wasm_i8x16_sub_sat(q0, u));
  e->p0 = signed8(wasm_i8x16_add_sat(p0, u));
}

// vp8_simple_filter with its mask; changes p0 and q0.
INLINE_ALWAYS void simple_filter(edge *e, const uint8_t *limit) {
  const v128_t p1 = signed8(e->p1), p0 = signed8(e->p0), q0 = signed8(e->q0), q1 = signed8(e->q1);
  const v128_t sixteen = wasm_i8x16_splat(16);
  const v128_t mask = wasm_i8x16_eq(over_edge_limit(e, wasm_v128_load8_splat(limit)), wasm_i8x16_splat(0));
  const v128_t f = wasm_v128_and(add_three_times(wasm_i8x16_sub_sat(p1, q1), wasm_i8x16_sub_sat(q0, p0)), mask);
  e->q0 = signed8(wasm_i8x16_sub_sat(q0, wasm_i8x16_sub(rounded_eighth_plus_16(f, 4), sixteen)));
  e->p0 = signed8(wasm_i8x16_add_sat(p0, wasm_i8x16_sub(rounded_eighth_plus_16(f, 3), sixteen)));
}

// One round of a byte transpose: interleaves each vector of the first half with its peer in the second half. It rotates
// the bits of (vector, lane), read as one number, left by one; a transpose is as many rounds as the column number has
// bits.
INLINE_ALWAYS void zip_halves(v128_t *v, int count) {
  v128_t out[16];
  for (int i = 0; i < count / 2; ++i) {
    out[2 * i] = ZIP8_LOW(v[i], v[i + count / 2]);
    out[2 * i + 1] = ZIP8_HIGH(v[i], v[i + count / 2]);
  }
  for (int i = 0; i < count; ++i) v[i] = out[i];
}

// Eight columns of sixteen rows of eight pixels, eight rows at a and eight at b.
INLINE_ALWAYS void load_columns(v128_t *v, const uint8_t *a, const uint8_t *b, int stride) {
  for (int i = 0; i < 8; ++i) v[i] = ZIP8_LOW(LOAD8(a + i * stride), LOAD8(b + i * stride));
  for (int round = 0; round < 3; ++round) zip_halves(v, 8);
}

// The reverse of load_columns.
INLINE_ALWAYS void store_columns(v128_t *v, uint8_t *a, uint8_t *b, int stride) {
  for (int round = 0; round < 3; ++round) zip_halves(v, 8);
  for (int i = 0; i < 4; ++i) {
    STORE8(a + 2 * i * stride, v[i]);
    STORE8_HIGH(a + (2 * i + 1) * stride, v[i]);
    STORE8(b + 2 * i * stride, v[i + 4]);
    STORE8_HIGH(b + (2 * i + 1) * stride, v[i + 4]);
  }
}

INLINE_ALWAYS edge edge_of(const v128_t *v) { return (edge){v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]}; }

INLINE_ALWAYS void filter_inner_vectors(v128_t *v, const loop_filter_info *info) {
  edge e = edge_of(v);
  v128_t smooth;
  const v128_t mask = filter_mask(&e, info->blim, info, &smooth);
  inner_filter(&e, mask, smooth);
  v[2] = e.p1;
  v[3] = e.p0;
  v[4] = e.q0;
  v[5] = e.q1;
}

INLINE_ALWAYS void filter_macroblock_vectors(v128_t *v, const loop_filter_info *info) {
  edge e = edge_of(v);
  v128_t smooth;
  const v128_t mask = filter_mask(&e, info->mblim, info, &smooth);
  macroblock_filter(&e, mask, smooth);
  v[1] = e.p2;
  v[2] = e.p1;
  v[3] = e.p0;
  v[4] = e.q0;
  v[5] = e.q1;
  v[6] = e.q2;
}

INLINE_ALWAYS void load_rows(v128_t *v, const uint8_t *first, int stride) {
  for (int i = 0; i < 8; ++i) v[i] = LOAD16(first + i * stride);
}

// Eight rows of eight pixels of each chroma plane, side by side.
INLINE_ALWAYS void load_chroma_rows(v128_t *v, const uint8_t *u_first, const uint8_t *v_first, int stride) {
  for (int i = 0; i < 8; ++i) v[i] = wasm_v128_load64_lane(v_first + i * stride, LOAD8(u_first + i * stride), 1);
}

INLINE_ALWAYS void store_rows(const v128_t *v, uint8_t *first, int stride, int from, int to) {
  for (int i = from; i <= to; ++i) STORE16(first + i * stride, v[i]);
}

INLINE_ALWAYS void store_chroma_rows(const v128_t *v, uint8_t *u_first, uint8_t *v_first, int stride, int from,
                                     int to) {
  for (int i = from; i <= to; ++i) {
    STORE8(u_first + i * stride, v[i]);
    STORE8_HIGH(v_first + i * stride, v[i]);
  }
}

NEVER_INLINE void filter_macroblock_columns(uint8_t *a, uint8_t *b, int stride, const loop_filter_info *info) {
  v128_t columns[8];
  load_columns(columns, a, b, stride);
  filter_macroblock_vectors(columns, info);
  store_columns(columns, a, b, stride);
}

// The macroblock edges; the callers give both chroma planes or, to filter luma alone, neither.
void vp8_loop_filter_mbv_wasm(unsigned char *y_ptr, unsigned char *u_ptr, unsigned char *v_ptr, int y_stride,
                              int uv_stride, loop_filter_info *lfi) {
  filter_macroblock_columns(y_ptr - 4, y_ptr - 4 + 8 * y_stride, y_stride, lfi);
  if (u_ptr) filter_macroblock_columns(u_ptr - 4, v_ptr - 4, uv_stride, lfi);
}

void vp8_loop_filter_mbh_wasm(unsigned char *y_ptr, unsigned char *u_ptr, unsigned char *v_ptr, int y_stride,
                              int uv_stride, loop_filter_info *lfi) {
  v128_t rows[8];
  load_rows(rows, y_ptr - 4 * y_stride, y_stride);
  filter_macroblock_vectors(rows, lfi);
  store_rows(rows, y_ptr - 4 * y_stride, y_stride, 1, 6);
  if (!u_ptr) return;
  load_chroma_rows(rows, u_ptr - 4 * uv_stride, v_ptr - 4 * uv_stride, uv_stride);
  filter_macroblock_vectors(rows, lfi);
  store_chroma_rows(rows, u_ptr - 4 * uv_stride, v_ptr - 4 * uv_stride, uv_stride, 1, 6);
}

// The inner edges at columns 4, 8 and 12: one transpose of the macroblock serves the three.
void vp8_loop_filter_bv_wasm(unsigned char *y_ptr, unsigned char *u_ptr, unsigned char *v_ptr, int y_stride,
                             int uv_stride, loop_filter_info *lfi) {
  v128_t columns[16];
  for (int i = 0; i < 16; ++i) columns[i] = LOAD16(y_ptr + i * y_stride);
  for (int round = 0; round < 4; ++round) zip_halves(columns, 16);
  for (int column = 0; column < 12; column += 4) filter_inner_vectors(columns + column, lfi);
  for (int round = 0; round < 4; ++round) zip_halves(columns, 16);
  for (int i = 0; i < 16; ++i) STORE16(y_ptr + i * y_stride, columns[i]);
  if (!u_ptr) return;
  load_columns(columns, u_ptr, v_ptr, uv_stride);
  filter_inner_vectors(columns, lfi);
  store_columns(columns, u_ptr, v_ptr, uv_stride);
}

void vp8_loop_filter_bh_wasm(unsigned char *y_ptr, unsigned char *u_ptr, unsigned char *v_ptr, int y_stride,
                             int uv_stride, loop_filter_info *lfi) {
  v128_t rows[8];
  ROLLED
  for (int row = 0; row < 12; row += 4) {
    load_rows(rows, y_ptr + row * y_stride, y_stride);
    filter_inner_vectors(rows, lfi);
    store_rows(rows, y_ptr + row * y_stride, y_stride, 2, 5);
  }
  if (!u_ptr) return;
  load_chroma_rows(rows, u_ptr, v_ptr, uv_stride);
  filter_inner_vectors(rows, lfi);
  store_chroma_rows(rows, u_ptr, v_ptr, uv_stride, 2, 5);
}

NEVER_INLINE void simple_rows(uint8_t *q0, int stride, const uint8_t *limit) {
  edge e = {.p1 = LOAD16(q0 - 2 * stride), .p0 = LOAD16(q0 - stride), .q0 = LOAD16(q0), .q1 = LOAD16(q0 + stride)};
  simple_filter(&e, limit);
  STORE16(q0 - stride, e.p0);
  STORE16(q0, e.q0);
}

// Sixteen rows of the four pixels p1 to q1, transposed; only those bytes are read and written.
NEVER_INLINE void simple_columns(uint8_t *q0, int stride, const uint8_t *limit) {
  v128_t v[4];
  for (int i = 0; i < 4; ++i) {
    const uint8_t *row = q0 - 2 + i * stride;
    const v128_t a = ZIP8_LOW(LOAD4(row), LOAD4(row + 8 * stride));
    const v128_t b = ZIP8_LOW(LOAD4(row + 4 * stride), LOAD4(row + 12 * stride));
    v[i] = ZIP8_LOW(a, b);
  }
  for (int round = 0; round < 2; ++round) zip_halves(v, 4);
  edge e = {.p1 = v[0], .p0 = v[1], .q0 = v[2], .q1 = v[3]};
  simple_filter(&e, limit);
  v[1] = e.p0;
  v[2] = e.q0;
  for (int round = 0; round < 2; ++round) zip_halves(v, 4);
  for (int i = 0; i < 4; ++i) {
    uint8_t *row = q0 - 2 + 4 * i * stride;
    STORE4(row, v[i], 0);
    STORE4(row + stride, v[i], 1);
    STORE4(row + 2 * stride, v[i], 2);
    STORE4(row + 3 * stride, v[i], 3);
  }
}

void vp8_loop_filter_simple_mbh_wasm(unsigned char *y_ptr, int y_stride, const unsigned char *blimit) {
  simple_rows(y_ptr, y_stride, blimit);
}

void vp8_loop_filter_simple_mbv_wasm(unsigned char *y_ptr, int y_stride, const unsigned char *blimit) {
  simple_columns(y_ptr, y_stride, blimit);
}

void vp8_loop_filter_simple_bh_wasm(unsigned char *y_ptr, int y_stride, const unsigned char *blimit) {
  ROLLED
  for (int row = 4; row < 16; row += 4) simple_rows(y_ptr + row * y_stride, y_stride, blimit);
}

void vp8_loop_filter_simple_bv_wasm(unsigned char *y_ptr, int y_stride, const unsigned char *blimit) {
  ROLLED
  for (int column = 4; column < 16; column += 4) simple_columns(y_ptr + column, y_stride, blimit);
}
