export { NATIVE_DIRECTORY, NativeProgram, NativeReferenceError } from './program.js';
export { NativeOpus } from './opus.js';
export type {
  NativeOpusFormat,
  NativeOpusOptions,
  NativeOpusPacket,
  NativeOpusResult,
  OpusStep,
  Samples,
} from './opus.js';
export type { NativeTimings } from './timings.js';
export { NativeVp8, writeFrames } from './vp8.js';
export type { NativeVp8Options, NativeVp8Packet, NativeVp8Result } from './vp8.js';
