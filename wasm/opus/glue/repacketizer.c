#include <stdlib.h>
#include <string.h>

#include "glue.h"

/* libopus' repacketizer points into the packets it was given, so they are kept here. */
typedef struct {
  OpusRepacketizer *frames;
  opus_int32 size;
  unsigned char packets[STAGED_BYTES];
} Repacketizer;

EXPORT(repacketizer_destroy) void repacketizer_destroy(Repacketizer *repacketizer) {
  opus_repacketizer_destroy(repacketizer->frames);
  free(repacketizer);
}

/* Address, or an error. */
EXPORT(repacketizer_create) int repacketizer_create(void) {
  Repacketizer *repacketizer = malloc(sizeof *repacketizer);
  if (repacketizer == NULL) return OPUS_ALLOC_FAIL;
  repacketizer->size = 0;
  repacketizer->frames = opus_repacketizer_create();
  if (repacketizer->frames != NULL) return (int)repacketizer;
  repacketizer_destroy(repacketizer);
  return OPUS_ALLOC_FAIL;
}

EXPORT(repacketizer_reset) void repacketizer_reset(Repacketizer *repacketizer) {
  opus_repacketizer_init(repacketizer->frames);
  repacketizer->size = 0;
}

/* Adds the frames of the staged packet. Number of frames held, or an error. */
EXPORT(repacketizer_add) int repacketizer_add(Repacketizer *repacketizer, opus_int32 size) {
  unsigned char *packet = repacketizer->packets + repacketizer->size;
  if (size > STAGED_BYTES - repacketizer->size) return OPUS_BUFFER_TOO_SMALL;
  memcpy(packet, staged_packet, size);
  const int error = opus_repacketizer_cat(repacketizer->frames, packet, size);
  if (error != OPUS_OK) return error;
  repacketizer->size += size;
  return opus_repacketizer_get_nb_frames(repacketizer->frames);
}

/* Writes the frames from `begin` up to `end` to the staged packet. Its size in bytes, or an error. */
EXPORT(repacketizer_write) opus_int32 repacketizer_write(Repacketizer *repacketizer, int begin, int end, opus_int32 room) {
  return opus_repacketizer_out_range(repacketizer->frames, begin, end, staged_packet, room);
}
