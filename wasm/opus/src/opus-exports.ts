import type { CodecExports } from '@xmpp-call/wasm-runtime';

/** The functions of the glue (`glue/*.c`). Results below zero are libopus' error codes. */
export interface OpusExports extends CodecExports {
  readonly staged_samples_address: () => number;
  readonly staged_packet_address: () => number;

  readonly encoder_create: (sampleRate: number, channels: number, application: number) => number;
  readonly encoder_destroy: (encoder: number) => void;
  readonly encoder_reset: (encoder: number) => number;
  readonly encoder_set: (encoder: number, request: number, value: number) => number;
  readonly encoder_get: (encoder: number, request: number) => number;
  readonly encode_shorts: (encoder: number, frameSize: number, room: number) => number;
  readonly encode_floats: (encoder: number, frameSize: number, channels: number, room: number) => number;

  readonly decoder_create: (sampleRate: number, channels: number) => number;
  readonly decoder_destroy: (decoder: number) => void;
  readonly decoder_reset: (decoder: number) => number;
  readonly decoder_set: (decoder: number, request: number, value: number) => number;
  readonly decoder_get: (decoder: number, request: number) => number;
  readonly decode_shorts: (decoder: number, size: number, frameSize: number, fec: number) => number;
  readonly decode_floats: (decoder: number, size: number, frameSize: number, fec: number) => number;

  readonly repacketizer_create: () => number;
  readonly repacketizer_destroy: (repacketizer: number) => void;
  readonly repacketizer_reset: (repacketizer: number) => void;
  readonly repacketizer_add: (repacketizer: number, size: number) => number;
  readonly repacketizer_write: (repacketizer: number, begin: number, end: number, room: number) => number;
}

/** Requests of `opus_encoder_ctl` and `opus_decoder_ctl` (opus_defines.h). */
export const REQUEST = {
  setBitrate: 4002,
  getBitrate: 4003,
  setMaxBandwidth: 4004,
  setVbr: 4006,
  getBandwidth: 4009,
  setComplexity: 4010,
  setInbandFec: 4012,
  setPacketLossPercentage: 4014,
  setDtx: 4016,
  setSignal: 4024,
  getLookahead: 4027,
  getFinalRange: 4031,
  getPitch: 4033,
  setGain: 4034,
  getLastPacketDuration: 4039,
  getInDtx: 4049,
} as const;

/** Error codes of libopus (opus_defines.h). */
export const ERROR = {
  badArgument: -1,
  bufferTooSmall: -2,
  internalError: -3,
  invalidPacket: -4,
  unimplemented: -5,
  invalidState: -6,
  allocationFailed: -7,
} as const;
