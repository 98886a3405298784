/*
 * silk_resampler_private_IIR_FIR: the input doubled in rate, then interpolated by filters of eight taps, one for each twelfth
 * of a sample. The sum of products, made of 16-bit integers, never overflows, so that its order does not matter.
 */
#include <wasm_simd128.h>

#include "SigProc_FIX.h"
#include "resampler_private.h"
#include "resampler_rom.h"

enum { PHASES = 12, TAPS = RESAMPLER_ORDER_FIR_12 };

/* The table has the first half of each filter; the second is the mirrored first half of the opposite phase. */
static v128_t filter_of_phase(int phase) {
  const v128_t first = wasm_v128_load64_zero(silk_resampler_frac_FIR_12[phase]);
  const v128_t opposite = wasm_v128_load64_zero(silk_resampler_frac_FIR_12[PHASES - 1 - phase]);
  return wasm_i16x8_shuffle(first, opposite, 0, 1, 2, 3, 11, 10, 9, 8);
}

static opus_int16 *interpolate(opus_int16 *out, const opus_int16 *in, opus_int32 end_Q16, opus_int32 step_Q16) {
  v128_t filters[PHASES];
  for (int phase = 0; phase < PHASES; phase += 1) filters[phase] = filter_of_phase(phase);
  for (opus_int32 at_Q16 = 0; at_Q16 < end_Q16; at_Q16 += step_Q16) {
    const v128_t samples = wasm_v128_load(in + (at_Q16 >> 16));
    v128_t sums = wasm_i32x4_dot_i16x8(samples, filters[((at_Q16 & 0xFFFF) * PHASES) >> 16]);
    sums = wasm_i32x4_add(sums, wasm_i32x4_shuffle(sums, sums, 2, 3, 0, 1));
    const opus_int32 sum_Q15 = wasm_i32x4_extract_lane(sums, 0) + wasm_i32x4_extract_lane(sums, 1);
    *out++ = (opus_int16)silk_SAT16(silk_RSHIFT_ROUND(sum_Q15, 15));
  }
  return out;
}

void silk_resampler_private_IIR_FIR(void *SS, opus_int16 out[], const opus_int16 in[], opus_int32 inLen) {
  silk_resampler_state_struct *state = SS;
  opus_int16 doubled[2 * RESAMPLER_MAX_BATCH_SIZE_IN + TAPS];
  opus_int32 batch;
  silk_memcpy(doubled, state->sFIR.i16, TAPS * sizeof *doubled);
  for (;;) {
    batch = silk_min(inLen, state->batchSize);
    silk_resampler_private_up2_HQ(state->sIIR, doubled + TAPS, in, batch);
    out = interpolate(out, doubled, batch << 17, state->invRatio_Q16);
    in += batch;
    inLen -= batch;
    if (inLen <= 0) break;
    silk_memcpy(doubled, doubled + 2 * batch, TAPS * sizeof *doubled);
  }
  silk_memcpy(state->sFIR.i16, doubled + 2 * batch, TAPS * sizeof *doubled);
}
