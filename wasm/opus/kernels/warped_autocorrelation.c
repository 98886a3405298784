/*
 * silk_warped_autocorrelation_FLP: a sample runs through `order` allpass sections in turn, each of which needs the one
 * before and its own state; in the same order, it is correlated with the output of each. Here two neighbouring sections
 * make a vector, of which the second is one sample behind, and each further pair is two samples behind the pair before it.
 * So all pairs of a step are independent of each other, while every sum is made in the order of the reference.
 */
#include <wasm_simd128.h>

#include "SigProc_FLP.h"
#include "main_FLP.h"

enum { MAX_PAIRS = MAX_SHAPE_LPC_ORDER / 2 };

typedef struct {
  v128_t output;
  v128_t input;
  v128_t sum;
} Pair;

void silk_warped_autocorrelation_FLP(silk_float *corr, const silk_float *input, const silk_float warping,
                                     const opus_int length, const opus_int order) {
  const int pairs = order / 2;
  const v128_t warp = wasm_f64x2_splat(warping);
  /* Newest sample first, with silence before and after: a vector is a sample and the one before it. */
  double reversed[SHAPE_LPC_WIN_MAX + 2 * MAX_SHAPE_LPC_ORDER];
  double first_sum = 0;
  Pair pair[MAX_PAIRS];
  for (int index = 0; index < pairs; index += 1) {
    pair[index].output = pair[index].input = pair[index].sum = wasm_f64x2_const(0, 0);
  }
  for (int index = 0; index < order; index += 1) reversed[index] = reversed[order + length + index] = 0;
  for (int index = 0; index < length; index += 1) {
    const double sample = input[index];
    reversed[order + length - 1 - index] = sample;
    first_sum += sample * sample;
  }
  for (const double *now = reversed + order + length - 1; now > reversed; now -= 1) {
    v128_t before = wasm_v128_load64_splat(now);
    const double *samples = now;
    for (int index = 0; index < pairs; index += 1) {
      Pair *at = pair + index;
      const v128_t old = at->output;
      /* The output of the section before, for each of the two sections. */
      const v128_t fresh = wasm_i64x2_shuffle(before, old, 1, 2);
      const v128_t output = wasm_f64x2_add(at->input, wasm_f64x2_mul(warp, wasm_f64x2_sub(old, fresh)));
      at->sum = wasm_f64x2_add(at->sum, wasm_f64x2_mul(wasm_v128_load(samples), output));
      at->input = fresh;
      at->output = output;
      before = old;
      samples += 2;
    }
  }
  corr[0] = (silk_float)first_sum;
  for (int index = 0; index < pairs; index += 1) {
    corr[2 * index + 1] = (silk_float)wasm_f64x2_extract_lane(pair[index].sum, 0);
    corr[2 * index + 2] = (silk_float)wasm_f64x2_extract_lane(pair[index].sum, 1);
  }
}
