/*
 * Native VP8, for comparison: `encode` reads I420 frames and writes packets, `decode` the reverse. Arguments are KEY=VALUE;
 * the encoder's settings are those of the table in ../README.md.
 *
 * encode: packets out as words (little endian) of size and flags (1: key frame; layer << 8), then the bytes.
 * decode: packets in as a word of size, then the bytes; out for each packet the words status, width, height, FNV-1a of the
 *         I420 picture (all 0 but the status if there is none), with `raw=1` followed by the picture.
 * With `bench=1` either writes CPU times as JSON instead.
 */
#include <vpx/vp8cx.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <vpx/vpx_encoder.h>

#include "reference.h"

enum { CLOCK_RATE = 90000, KEY_FRAME = 1, LAYER_SHIFT = 8, MAX_PATTERN = 4 };

static const vpx_enc_frame_flags_t ONLY_LAST = VP8_EFLAG_NO_REF_GF | VP8_EFLAG_NO_REF_ARF;
static const vpx_enc_frame_flags_t UPDATE_NOTHING = VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF;

typedef struct {
  unsigned int length;
  unsigned int layer[MAX_PATTERN];
  vpx_enc_frame_flags_t flags[MAX_PATTERN];
} Pattern;

typedef struct {
  vpx_codec_ctx_t codec;
  vpx_codec_enc_cfg_t config;
  Pattern pattern;
  unsigned int position;
  int speed;
  int static_threshold;
  int max_intra_percent;
  int screen_content;
  int token_partitions;
  int sharpness;
} Encoder;

static void check(vpx_codec_ctx_t *codec, vpx_codec_err_t error, const char *what) {
  if (error == VPX_CODEC_OK) return;
  const char *detail = vpx_codec_error_detail(codec);
  fail(what, detail == NULL ? vpx_codec_err_to_string(error) : detail);
}

static Pattern layer_pattern(unsigned int layers) {
  const vpx_enc_frame_flags_t base = ONLY_LAST | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF;
  Pattern pattern = {1, {0}, {0}};
  if (layers == 2) {
    pattern = (Pattern){2, {0, 1}, {base, ONLY_LAST | UPDATE_NOTHING}};
  } else if (layers == 3) {
    pattern = (Pattern){4,
                        {0, 2, 1, 2},
                        {base, ONLY_LAST | UPDATE_NOTHING, ONLY_LAST | VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_ARF,
                         VP8_EFLAG_NO_REF_ARF | UPDATE_NOTHING}};
  }
  return pattern;
}

static void set_bitrate(vpx_codec_enc_cfg_t *config, unsigned int kilobits) {
  config->rc_target_bitrate = kilobits;
  if (config->ts_number_layers == 2) {
    config->ts_target_bitrate[0] = kilobits * 60 / 100;
    config->ts_target_bitrate[1] = kilobits;
  } else if (config->ts_number_layers == 3) {
    config->ts_target_bitrate[0] = kilobits * 40 / 100;
    config->ts_target_bitrate[1] = kilobits * 60 / 100;
    config->ts_target_bitrate[2] = kilobits;
  }
}

static void configure(Encoder *encoder, int argc, char **argv) {
  vpx_codec_enc_cfg_t *config = &encoder->config;
  check(NULL, vpx_codec_enc_config_default(vpx_codec_vp8_cx(), config, 0), "default configuration");
  config->g_w = (unsigned int)number(argc, argv, "width", 0);
  config->g_h = (unsigned int)number(argc, argv, "height", 0);
  config->g_timebase.num = 1;
  config->g_timebase.den = CLOCK_RATE;
  config->g_pass = VPX_RC_ONE_PASS;
  config->g_lag_in_frames = 0;
  config->g_threads = 1;
  config->g_profile = (unsigned int)number(argc, argv, "profile", 0);
  config->g_error_resilient = number(argc, argv, "error-resilient", 1) != 0 ? VPX_ERROR_RESILIENT_DEFAULT : 0;
  config->rc_end_usage = VPX_CBR;
  config->rc_dropframe_thresh = 0;
  config->rc_resize_allowed = 0;
  config->rc_min_quantizer = (unsigned int)number(argc, argv, "min-quantizer", 2);
  config->rc_max_quantizer = (unsigned int)number(argc, argv, "max-quantizer", 56);
  config->rc_undershoot_pct = 100;
  config->rc_overshoot_pct = 15;
  config->rc_buf_initial_sz = 500;
  config->rc_buf_optimal_sz = 600;
  config->rc_buf_sz = 1000;
  const long interval = number(argc, argv, "key-frame-interval", 0);
  config->kf_mode = interval == 0 ? VPX_KF_DISABLED : VPX_KF_AUTO;
  if (interval > 0) {
    config->kf_min_dist = 0;
    config->kf_max_dist = (unsigned int)interval;
  }
  const unsigned int layers = (unsigned int)number(argc, argv, "layers", 1);
  encoder->pattern = layer_pattern(layers);
  if (layers > 1) {
    config->ts_number_layers = layers;
    config->ts_periodicity = encoder->pattern.length;
    for (unsigned int layer = 0; layer < layers; layer += 1) config->ts_rate_decimator[layer] = 1u << (layers - 1 - layer);
    for (unsigned int index = 0; index < encoder->pattern.length; index += 1) {
      config->ts_layer_id[index] = encoder->pattern.layer[index];
    }
  }
  set_bitrate(config, (unsigned int)number(argc, argv, "bitrate", 500));
  encoder->speed = (int)number(argc, argv, "speed", -8);
  encoder->static_threshold = (int)number(argc, argv, "static-threshold", 1);
  encoder->max_intra_percent = (int)number(argc, argv, "max-intra-percent", 0);
  encoder->screen_content = (int)number(argc, argv, "screen-content", 0);
  encoder->token_partitions = (int)number(argc, argv, "token-partitions", 0);
  encoder->sharpness = (int)number(argc, argv, "sharpness", 0);
}

static void set_control(Encoder *encoder, int control, int value) {
  check(&encoder->codec, vpx_codec_control_(&encoder->codec, control, value), "control");
}

static void open_encoder(Encoder *encoder) {
  check(&encoder->codec, vpx_codec_enc_init(&encoder->codec, vpx_codec_vp8_cx(), &encoder->config, 0), "encoder");
  set_control(encoder, VP8E_SET_CPUUSED, encoder->speed);
  set_control(encoder, VP8E_SET_STATIC_THRESHOLD, encoder->static_threshold);
  set_control(encoder, VP8E_SET_NOISE_SENSITIVITY, 0);
  set_control(encoder, VP8E_SET_TOKEN_PARTITIONS, encoder->token_partitions);
  set_control(encoder, VP8E_SET_MAX_INTRA_BITRATE_PCT, encoder->max_intra_percent);
  set_control(encoder, VP8E_SET_GF_CBR_BOOST_PCT, 0);
  set_control(encoder, VP8E_SET_SCREEN_CONTENT_MODE, encoder->screen_content);
  if (encoder->sharpness != 0) set_control(encoder, VP8E_SET_SHARPNESS, encoder->sharpness);
  encoder->position = 0;
}

static size_t picture_size(unsigned int width, unsigned int height) {
  const size_t chroma = (size_t)((width + 1) / 2) * ((height + 1) / 2);
  return (size_t)width * height + 2 * chroma;
}

/* An image over tightly packed planes; vpx_img_wrap rounds odd sizes up to even strides. */
static void wrap(vpx_image_t *image, unsigned int width, unsigned int height, uint8_t *data) {
  if (vpx_img_wrap(image, VPX_IMG_FMT_I420, width, height, 1, data) == NULL) fail("picture size", NULL);
  const unsigned int chroma_width = (width + 1) / 2;
  image->planes[VPX_PLANE_Y] = data;
  image->planes[VPX_PLANE_U] = data + (size_t)width * height;
  image->planes[VPX_PLANE_V] = image->planes[VPX_PLANE_U] + (size_t)chroma_width * ((height + 1) / 2);
  image->stride[VPX_PLANE_Y] = (int)width;
  image->stride[VPX_PLANE_U] = (int)chroma_width;
  image->stride[VPX_PLANE_V] = (int)chroma_width;
}

/* The packet of the frame just encoded; its data lives until the next call. */
static const vpx_codec_cx_pkt_t *take_packet(Encoder *encoder) {
  vpx_codec_iter_t iterator = NULL;
  const vpx_codec_cx_pkt_t *packet;
  while ((packet = vpx_codec_get_cx_data(&encoder->codec, &iterator)) != NULL) {
    if (packet->kind == VPX_CODEC_CX_FRAME_PKT) return packet;
  }
  return NULL;
}

static const vpx_codec_cx_pkt_t *encode_frame(Encoder *encoder, uint8_t *data, long frame, long fps, int key_frame,
                                              unsigned int *layer) {
  vpx_image_t image;
  wrap(&image, encoder->config.g_w, encoder->config.g_h, data);
  if (key_frame) encoder->position = 0;
  vpx_enc_frame_flags_t flags = key_frame ? VPX_EFLAG_FORCE_KF : 0;
  const Pattern *pattern = &encoder->pattern;
  *layer = pattern->layer[encoder->position];
  if (pattern->length > 1) {
    set_control(encoder, VP8E_SET_TEMPORAL_LAYER_ID, (int)*layer);
    flags |= pattern->flags[encoder->position];
  }
  const vpx_codec_pts_t pts = (vpx_codec_pts_t)frame * CLOCK_RATE / fps;
  const unsigned long duration = (unsigned long)(CLOCK_RATE / fps);
  check(&encoder->codec, vpx_codec_encode(&encoder->codec, &image, pts, duration, flags, VPX_DL_REALTIME), "encode");
  const vpx_codec_cx_pkt_t *packet = take_packet(encoder);
  if (packet != NULL && (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0) {
    encoder->position = 0;
    *layer = 0;
  }
  encoder->position = (encoder->position + 1) % pattern->length;
  return packet;
}

static void encode(int argc, char **argv) {
  const int bench = number(argc, argv, "bench", 0) != 0;
  const long fps = number(argc, argv, "fps", 30);
  const long repeat = number(argc, argv, "repeat", 1);
  const Changes key_frames = changes(argc, argv, "key-frames");
  const Changes bitrates = changes(argc, argv, "bitrates");
  const Changes speeds = changes(argc, argv, "speeds");
  const Changes sizes = changes(argc, argv, "sizes");
  const Bytes input = read_input(argc, argv);
  Timings timings = {0};
  Encoder encoder = {0};
  configure(&encoder, argc, argv);
  open_encoder(&encoder);
  size_t offset = 0;
  for (long frame = 0, round = 0; round < repeat; frame += 1) {
    const Change *size = change_at(&sizes, frame);
    if (size != NULL) {
      encoder.config.g_w = (unsigned int)size->value;
      encoder.config.g_h = (unsigned int)size->second;
      vpx_codec_destroy(&encoder.codec);
      open_encoder(&encoder);
    }
    const Change *bitrate = change_at(&bitrates, frame);
    if (bitrate != NULL) {
      const unsigned int before = encoder.config.rc_target_bitrate;
      set_bitrate(&encoder.config, (unsigned int)bitrate->value);
      // As our glue does it: what is in the buffer was saved at another bitrate.
      if (encoder.config.rc_target_bitrate < before - before / 4) {
        vpx_codec_enc_cfg_t emptied = encoder.config;
        emptied.rc_buf_sz = emptied.rc_buf_optimal_sz / 4;
        check(&encoder.codec, vpx_codec_enc_config_set(&encoder.codec, &emptied), "bitrate");
      }
      check(&encoder.codec, vpx_codec_enc_config_set(&encoder.codec, &encoder.config), "bitrate");
    }
    const Change *speed = change_at(&speeds, frame);
    if (speed != NULL) {
      encoder.speed = (int)speed->value;
      set_control(&encoder, VP8E_SET_CPUUSED, encoder.speed);
    }
    const size_t bytes = picture_size(encoder.config.g_w, encoder.config.g_h);
    if (offset + bytes > input.size) fail("the input ends within a frame", NULL);
    unsigned int layer = 0;
    const double begin = cpu_milliseconds();
    const vpx_codec_cx_pkt_t *packet =
        encode_frame(&encoder, input.data + offset, frame, fps, change_at(&key_frames, frame) != NULL, &layer);
    const double milliseconds = cpu_milliseconds() - begin;
    const size_t packet_bytes = packet == NULL ? 0 : packet->data.frame.sz;
    if (bench) {
      add_timing(&timings, milliseconds, packet_bytes);
    } else {
      const int is_key = packet != NULL && (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0;
      write_word((uint32_t)packet_bytes);
      write_word((is_key ? KEY_FRAME : 0) | layer << LAYER_SHIFT);
      if (packet != NULL) write_output(packet->data.frame.buf, packet_bytes);
    }
    offset += bytes;
    if (offset == input.size) {
      offset = 0;
      round += 1;
    }
  }
  vpx_codec_destroy(&encoder.codec);
  if (bench) print_timings(&timings);
  free(timings.milliseconds);
  free(input.data);
}

typedef void PlaneRow(void *context, const uint8_t *row, size_t bytes);

static void each_row(const vpx_image_t *image, PlaneRow *row, void *context) {
  for (int plane = VPX_PLANE_Y; plane <= VPX_PLANE_V; plane += 1) {
    const unsigned int shift = plane == VPX_PLANE_Y ? 0 : 1;
    const unsigned int width = (image->d_w + shift) >> shift;
    const unsigned int height = (image->d_h + shift) >> shift;
    for (unsigned int y = 0; y < height; y += 1) {
      row(context, image->planes[plane] + (size_t)y * (size_t)image->stride[plane], width);
    }
  }
}

static void hash_row(void *hash, const uint8_t *row, size_t bytes) {
  *(uint32_t *)hash = fnv1a(*(uint32_t *)hash, row, bytes);
}

static void write_row(void *unused, const uint8_t *row, size_t bytes) {
  (void)unused;
  write_output(row, bytes);
}

static void decode(int argc, char **argv) {
  const int bench = number(argc, argv, "bench", 0) != 0;
  const int raw = number(argc, argv, "raw", 0) != 0;
  const Bytes input = read_input(argc, argv);
  Timings timings = {0};
  vpx_codec_ctx_t codec;
  vpx_codec_dec_cfg_t config = {.threads = 1};
  check(NULL, vpx_codec_dec_init(&codec, vpx_codec_vp8_dx(), &config, 0), "decoder");
  size_t offset = 0;
  while (offset + 4 <= input.size) {
    const uint32_t bytes = read_word(input.data + offset);
    offset += 4;
    if (bytes > input.size - offset) fail("the input ends within a packet", NULL);
    const double begin = cpu_milliseconds();
    const vpx_codec_err_t status = vpx_codec_decode(&codec, input.data + offset, bytes, NULL, 0);
    vpx_codec_iter_t iterator = NULL;
    const vpx_image_t *image = vpx_codec_get_frame(&codec, &iterator);
    if (bench) {
      add_timing(&timings, cpu_milliseconds() - begin, bytes);
    } else {
      uint32_t hash = image == NULL ? 0 : FNV_OFFSET;
      if (image != NULL) each_row(image, hash_row, &hash);
      write_word((uint32_t)status);
      write_word(image == NULL ? 0 : image->d_w);
      write_word(image == NULL ? 0 : image->d_h);
      write_word(hash);
      if (raw && image != NULL) each_row(image, write_row, NULL);
    }
    offset += bytes;
  }
  vpx_codec_destroy(&codec);
  if (bench) print_timings(&timings);
  free(timings.milliseconds);
  free(input.data);
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "encode") == 0) {
    encode(argc, argv);
  } else if (argc > 1 && strcmp(argv[1], "decode") == 0) {
    decode(argc, argv);
  } else if (argc > 1 && strcmp(argv[1], "version") == 0) {
    printf("%s\n", vpx_codec_version_str());
  } else {
    fail("usage: vp8_reference encode | decode | version [KEY=VALUE ...]", NULL);
  }
  return fflush(stdout) == 0 ? 0 : 1;
}
