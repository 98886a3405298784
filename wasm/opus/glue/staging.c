#include "glue.h"

StagedSamples staged_samples;
unsigned char staged_packet[STAGED_BYTES];

EXPORT(staged_samples_address) StagedSamples *staged_samples_address(void) { return &staged_samples; }

EXPORT(staged_packet_address) unsigned char *staged_packet_address(void) { return staged_packet; }
