import { CodecError, type CodecInstance } from '@xmpp-call/wasm-runtime';
import type { OpusExports } from './opus-exports.js';
import type { OpusSamples } from './options.js';
import { invalid } from './status.js';

/** Bytes that a packet may have at most; the longest that Opus can make is shorter by far. */
export const MAX_PACKET_BYTES = 65_536;

/** One instance of the module, and the two buffers through which samples and packets pass. */
export class OpusCore<Exports extends OpusExports = OpusExports> {
  readonly #samplesAddress: number;
  readonly #packetAddress: number;
  #floats: Float32Array | undefined;
  #shorts: Int16Array | undefined;

  constructor(readonly instance: CodecInstance<Exports>) {
    this.#samplesAddress = instance.exports.staged_samples_address();
    this.#packetAddress = instance.exports.staged_packet_address();
  }

  get exports(): Exports {
    return this.instance.exports;
  }

  stageSamples(samples: OpusSamples): void {
    if (samples instanceof Float32Array) this.instance.floats.set(samples, this.#samplesAddress / 4);
    else this.instance.shorts.set(samples, this.#samplesAddress / 2);
  }

  /** Copies `count` staged samples of the target's type to its start. */
  takeSamples(target: OpusSamples, count: number): void {
    if (target instanceof Float32Array) target.set(this.#stagedFloats(count));
    else target.set(this.#stagedShorts(count));
  }

  /** @throws {CodecError} `invalid-argument`, or `corrupt-packet` if there is no or too much of it */
  stagePacket(packet: Uint8Array): void {
    if (!(packet instanceof Uint8Array)) throw invalid('A packet is a Uint8Array');
    if (packet.length === 0 || packet.length > MAX_PACKET_BYTES) {
      throw new CodecError('corrupt-packet', `A packet of ${packet.length} bytes`);
    }
    this.instance.bytes.set(packet, this.#packetAddress);
  }

  /** Copies the staged packet's first bytes; a loop, as a view would be garbage with each packet. */
  takePacket(target: Uint8Array, size: number): void {
    const { bytes } = this.instance;
    const begin = this.#packetAddress;
    for (let index = 0; index < size; index += 1) target[index] = bytes[begin + index] ?? 0;
  }

  /** The staged samples, as a view that is kept from call to call: most calls want the same. */
  #stagedFloats(count: number): Float32Array {
    const { floats } = this.instance;
    if (this.#floats?.buffer !== floats.buffer || this.#floats.length !== count) {
      const begin = this.#samplesAddress / 4;
      this.#floats = floats.subarray(begin, begin + count);
    }
    return this.#floats;
  }

  #stagedShorts(count: number): Int16Array {
    const { shorts } = this.instance;
    if (this.#shorts?.buffer !== shorts.buffer || this.#shorts.length !== count) {
      const begin = this.#samplesAddress / 2;
      this.#shorts = shorts.subarray(begin, begin + count);
    }
    return this.#shorts;
  }
}

/** @throws {CodecError} `invalid-argument` */
export function checkSamples(samples: OpusSamples): void {
  if (!(samples instanceof Float32Array || samples instanceof Int16Array)) {
    throw invalid('Samples are a Float32Array or an Int16Array');
  }
}

/** An encoder, decoder or repacketizer inside the module: owns it, and hands out its address as long as it lives. */
export class OpusObject<Exports extends OpusExports = OpusExports> {
  readonly #destroy: (exports: Exports, address: number) => void;
  #address: number;

  constructor(
    private readonly core: OpusCore<Exports>,
    address: number,
    destroy: (exports: Exports, address: number) => void,
  ) {
    this.#address = address;
    this.#destroy = destroy;
  }

  /** @throws {CodecError} `closed`, `crashed` */
  get address(): number {
    this.assertOpen();
    return this.#address;
  }

  /** @throws {CodecError} `closed`, `crashed` */
  assertOpen(): void {
    if (this.#address === 0) throw new CodecError('closed', 'This Opus object was disposed');
    this.core.instance.assertUsable();
  }

  /** @throws {CodecError} `closed`, `crashed` */
  call(action: (exports: Exports, address: number) => number): number {
    const address = this.address;
    return this.core.instance.call(() => action(this.core.exports, address));
  }

  /** Gives the memory back; what has crashed has none to give. */
  dispose(): void {
    const address = this.#address;
    this.#address = 0;
    if (address !== 0 && !this.core.instance.isCrashed) {
      this.core.instance.call(() => this.#destroy(this.core.exports, address));
    }
  }
}
