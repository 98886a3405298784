/* Temporal layers: which frame belongs to which layer, and what it may refer to. */
#ifndef XMPP_CALL_VP8_LAYERS_H
#define XMPP_CALL_VP8_LAYERS_H

#include <vpx/vpx_encoder.h>

enum { MAX_LAYERS = 3, MAX_PERIOD = 4 };

/* `period` frames, which repeat; 1 without layers. */
typedef struct {
  unsigned int period;
  unsigned int layer[MAX_PERIOD];
  vpx_enc_frame_flags_t flags[MAX_PERIOD];
} LayerPattern;

/* The pattern for 1, 2 or 3 layers. */
const LayerPattern *layer_pattern(unsigned int layers);

/* Sets the layers' number, order and frame rates. */
void configure_layers(vpx_codec_enc_cfg_t *config, unsigned int layers);

/* Sets the bitrate of the stream in kbit/s, and shares it among its layers. */
void set_bitrate(vpx_codec_enc_cfg_t *config, unsigned int kilobits);

#endif
