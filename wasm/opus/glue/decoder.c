#include "glue.h"

/* Address, or an error. */
EXPORT(decoder_create) int decoder_create(opus_int32 sample_rate, int channels) {
  int error;
  OpusDecoder *decoder = opus_decoder_create(sample_rate, channels, &error);
  return decoder == NULL ? error : (int)decoder;
}

EXPORT(decoder_destroy) void decoder_destroy(OpusDecoder *decoder) { opus_decoder_destroy(decoder); }

EXPORT(decoder_reset) int decoder_reset(OpusDecoder *decoder) { return opus_decoder_ctl(decoder, OPUS_RESET_STATE); }

EXPORT(decoder_set) int decoder_set(OpusDecoder *decoder, int request, opus_int32 value) {
  return opus_decoder_ctl(decoder, request, value);
}

/* For values that are never negative. */
EXPORT(decoder_get) opus_int32 decoder_get(OpusDecoder *decoder, int request) {
  opus_int32 value = 0;
  const int error = opus_decoder_ctl(decoder, request, &value);
  return error == OPUS_OK ? value : error;
}

/*
 * Decodes `size` bytes of the staged packet into the staged samples; without bytes, conceals `frame_size` samples; with
 * `fec`, recovers the frame before the packet. Samples of one channel, or an error.
 */
EXPORT(decode_shorts) int decode_shorts(OpusDecoder *decoder, opus_int32 size, int frame_size, int fec) {
  return opus_decode(decoder, size == 0 ? NULL : staged_packet, size, staged_samples.shorts, frame_size, fec);
}

EXPORT(decode_floats) int decode_floats(OpusDecoder *decoder, opus_int32 size, int frame_size, int fec) {
  return opus_decode_float(decoder, size == 0 ? NULL : staged_packet, size, staged_samples.floats, frame_size, fec);
}
