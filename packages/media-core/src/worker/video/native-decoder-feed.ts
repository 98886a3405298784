import type { Vp8 } from '@xmpp-call/vp8';
import type { CodecSlot } from '../../core/codec-slot.js';
import { makeStubFrames, type StubFrames } from '../frames/stub-frames.js';
import type { PipelineHost } from '../pipeline-host.js';

/**
 * Chooses what the browser's video decoder gets: the received frames, or stub frames while our decoder is used. After stub
 * frames it gets the received ones from a key frame on, because the others refer to frames that it has not decoded.
 */
export class NativeDecoderFeed {
  readonly #host: PipelineHost;
  readonly #codec: CodecSlot<Vp8>;
  #stubs: StubFrames | undefined;
  #nativeSince: number | undefined = -Infinity;

  /** @param codec encodes the stub frames */
  constructor(host: PipelineHost, codec: CodecSlot<Vp8>) {
    this.#host = host;
    this.#codec = codec;
  }

  /** Since when the browser has decoded the received frames [ms]; undefined while it decodes stub frames. */
  get nativeSince(): number | undefined {
    return this.#nativeSince;
  }

  /** Whether there are stub frames. */
  get hasStubs(): boolean {
    return this.#makeStubs() !== undefined;
  }

  /** Replaces a frame that must not be decoded by a stub frame of the same kind; undefined to drop it. */
  replace(isKey: boolean): Uint8Array | undefined {
    this.#nativeSince = undefined;
    const stubs = this.#makeStubs();
    return isKey ? stubs?.key : stubs?.delta;
  }

  /** Replaces a frame that our decoder decodes. The first stub frame after received ones must not refer to them. */
  replaceDecoded(isKey: boolean): Uint8Array | undefined {
    const stub = isKey || this.#nativeSince !== undefined ? this.#stubs?.key : this.#stubs?.delta;
    this.#nativeSince = undefined;
    return stub;
  }

  /** @returns whether the browser can decode this frame; otherwise it needs a key frame first */
  canPass(isKey: boolean, now: number): boolean {
    if (isKey) this.#nativeSince ??= now;
    return this.#nativeSince !== undefined;
  }

  /** Replaces a frame that the browser cannot decode without a key frame. */
  get delta(): Uint8Array | undefined {
    return this.#stubs?.delta;
  }

  #makeStubs(): StubFrames | undefined {
    if (!this.#stubs && this.#codec.codec) {
      try {
        this.#stubs = makeStubFrames(this.#codec.codec);
      } catch (error) {
        this.#host.log('warn', 'stub frames could not be encoded', { error: String(error) });
        this.#codec.failed(error);
      }
    }
    return this.#stubs;
  }
}
