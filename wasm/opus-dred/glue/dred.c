#include <stdlib.h>

#include "../../opus/glue/glue.h"

/* What reads the redundancy in a packet, and what was read of the last one. */
typedef struct {
  OpusDREDDecoder *decoder;
  OpusDRED *redundancy;
} Dred;

EXPORT(dred_destroy) void dred_destroy(Dred *dred) {
  if (dred->redundancy != NULL) opus_dred_free(dred->redundancy);
  if (dred->decoder != NULL) opus_dred_decoder_destroy(dred->decoder);
  free(dred);
}

/* Address, or an error. */
EXPORT(dred_create) int dred_create(void) {
  Dred *dred = malloc(sizeof *dred);
  if (dred == NULL) return OPUS_ALLOC_FAIL;
  int decoder_error, redundancy_error;
  dred->decoder = opus_dred_decoder_create(&decoder_error);
  dred->redundancy = opus_dred_alloc(&redundancy_error);
  if (dred->decoder != NULL && dred->redundancy != NULL) return (int)dred;
  const int error = dred->decoder == NULL ? decoder_error : redundancy_error;
  dred_destroy(dred);
  return error;
}

/*
 * Reads the redundancy of the staged packet as far back as `wanted` samples. How far back it goes, in samples before the
 * packet's own; 0 if there is none; or an error.
 */
EXPORT(dred_parse) int dred_parse(Dred *dred, opus_int32 size, opus_int32 wanted, opus_int32 sample_rate) {
  int end;
  return opus_dred_parse(dred->decoder, dred->redundancy, staged_packet, size, wanted, sample_rate, &end, 0);
}

/* Decodes `frame_size` samples that begin `offset` samples before the packet's own. Samples of one channel, or an error. */
EXPORT(dred_decode_shorts)
int dred_decode_shorts(Dred *dred, OpusDecoder *decoder, opus_int32 offset, int frame_size) {
  return opus_decoder_dred_decode(decoder, dred->redundancy, offset, staged_samples.shorts, frame_size);
}

EXPORT(dred_decode_floats)
int dred_decode_floats(Dred *dred, OpusDecoder *decoder, opus_int32 offset, int frame_size) {
  return opus_decoder_dred_decode_float(decoder, dred->redundancy, offset, staged_samples.floats, frame_size);
}
