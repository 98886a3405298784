/*
 * What the C files of the JavaScript interface share. Encoders and decoders are known to JavaScript by their address.
 * A result below zero is one of libopus' error codes (opus_defines.h).
 */
#ifndef XMPP_CALL_OPUS_GLUE_H
#define XMPP_CALL_OPUS_GLUE_H

#include <stddef.h>

#include <opus.h>

#define EXPORT(name) __attribute__((export_name(#name)))

/* 120 ms, the longest packet, at 48 kHz in stereo. */
enum { STAGED_SAMPLES = 5760 * 2, STAGED_BYTES = 65536 };

/*
 * Samples and packets pass through these two buffers, which all encoders and decoders share: each use ends with the call.
 * Whoever writes to one from JavaScript asks for its address once.
 */
typedef union {
  float floats[STAGED_SAMPLES];
  opus_int16 shorts[STAGED_SAMPLES];
} StagedSamples;

extern StagedSamples staged_samples;
extern unsigned char staged_packet[STAGED_BYTES];

#endif
