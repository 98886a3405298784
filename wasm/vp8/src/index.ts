export { CodecError, type CodecErrorCode, type WasmInput } from '@xmpp-call/wasm-runtime';
export type { Vp8Decoder, Vp8DecoderOptions } from './decoder.js';
export type { Vp8EncodeOptions, Vp8Encoder } from './encoder.js';
export type { Vp8EncoderOptions } from './encoder-options.js';
export type { Vp8Image, Vp8ImageFormat } from './image.js';
export { inspectPacket, type Vp8PacketInfo } from './packet.js';
export type { Vp8Picture } from './picture.js';
export { init, init as default, Vp8 } from './vp8.js';
