/* The decoder: libvpx' VP8 decoder, which shows its own pictures. */
#include <stdlib.h>
#include <string.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include "status.h"

/* `src/picture.ts` reads these words in this order. Planes live until the next call; no picture has width 0. */
typedef struct {
  int32_t width;
  int32_t height;
  const uint8_t *y;
  const uint8_t *u;
  const uint8_t *v;
  int32_t y_stride;
  int32_t chroma_stride;
  int32_t is_corrupt;
} Picture;

typedef struct {
  Picture picture;
  int is_open;
  int has_key;
  vpx_codec_ctx_t codec;
} Decoder;

static void close_codec(Decoder *decoder) {
  if (decoder->is_open) vpx_codec_destroy(&decoder->codec);
  decoder->is_open = 0;
  decoder->has_key = 0;
}

static Status open_codec(Decoder *decoder) {
  if (decoder->is_open) return STATUS_OK;
  const vpx_codec_dec_cfg_t config = {.threads = 1};
  const Status status = status_of(vpx_codec_dec_init(&decoder->codec, vpx_codec_vp8_dx(), &config, 0));
  decoder->is_open = status == STATUS_OK;
  return status;
}

static void take_picture(Decoder *decoder) {
  vpx_codec_iter_t iterator = NULL;
  const vpx_image_t *image = vpx_codec_get_frame(&decoder->codec, &iterator);
  if (image == NULL) return;
  Picture *picture = &decoder->picture;
  picture->width = (int32_t)image->d_w;
  picture->height = (int32_t)image->d_h;
  picture->y = image->planes[VPX_PLANE_Y];
  picture->u = image->planes[VPX_PLANE_U];
  picture->v = image->planes[VPX_PLANE_V];
  picture->y_stride = image->stride[VPX_PLANE_Y];
  picture->chroma_stride = image->stride[VPX_PLANE_U];
  vpx_codec_control(&decoder->codec, VP8D_GET_FRAME_CORRUPTED, &picture->is_corrupt);
}

/* A new decoder, or NULL if there is no memory. */
EXPORT(decoder_new) Decoder *decoder_new(void) { return calloc(1, sizeof(Decoder)); }

/* Decodes one packet of at least one byte. */
EXPORT(decoder_decode) Status decoder_decode(Decoder *decoder, const uint8_t *data, unsigned int size) {
  memset(&decoder->picture, 0, sizeof decoder->picture);
  const Status opened = open_codec(decoder);
  if (opened != STATUS_OK) return opened;
  const int error = (int)vpx_codec_decode(&decoder->codec, data, size, NULL, 0);
  if (error == VPX_CODEC_OK) {
    decoder->has_key = 1;
    take_picture(decoder);
    return STATUS_OK;
  }
  /* Without memory for its pictures libvpx answers -1, and would go on with those that it has freed. */
  const int is_first_key = !decoder->has_key && (data[0] & 1) == 0;
  if (error < 0 || error == VPX_CODEC_MEM_ERROR || (error == VPX_CODEC_ERROR && is_first_key)) {
    close_codec(decoder);
    return STATUS_OUT_OF_MEMORY;
  }
  return STATUS_CORRUPT_PACKET;
}

/* What went wrong in the last call, in English, or NULL. */
EXPORT(decoder_detail) const char *decoder_detail(Decoder *decoder) {
  return decoder->is_open ? vpx_codec_error_detail(&decoder->codec) : NULL;
}

EXPORT(decoder_delete) void decoder_delete(Decoder *decoder) {
  close_codec(decoder);
  free(decoder);
}
