/*
 * silk_inner_product_FLP: the products of four samples, which are exact in double precision, are added up before they are
 * added to the result. Here this is done for two such groups at a time, one in each lane.
 */
#include <wasm_simd128.h>

#include "SigProc_FLP.h"

/* Sample `index` of both groups. */
#define PAIR(first, second, index) \
  wasm_f64x2_promote_low_f32x4(wasm_i32x4_shuffle(first, second, index, index + 4, index, index + 4))

double silk_inner_product_FLP(const silk_float *data1, const silk_float *data2, opus_int dataSize) {
  double result = 0;
  int index = 0;
  for (; index < dataSize - 7; index += 8) {
    const v128_t a = wasm_v128_load(data1 + index), b = wasm_v128_load(data1 + index + 4);
    const v128_t c = wasm_v128_load(data2 + index), d = wasm_v128_load(data2 + index + 4);
    v128_t sum = wasm_f64x2_mul(PAIR(a, b, 0), PAIR(c, d, 0));
    sum = wasm_f64x2_add(sum, wasm_f64x2_mul(PAIR(a, b, 1), PAIR(c, d, 1)));
    sum = wasm_f64x2_add(sum, wasm_f64x2_mul(PAIR(a, b, 2), PAIR(c, d, 2)));
    sum = wasm_f64x2_add(sum, wasm_f64x2_mul(PAIR(a, b, 3), PAIR(c, d, 3)));
    result += wasm_f64x2_extract_lane(sum, 0);
    result += wasm_f64x2_extract_lane(sum, 1);
  }
  for (; index < dataSize - 3; index += 4) {
    result += data1[index] * (double)data2[index] + data1[index + 1] * (double)data2[index + 1] +
              data1[index + 2] * (double)data2[index + 2] + data1[index + 3] * (double)data2[index + 3];
  }
  for (; index < dataSize; index += 1) result += data1[index] * (double)data2[index];
  return result;
}
