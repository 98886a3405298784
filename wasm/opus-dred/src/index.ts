import { CodecInstance, compile, type WasmInput } from '@xmpp-call/wasm-runtime';
import type { DredExports } from './dred-exports.js';
import { OpusDred } from './opus-dred.js';
import { wasmUrl } from './wasm-url.js';

/**
 * Loads Opus with deep redundancy (libopus 1.5.2). One instance serves many encoders and decoders of one thread.
 * @param input where the module comes from; an audio worklet takes its bytes
 * @throws {CodecError} `load-failed`, `out-of-memory`
 */
export async function init(input: WasmInput = wasmUrl()): Promise<OpusDred> {
  const module = await compile(input);
  return new OpusDred(module, await CodecInstance.instantiate<DredExports>(module));
}

export default init;
export { CodecError, type CodecErrorCode, type WasmInput } from '@xmpp-call/wasm-runtime';
export {
  inspectPacket,
  OpusDecoder,
  OpusEncoder,
  OpusRepacketizer,
  type OpusApplication,
  type OpusBandwidth,
  type OpusChannels,
  type OpusDecoderOptions,
  type OpusEncoderOptions,
  type OpusEncoderSettings,
  type OpusFrameDuration,
  type OpusMode,
  type OpusPacketInfo,
  type OpusSampleRate,
  type OpusSamples,
  type OpusSignal,
} from '@xmpp-call/opus/api';
export { DredDecoder, type DredDecoderOptions } from './dred-decoder.js';
export { DredEncoder, type DredEncoderOptions, type DredEncoderSettings } from './dred-encoder.js';
export { OpusDred } from './opus-dred.js';
