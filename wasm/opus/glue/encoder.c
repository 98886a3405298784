#include "glue.h"

/* 30 dB above full scale: louder "samples" would drive libopus' energies out of the range of a float. */
static const float LOUDEST = 32.0f;

/* One sample that is not a number, or infinite, would stay in the encoder's filters for good. */
static void sanitise(float *samples, int count) {
  for (int index = 0; index < count; index += 1) {
    const float sample = samples[index] == samples[index] ? samples[index] : 0.0f;
    const float lower = sample < LOUDEST ? sample : LOUDEST;
    samples[index] = lower > -LOUDEST ? lower : -LOUDEST;
  }
}

/* Address, or an error. */
EXPORT(encoder_create) int encoder_create(opus_int32 sample_rate, int channels, int application) {
  int error;
  OpusEncoder *encoder = opus_encoder_create(sample_rate, channels, application, &error);
  return encoder == NULL ? error : (int)encoder;
}

EXPORT(encoder_destroy) void encoder_destroy(OpusEncoder *encoder) { opus_encoder_destroy(encoder); }

EXPORT(encoder_reset) int encoder_reset(OpusEncoder *encoder) { return opus_encoder_ctl(encoder, OPUS_RESET_STATE); }

EXPORT(encoder_set) int encoder_set(OpusEncoder *encoder, int request, opus_int32 value) {
  return opus_encoder_ctl(encoder, request, value);
}

/* For values that are never negative. */
EXPORT(encoder_get) opus_int32 encoder_get(OpusEncoder *encoder, int request) {
  opus_int32 value = 0;
  const int error = opus_encoder_ctl(encoder, request, &value);
  return error == OPUS_OK ? value : error;
}

/* Encodes the staged samples (16-bit integers) into the staged packet; `frame_size` counts samples of one channel. */
EXPORT(encode_shorts) opus_int32 encode_shorts(OpusEncoder *encoder, int frame_size, opus_int32 room) {
  return opus_encode(encoder, staged_samples.shorts, frame_size, staged_packet, room);
}

/* The same with floats, of which 1.0 is full scale. */
EXPORT(encode_floats) opus_int32 encode_floats(OpusEncoder *encoder, int frame_size, int channels, opus_int32 room) {
  sanitise(staged_samples.floats, frame_size * channels);
  return opus_encode_float(encoder, staged_samples.floats, frame_size, staged_packet, room);
}
