#include "layers.h"

#include <vpx/vp8cx.h>

#define REFER_TO_LAST (VP8_EFLAG_NO_REF_GF | VP8_EFLAG_NO_REF_ARF)
#define UPDATE_LAST (VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF)
#define UPDATE_GOLDEN (VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_ARF)
#define UPDATE_NOTHING (VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF)

/* The last frame is always of layer 0, the golden frame of layer 1: so no frame refers to one of a higher layer. */
static const LayerPattern PATTERNS[MAX_LAYERS] = {
    {.period = 1, .layer = {0}, .flags = {0}},
    {.period = 2, .layer = {0, 1}, .flags = {REFER_TO_LAST | UPDATE_LAST, REFER_TO_LAST | UPDATE_NOTHING}},
    {.period = 4,
     .layer = {0, 2, 1, 2},
     .flags = {REFER_TO_LAST | UPDATE_LAST, REFER_TO_LAST | UPDATE_NOTHING, REFER_TO_LAST | UPDATE_GOLDEN,
               VP8_EFLAG_NO_REF_ARF | UPDATE_NOTHING}},
};

/* Percent of the bitrate that a layer gets together with those below it. */
static const unsigned int SHARES[MAX_LAYERS][MAX_LAYERS] = {{100}, {60, 100}, {40, 60, 100}};

const LayerPattern *layer_pattern(unsigned int layers) { return &PATTERNS[layers - 1]; }

void configure_layers(vpx_codec_enc_cfg_t *config, unsigned int layers) {
  if (layers == 1) return;
  const LayerPattern *pattern = layer_pattern(layers);
  config->ts_number_layers = layers;
  config->ts_periodicity = pattern->period;
  for (unsigned int frame = 0; frame < pattern->period; frame += 1) config->ts_layer_id[frame] = pattern->layer[frame];
  for (unsigned int layer = 0; layer < layers; layer += 1) config->ts_rate_decimator[layer] = 1u << (layers - 1 - layer);
}

void set_bitrate(vpx_codec_enc_cfg_t *config, unsigned int kilobits) {
  const unsigned int layers = config->ts_number_layers;
  config->rc_target_bitrate = kilobits;
  if (layers == 1) return;
  for (unsigned int layer = 0; layer < layers; layer += 1) {
    config->ts_target_bitrate[layer] = (unsigned int)((uint64_t)kilobits * SHARES[layers - 1][layer] / 100);
  }
}
