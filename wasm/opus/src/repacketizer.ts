import { CodecError } from '@xmpp-call/wasm-runtime';
import { MAX_PACKET_BYTES, OpusObject, type OpusCore } from './opus-core.js';
import { ERROR, type OpusExports } from './opus-exports.js';
import { inspectPacket } from './packet.js';
import { checked, failure, invalid } from './status.js';

/** Merges frames of several packets into one, or splits a packet. Made by `Opus.createRepacketizer`. */
export class OpusRepacketizer {
  readonly #core: OpusCore;
  readonly #object: OpusObject;
  #frames = 0;

  /** @internal */
  constructor(core: OpusCore) {
    this.#core = core;
    const address = core.instance.call(() => core.exports.repacketizer_create());
    this.#object = new OpusObject(core, checked(address, 'create a repacketizer'), destroyRepacketizer);
  }

  /** Number of frames held. */
  get frames(): number {
    return this.#frames;
  }

  /**
   * Adds the frames of a packet. All have to be of the same mode, bandwidth, frame duration and channels, 120 ms at most.
   * @throws {CodecError} `corrupt-packet`; `invalid-argument` if it does not go with the frames before; `closed`, `crashed`
   */
  add(packet: Uint8Array): void {
    const repacketizer = this.#object.address;
    const { instance, exports } = this.#core;
    inspectPacket(packet);
    this.#core.stagePacket(packet);
    const frames = instance.call(() => exports.repacketizer_add(repacketizer, packet.length));
    if (frames === ERROR.invalidPacket) throw invalid('The packet does not go with the frames before it');
    this.#frames = checked(frames, 'add the packet');
  }

  /**
   * Writes the frames from `begin` up to `end`, which is left out, as one packet; by default all.
   * @returns its size in bytes
   * @throws {CodecError} `invalid-argument`, `buffer-too-small`, `closed`, `crashed`
   */
  write(packet: Uint8Array, begin = 0, end = this.#frames): number {
    const repacketizer = this.#object.address;
    if (!(packet instanceof Uint8Array)) throw invalid('The packet is a Uint8Array');
    if (!Number.isInteger(begin) || !Number.isInteger(end) || begin < 0 || begin >= end || end > this.#frames) {
      throw invalid(`There are no frames ${begin} to ${end} of ${this.#frames}`);
    }
    const { instance, exports } = this.#core;
    const room = Math.min(packet.length, MAX_PACKET_BYTES);
    if (room === 0) throw new CodecError('buffer-too-small', 'There is no room for a packet');
    const size = instance.call(() => exports.repacketizer_write(repacketizer, begin, end, room));
    if (size < 0) throw failure(size, 'write the packet');
    this.#core.takePacket(packet, size);
    return size;
  }

  /** Forgets the frames. */
  reset(): void {
    const repacketizer = this.#object.address;
    this.#core.instance.call(() => this.#core.exports.repacketizer_reset(repacketizer));
    this.#frames = 0;
  }

  /** Gives the memory back. More than one call does no harm. */
  dispose(): void {
    this.#object.dispose();
  }
}

function destroyRepacketizer(exports: OpusExports, address: number): void {
  exports.repacketizer_destroy(address);
}
