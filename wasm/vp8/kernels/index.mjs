/**
 * Functions of libvpx that have a kernel here, by the name that its vp8_rtcd.h and vpx_dsp_rtcd.h define; the kernel of NAME is
 * the C function NAME_wasm.
 */
export const KERNELS = [
  ...['mbv', 'mbh', 'bv', 'bh'].map((edge) => `vp8_loop_filter_${edge}`),
  ...['mbv', 'mbh', 'bv', 'bh'].map((edge) => `vp8_loop_filter_simple_${edge}`),
  ...['fdct4x4', 'fdct8x4', 'walsh4x4', 'idct4x4llm', 'inv_walsh4x4'].map((name) => `vp8_short_${name}`),
  'vp8_dc_only_idct_add',
  ...['', '_y_block', '_uv_block'].map((blocks) => `vp8_dequant_idct_add${blocks}`),
  ...['vp8_fast_quantize_b', 'vp8_regular_quantize_b', 'vp8_dequantize_b'],
  ...['16x16', '8x8', '8x4', '4x4'].map((size) => `vp8_sixtap_predict${size}`),
  ...['16x16', '8x8', '8x4', '4x4'].map((size) => `vp8_bilinear_predict${size}`),
  ...['16x16', '8x8', '8x4'].map((size) => `vp8_copy_mem${size}`),
  'vp8_copy32xn',
  ...['dc', 'dc_top', 'dc_left', 'dc_128', 'v', 'h', 'tm'].flatMap((mode) => [
    `vpx_${mode}_predictor_16x16`,
    `vpx_${mode}_predictor_8x8`,
  ]),
  ...['16x16', '8x8'].flatMap((size) => [`vpx_variance${size}`, `vpx_sub_pixel_variance${size}`]),
  ...['vpx_sad16x16', 'vpx_mse16x16', 'vpx_get4x4sse_cs', 'vpx_subtract_block'],
];
