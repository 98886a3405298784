/** The API without a module: what the packages with other builds of libopus share. */
export { CodecError, type CodecErrorCode, type WasmInput } from '@xmpp-call/wasm-runtime';
export { OpusDecoder, type OpusDecoderOptions } from './decoder.js';
export { OpusEncoder } from './encoder.js';
export { checkSamples, OpusObject, type OpusCore } from './opus-core.js';
export { REQUEST, type OpusExports } from './opus-exports.js';
export { Opus } from './opus.js';
export * from './options.js';
export { inspectPacket, type OpusMode, type OpusPacketInfo } from './packet.js';
export { OpusRepacketizer } from './repacketizer.js';
export { checked } from './status.js';
