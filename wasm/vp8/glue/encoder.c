/*
 * The encoder: libvpx' VP8 encoder for realtime use. The settings are those of the table in wasm/testing/README.md, in
 * the same order, so that packets equal those of a native build.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "layers.h"
#include "status.h"

enum { CLOCK_RATE = 90000 };

/* `src/encoder-settings.ts` writes these words in this order. */
typedef struct {
  int32_t width;
  int32_t height;
  int32_t kilobits;
  int32_t cpu_used;
  int32_t min_quantizer;
  int32_t max_quantizer;
  int32_t static_threshold;
  int32_t max_intra_percent;
  int32_t screen_content;
  int32_t key_frame_interval;
  int32_t layers;
  int32_t is_error_resilient;
} Settings;

/* `src/encoder.ts` reads these words in this order. The bytes live until the next call. */
typedef struct {
  const uint8_t *data;
  int32_t size;
  int32_t is_key;
  int32_t is_droppable;
  int32_t layer;
  int32_t quantizer;
  int32_t max_size;
} Packet;

typedef struct {
  Settings wanted;
  Packet packet;
  Settings applied;
  int is_open;
  int needs_key_frame;
  unsigned int position;
  vpx_codec_ctx_t codec;
  vpx_codec_enc_cfg_t config;
} Encoder;

static void close_codec(Encoder *encoder) {
  if (encoder->is_open) vpx_codec_destroy(&encoder->codec);
  encoder->is_open = 0;
}

static void configure(Encoder *encoder) {
  vpx_codec_enc_cfg_t *config = &encoder->config;
  const Settings *wanted = &encoder->wanted;
  vpx_codec_enc_config_default(vpx_codec_vp8_cx(), config, 0);
  config->g_w = (unsigned int)wanted->width;
  config->g_h = (unsigned int)wanted->height;
  config->g_timebase.num = 1;
  config->g_timebase.den = CLOCK_RATE;
  config->g_pass = VPX_RC_ONE_PASS;
  config->g_lag_in_frames = 0;
  config->g_threads = 1;
  config->g_profile = 0;
  config->g_error_resilient = wanted->is_error_resilient ? VPX_ERROR_RESILIENT_DEFAULT : 0;
  config->rc_end_usage = VPX_CBR;
  config->rc_dropframe_thresh = 0;
  config->rc_resize_allowed = 0;
  config->rc_undershoot_pct = 100;
  config->rc_overshoot_pct = 15;
  config->rc_buf_initial_sz = 500;
  config->rc_buf_optimal_sz = 600;
  config->rc_buf_sz = 1000;
  config->kf_mode = wanted->key_frame_interval == 0 ? VPX_KF_DISABLED : VPX_KF_AUTO;
  if (wanted->key_frame_interval > 0) {
    config->kf_min_dist = 0;
    config->kf_max_dist = (unsigned int)wanted->key_frame_interval;
  }
  configure_layers(config, (unsigned int)wanted->layers);
}

static void configure_rates(Encoder *encoder) {
  encoder->config.rc_min_quantizer = (unsigned int)encoder->wanted.min_quantizer;
  encoder->config.rc_max_quantizer = (unsigned int)encoder->wanted.max_quantizer;
  set_bitrate(&encoder->config, (unsigned int)encoder->wanted.kilobits);
}

static Status set_control(Encoder *encoder, int control, int value) {
  return status_of(vpx_codec_control_(&encoder->codec, control, value));
}

static Status set_controls(Encoder *encoder) {
  const Settings *wanted = &encoder->wanted;
  const struct {
    int control;
    int value;
  } controls[] = {
      {VP8E_SET_CPUUSED, wanted->cpu_used},
      {VP8E_SET_STATIC_THRESHOLD, wanted->static_threshold},
      {VP8E_SET_NOISE_SENSITIVITY, 0},
      {VP8E_SET_TOKEN_PARTITIONS, VP8_ONE_TOKENPARTITION},
      {VP8E_SET_MAX_INTRA_BITRATE_PCT, wanted->max_intra_percent},
      {VP8E_SET_GF_CBR_BOOST_PCT, 0},
      {VP8E_SET_SCREEN_CONTENT_MODE, wanted->screen_content},
  };
  for (size_t index = 0; index < sizeof controls / sizeof *controls; index += 1) {
    const Status status = set_control(encoder, controls[index].control, controls[index].value);
    if (status != STATUS_OK) return status;
  }
  return STATUS_OK;
}

/* A new encoder without a codec, or NULL if there is no memory. */
EXPORT(encoder_new) Encoder *encoder_new(void) { return calloc(1, sizeof(Encoder)); }

/* Opens the codec with the wanted settings, in place of the one before. Without success there is none. */
EXPORT(encoder_open) Status encoder_open(Encoder *encoder) {
  close_codec(encoder);
  memset(&encoder->packet, 0, sizeof encoder->packet);
  configure(encoder);
  configure_rates(encoder);
  Status status = status_of(vpx_codec_enc_init(&encoder->codec, vpx_codec_vp8_cx(), &encoder->config, 0));
  if (status != STATUS_OK) return status;
  encoder->is_open = 1;
  status = set_controls(encoder);
  if (status != STATUS_OK) {
    close_codec(encoder);
    return status;
  }
  encoder->applied = encoder->wanted;
  encoder->position = 0;
  encoder->needs_key_frame = 0;
  encoder->packet.max_size = encoder->wanted.width * encoder->wanted.height * 3;
  if (encoder->packet.max_size < 32768) encoder->packet.max_size = 32768;
  return STATUS_OK;
}

/*
 * After a fall of the bitrate libvpx spends what it believes to have saved, at the quantizers of before: it goes on for half a
 * second as if nothing had changed. With a nearly empty buffer it keeps to the new bitrate from the first picture on.
 */
static vpx_codec_err_t empty_buffer(Encoder *encoder) {
  const unsigned int size = encoder->config.rc_buf_sz;
  encoder->config.rc_buf_sz = encoder->config.rc_buf_optimal_sz / 4;
  const vpx_codec_err_t error = vpx_codec_enc_config_set(&encoder->codec, &encoder->config);
  encoder->config.rc_buf_sz = size;
  return error;
}

/* Changes those settings of the open codec that it can change: bitrate, quantizers and controls. */
EXPORT(encoder_change) Status encoder_change(Encoder *encoder) {
  if (!encoder->is_open) return STATUS_FAILED;
  const Settings *wanted = &encoder->wanted;
  Settings *applied = &encoder->applied;
  if (wanted->kilobits != applied->kilobits || wanted->min_quantizer != applied->min_quantizer ||
      wanted->max_quantizer != applied->max_quantizer) {
    configure_rates(encoder);
    const int has_fallen = wanted->kilobits < applied->kilobits - applied->kilobits / 4;
    vpx_codec_err_t error = has_fallen ? empty_buffer(encoder) : VPX_CODEC_OK;
    if (error == VPX_CODEC_OK) error = vpx_codec_enc_config_set(&encoder->codec, &encoder->config);
    if (error != VPX_CODEC_OK) return status_of(error);
    applied->kilobits = wanted->kilobits;
    applied->min_quantizer = wanted->min_quantizer;
    applied->max_quantizer = wanted->max_quantizer;
  }
  const struct {
    int control;
    int32_t wanted;
    int32_t *applied;
  } changes[] = {
      {VP8E_SET_CPUUSED, wanted->cpu_used, &applied->cpu_used},
      {VP8E_SET_STATIC_THRESHOLD, wanted->static_threshold, &applied->static_threshold},
      {VP8E_SET_MAX_INTRA_BITRATE_PCT, wanted->max_intra_percent, &applied->max_intra_percent},
      {VP8E_SET_SCREEN_CONTENT_MODE, wanted->screen_content, &applied->screen_content},
  };
  for (size_t index = 0; index < sizeof changes / sizeof *changes; index += 1) {
    if (changes[index].wanted == *changes[index].applied) continue;
    const Status status = set_control(encoder, changes[index].control, changes[index].wanted);
    if (status != STATUS_OK) return status;
    *changes[index].applied = changes[index].wanted;
  }
  return STATUS_OK;
}

/* Packs what the codec has made of a frame; nothing, if it has dropped it. */
static void take_packet(Encoder *encoder, unsigned int layer) {
  Packet *packet = &encoder->packet;
  vpx_codec_iter_t iterator = NULL;
  const vpx_codec_cx_pkt_t *made = vpx_codec_get_cx_data(&encoder->codec, &iterator);
  while (made != NULL && made->kind != VPX_CODEC_CX_FRAME_PKT) made = vpx_codec_get_cx_data(&encoder->codec, &iterator);
  if (made == NULL) return;
  packet->data = made->data.frame.buf;
  packet->size = (int32_t)made->data.frame.sz;
  packet->is_key = (made->data.frame.flags & VPX_FRAME_IS_KEY) != 0;
  packet->is_droppable = (made->data.frame.flags & VPX_FRAME_IS_DROPPABLE) != 0;
  packet->layer = packet->is_key ? 0 : (int32_t)layer;
  vpx_codec_control(&encoder->codec, VP8E_GET_LAST_QUANTIZER_64, &packet->quantizer);
}

/*
 * Encodes the picture of the codec's size whose planes are at these addresses: I420, or NV12 if `v` is `u` + 1. Times are in
 * ticks of 1/90000 s.
 */
EXPORT(encoder_encode)
Status encoder_encode(Encoder *encoder, uint8_t *y, uint8_t *u, uint8_t *v, int y_stride, int chroma_stride, int is_nv12,
                      double time, int duration, int is_key_wanted) {
  memset(&encoder->packet, 0, offsetof(Packet, max_size));
  if (!encoder->is_open) return STATUS_FAILED;
  vpx_image_t image;
  const vpx_img_fmt_t format = is_nv12 ? VPX_IMG_FMT_NV12 : VPX_IMG_FMT_I420;
  const vpx_codec_enc_cfg_t *config = &encoder->config;
  if (vpx_img_wrap(&image, format, config->g_w, config->g_h, 1, y) == NULL) return STATUS_INVALID_ARGUMENT;
  image.planes[VPX_PLANE_Y] = y;
  image.planes[VPX_PLANE_U] = u;
  image.planes[VPX_PLANE_V] = v;
  image.stride[VPX_PLANE_Y] = y_stride;
  image.stride[VPX_PLANE_U] = chroma_stride;
  image.stride[VPX_PLANE_V] = chroma_stride;

  const LayerPattern *pattern = layer_pattern((unsigned int)encoder->applied.layers);
  const int is_key_forced = is_key_wanted || encoder->needs_key_frame;
  if (is_key_forced) encoder->position = 0;
  const unsigned int layer = pattern->layer[encoder->position];
  vpx_enc_frame_flags_t flags = is_key_forced ? VPX_EFLAG_FORCE_KF : 0;
  if (pattern->period > 1) {
    const Status status = set_control(encoder, VP8E_SET_TEMPORAL_LAYER_ID, (int)layer);
    if (status != STATUS_OK) return status;
    flags |= pattern->flags[encoder->position];
  }
  const vpx_codec_err_t error = vpx_codec_encode(&encoder->codec, &image, (vpx_codec_pts_t)time, (unsigned long)duration,
                                                 flags, VPX_DL_REALTIME);
  /* A frame that broke off may have changed the references. */
  encoder->needs_key_frame = error != VPX_CODEC_OK;
  if (error == VPX_CODEC_MEM_ERROR) return STATUS_OUT_OF_MEMORY;
  if (error != VPX_CODEC_OK) return STATUS_FAILED;
  take_packet(encoder, layer);
  if (encoder->packet.is_key) encoder->position = 0;
  encoder->position = (encoder->position + 1) % pattern->period;
  return STATUS_OK;
}

/* What went wrong in the last call, in English, or NULL. */
EXPORT(encoder_detail) const char *encoder_detail(Encoder *encoder) { return vpx_codec_error_detail(&encoder->codec); }

EXPORT(encoder_delete) void encoder_delete(Encoder *encoder) {
  close_codec(encoder);
  free(encoder);
}
