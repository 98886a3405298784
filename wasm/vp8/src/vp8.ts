import { CodecInstance, compile, type WasmInput } from '@xmpp-call/wasm-runtime';
import { Vp8Decoder, type Vp8DecoderOptions } from './decoder.js';
import type { Vp8EncoderOptions } from './encoder-options.js';
import { Vp8Encoder } from './encoder.js';
import type { Vp8Exports, Vp8Instance } from './exports.js';
import { warmUp } from './warm-up.js';
import { wasmUrl } from './wasm-url.js';

/**
 * Loads the codec.
 * @param input  where the module comes from; by default the file beside the script
 * @throws {CodecError} `load-failed`, `out-of-memory`
 */
export async function init(input: WasmInput = wasmUrl()): Promise<Vp8> {
  const module = await compile(input);
  return new Vp8(module, await CodecInstance.instantiate<Vp8Exports>(module));
}

/** One WebAssembly instance, whose encoders and decoders share its memory. Instances share nothing. Made by `init`. */
export class Vp8 {
  /** To post to another worker, or to make a fresh instance by `init` after a crash. */
  readonly module: WebAssembly.Module;
  readonly #instance: Vp8Instance;

  constructor(module: WebAssembly.Module, instance: Vp8Instance) {
    this.module = module;
    this.#instance = instance;
  }

  /** Bytes of WebAssembly memory. It never shrinks: memory of what was disposed is used again. */
  get memoryBytes(): number {
    return this.#instance.memoryBytes;
  }

  /** @throws {CodecError} `invalid-argument`, `too-large`, `out-of-memory`, `crashed` */
  createEncoder(options: Vp8EncoderOptions): Vp8Encoder {
    return new Vp8Encoder(this.#instance, options);
  }

  /** @throws {CodecError} `invalid-argument`, `out-of-memory`, `crashed` */
  createDecoder(options?: Vp8DecoderOptions): Vp8Decoder {
    return new Vp8Decoder(this.#instance, options);
  }

  /**
   * Encodes and decodes a few synthetic pictures, so that the browser optimises the code before the first real one, which would
   * otherwise take several times as long. Blocks for some tens of milliseconds.
   * @throws {CodecError} as `createEncoder`
   */
  warmUp(options: { width: number; height: number }): void {
    warmUp(this, options);
  }
}
