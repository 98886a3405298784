import type { OpusExports } from '@xmpp-call/opus/api';

/** The functions of the glue (`glue/dred.c`), beside those of Opus. Results below zero are libopus' error codes. */
export interface DredExports extends OpusExports {
  readonly dred_create: () => number;
  readonly dred_destroy: (dred: number) => void;
  readonly dred_parse: (dred: number, size: number, wanted: number, sampleRate: number) => number;
  readonly dred_decode_shorts: (dred: number, decoder: number, offset: number, frameSize: number) => number;
  readonly dred_decode_floats: (dred: number, decoder: number, offset: number, frameSize: number) => number;
}

/** The request of `opus_encoder_ctl` for the length of the redundancy, in units of 10 ms (opus_defines.h). */
export const SET_DRED_DURATION = 4050;
