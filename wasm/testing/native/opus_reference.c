/*
 * Native Opus, for comparison: `encode` reads interleaved samples and writes packets, `decode` the reverse. Arguments are
 * KEY=VALUE; samples are 16-bit integers, or 32-bit floats with `float=1`. Words are little endian.
 *
 * encode: for each packet the words size and final range (RFC 6716 §4.1), then the bytes.
 * decode: for each step the words mode (0 packet, 1 FEC from this packet, 2 concealment) and size, then the packet; out the
 *         words samples per channel (or a negative error) and final range, then the samples.
 * With `bench=1` either writes CPU times as JSON instead.
 */
#include <opus.h>

#include "reference.h"

enum { DECODE_PACKET = 0, DECODE_FEC = 1, DECODE_CONCEALMENT = 2, MAX_FRAME_MS = 120 };

static void check(int error, const char *what) {
  if (error != OPUS_OK) fail(what, opus_strerror(error));
}

static int application(int argc, char **argv) {
  const char *name = argument(argc, argv, "application");
  if (name == NULL || strcmp(name, "voip") == 0) return OPUS_APPLICATION_VOIP;
  if (strcmp(name, "audio") == 0) return OPUS_APPLICATION_AUDIO;
  if (strcmp(name, "lowdelay") == 0) return OPUS_APPLICATION_RESTRICTED_LOWDELAY;
  fail("no such application", name);
}

static OpusEncoder *open_encoder(int argc, char **argv, opus_int32 rate, int channels) {
  int error;
  OpusEncoder *encoder = opus_encoder_create(rate, channels, application(argc, argv), &error);
  check(error, "encoder");
  check(opus_encoder_ctl(encoder, OPUS_SET_BITRATE((opus_int32)number(argc, argv, "bitrate", 32000))), "bitrate");
  check(opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY((opus_int32)number(argc, argv, "complexity", 5))), "complexity");
  check(opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC((opus_int32)number(argc, argv, "fec", 0))), "FEC");
  check(opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC((opus_int32)number(argc, argv, "loss", 0))), "loss");
  check(opus_encoder_ctl(encoder, OPUS_SET_DTX((opus_int32)number(argc, argv, "dtx", 0))), "DTX");
  return encoder;
}

static void encode(int argc, char **argv) {
  const int bench = number(argc, argv, "bench", 0) != 0;
  const int is_float = number(argc, argv, "float", 0) != 0;
  const opus_int32 rate = (opus_int32)number(argc, argv, "rate", 48000);
  const int channels = (int)number(argc, argv, "channels", 1);
  const int frame_size = (int)(rate / 1000 * number(argc, argv, "frame-ms", 20));
  const opus_int32 room = (opus_int32)number(argc, argv, "max-bytes", 4000);
  const Changes bitrates = changes(argc, argv, "bitrates");
  const Changes losses = changes(argc, argv, "losses");
  const Bytes input = read_input(argc, argv);
  const size_t frame_bytes = (size_t)frame_size * (size_t)channels * (is_float ? sizeof(float) : sizeof(opus_int16));
  uint8_t *packet = allocate((size_t)room);
  Timings timings = {0};
  OpusEncoder *encoder = open_encoder(argc, argv, rate, channels);
  const size_t frames = input.size / frame_bytes;
  for (size_t frame = 0; frame < frames; frame += 1) {
    const Change *bitrate = change_at(&bitrates, (long)frame);
    if (bitrate != NULL) check(opus_encoder_ctl(encoder, OPUS_SET_BITRATE((opus_int32)bitrate->value)), "bitrate");
    const Change *loss = change_at(&losses, (long)frame);
    if (loss != NULL) check(opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC((opus_int32)loss->value)), "loss");
    const void *samples = input.data + frame * frame_bytes;
    const double begin = cpu_milliseconds();
    const opus_int32 size = is_float ? opus_encode_float(encoder, samples, frame_size, packet, room)
                                     : opus_encode(encoder, samples, frame_size, packet, room);
    const double milliseconds = cpu_milliseconds() - begin;
    if (size < 0) fail("encode", opus_strerror(size));
    if (bench) {
      add_timing(&timings, milliseconds, (size_t)size);
    } else {
      opus_uint32 range;
      check(opus_encoder_ctl(encoder, OPUS_GET_FINAL_RANGE(&range)), "final range");
      write_word((uint32_t)size);
      write_word(range);
      write_output(packet, (size_t)size);
    }
  }
  opus_encoder_destroy(encoder);
  if (bench) print_timings(&timings);
  free(timings.milliseconds);
  free(packet);
  free(input.data);
}

static void decode(int argc, char **argv) {
  const int bench = number(argc, argv, "bench", 0) != 0;
  const int is_float = number(argc, argv, "float", 0) != 0;
  const opus_int32 rate = (opus_int32)number(argc, argv, "rate", 48000);
  const int channels = (int)number(argc, argv, "channels", 1);
  const int frame_size = (int)(rate / 1000 * number(argc, argv, "frame-ms", 20));
  const int room = rate / 1000 * MAX_FRAME_MS;
  const Bytes input = read_input(argc, argv);
  const size_t sample_bytes = (size_t)channels * (is_float ? sizeof(float) : sizeof(opus_int16));
  void *samples = allocate((size_t)room * sample_bytes);
  Timings timings = {0};
  int error;
  OpusDecoder *decoder = opus_decoder_create(rate, channels, &error);
  check(error, "decoder");
  size_t offset = 0;
  while (offset + 8 <= input.size) {
    const uint32_t mode = read_word(input.data + offset);
    const uint32_t size = read_word(input.data + offset + 4);
    offset += 8;
    if (size > input.size - offset) fail("the input ends within a packet", NULL);
    const uint8_t *packet = mode == DECODE_CONCEALMENT ? NULL : input.data + offset;
    const int wanted = mode == DECODE_PACKET ? room : frame_size;
    const double begin = cpu_milliseconds();
    int count;
    if (is_float) {
      count = opus_decode_float(decoder, packet, (opus_int32)size, samples, wanted, mode == DECODE_FEC);
    } else {
      count = opus_decode(decoder, packet, (opus_int32)size, samples, wanted, mode == DECODE_FEC);
    }
    if (bench) {
      add_timing(&timings, cpu_milliseconds() - begin, size);
    } else {
      opus_uint32 range;
      check(opus_decoder_ctl(decoder, OPUS_GET_FINAL_RANGE(&range)), "final range");
      write_word((uint32_t)count);
      write_word(range);
      if (count > 0) write_output(samples, (size_t)count * sample_bytes);
    }
    offset += size;
  }
  opus_decoder_destroy(decoder);
  if (bench) print_timings(&timings);
  free(timings.milliseconds);
  free(samples);
  free(input.data);
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "encode") == 0) {
    encode(argc, argv);
  } else if (argc > 1 && strcmp(argv[1], "decode") == 0) {
    decode(argc, argv);
  } else if (argc > 1 && strcmp(argv[1], "version") == 0) {
    printf("%s\n", opus_get_version_string());
  } else {
    fail("usage: opus_reference encode | decode | version [KEY=VALUE ...]", NULL);
  }
  return fflush(stdout) == 0 ? 0 : 1;
}
