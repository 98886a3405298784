import type { CodecInstance } from '@xmpp-call/wasm-runtime';
import { OpusDecoder, type OpusDecoderOptions } from './decoder.js';
import { OpusEncoder } from './encoder.js';
import { OpusCore } from './opus-core.js';
import type { OpusExports } from './opus-exports.js';
import type { OpusEncoderOptions } from './options.js';
import { OpusRepacketizer } from './repacketizer.js';

/**
 * A loaded module. What is made of it shares one memory of at most 64 MB; whoever makes it disposes of it. If one of them
 * crashes, none can be used any more.
 */
export class Opus<Exports extends OpusExports = OpusExports> {
  /** @internal */
  protected readonly core: OpusCore<Exports>;

  /** @internal */
  constructor(
    /** The compiled module, from which another thread can make an instance of its own without compiling. */
    readonly module: WebAssembly.Module,
    instance: CodecInstance<Exports>,
  ) {
    this.core = new OpusCore(instance);
  }

  /** Bytes of memory that the instance holds. It grows, but never shrinks. */
  get memoryBytes(): number {
    return this.core.instance.memoryBytes;
  }

  /** @throws {CodecError} `invalid-argument`, `out-of-memory`, `crashed` */
  createEncoder(options: OpusEncoderOptions): OpusEncoder {
    return new OpusEncoder(this.core, options);
  }

  /** @throws {CodecError} `invalid-argument`, `out-of-memory`, `crashed` */
  createDecoder(options: OpusDecoderOptions): OpusDecoder {
    return new OpusDecoder(this.core, options);
  }

  /** @throws {CodecError} `out-of-memory`, `crashed` */
  createRepacketizer(): OpusRepacketizer {
    return new OpusRepacketizer(this.core);
  }
}
