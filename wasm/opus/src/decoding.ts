import { CodecError, CodecInstance } from '@xmpp-call/wasm-runtime';
import { OpusDecoder, type OpusDecoderOptions } from './decoder.js';
import { OpusCore } from './opus-core.js';
import type { OpusExports } from './opus-exports.js';

/** A loaded module of which only decoders are made: an `Opus` without the scripts for all else. */
export class OpusDecoding {
  readonly #core: OpusCore;

  /** @internal */
  constructor(
    /** The compiled module, of which another instance can be made. */
    readonly module: WebAssembly.Module,
    instance: CodecInstance<OpusExports>,
  ) {
    this.#core = new OpusCore(instance);
  }

  /** @throws {CodecError} `invalid-argument`, `out-of-memory`, `crashed` */
  createDecoder(options: OpusDecoderOptions): OpusDecoder {
    return new OpusDecoder(this.#core, options);
  }
}

/** For an audio worklet: takes what can be had there. @throws {CodecError} `load-failed`, `out-of-memory` */
export async function initDecoding(input: BufferSource | WebAssembly.Module): Promise<OpusDecoding> {
  const module = input instanceof WebAssembly.Module ? input : await compile(input);
  return new OpusDecoding(module, await CodecInstance.instantiate<OpusExports>(module));
}

async function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new CodecError('load-failed', 'The module of Opus cannot be compiled', { cause });
  }
}

export { CodecError, type OpusDecoder };
