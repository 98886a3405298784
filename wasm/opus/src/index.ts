import { CodecInstance, compile, type WasmInput } from '@xmpp-call/wasm-runtime';
import { Opus } from './opus.js';
import type { OpusExports } from './opus-exports.js';
import { wasmUrl } from './wasm-url.js';

/**
 * Loads Opus (libopus 1.3.1). One instance serves many encoders and decoders of one thread.
 * @param input where the module comes from; an audio worklet takes its bytes
 * @throws {CodecError} `load-failed`, `out-of-memory`
 */
export async function init(input: WasmInput = wasmUrl()): Promise<Opus> {
  const module = await compile(input);
  return new Opus(module, await CodecInstance.instantiate<OpusExports>(module));
}

export default init;
export { CodecError, type CodecErrorCode, type WasmInput } from '@xmpp-call/wasm-runtime';
export { OpusDecoder, type OpusDecoderOptions } from './decoder.js';
export { OpusEncoder } from './encoder.js';
export { Opus } from './opus.js';
export type {
  OpusApplication,
  OpusBandwidth,
  OpusChannels,
  OpusEncoderOptions,
  OpusEncoderSettings,
  OpusFrameDuration,
  OpusSampleRate,
  OpusSamples,
  OpusSignal,
} from './options.js';
export { inspectPacket, type OpusMode, type OpusPacketInfo } from './packet.js';
export { OpusRepacketizer } from './repacketizer.js';
