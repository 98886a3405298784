import {
  checked,
  OpusDecoder,
  OpusObject,
  REQUEST,
  whole,
  type OpusCore,
  type OpusDecoderOptions,
  type OpusSamples,
} from '@xmpp-call/opus/api';
import type { DredExports } from './dred-exports.js';

export interface DredDecoderOptions extends OpusDecoderOptions {
  /** 0 to 10, by default 5. From 5 on a neural net conceals losses. */
  readonly complexity?: number;
}

const DEFAULT_COMPLEXITY = 5;
/** How far back redundancy can go. */
const MAX_REDUNDANCY_MS = 1040;
/** Redundancy comes in units, of which libopus may read one too few: they do not end where the packet begins. */
const UNIT_MS = 40;
/** How far back a loss may be that ends where the packet begins. */
const MAX_OFFSET_MS = 10_000;

/** An Opus decoder that can recover what was lost from the redundancy in a later packet. Made by `OpusDred.createDecoder`. */
export class DredDecoder extends OpusDecoder {
  readonly #dred: OpusObject<DredExports>;

  /** @internal */
  constructor(core: OpusCore<DredExports>, options: DredDecoderOptions) {
    const complexity = whole(options.complexity ?? DEFAULT_COMPLEXITY, 0, 10, 'complexity');
    super(core, options);
    const status = this.object.call((exports, decoder) =>
      exports.decoder_set(decoder, REQUEST.setComplexity, complexity),
    );
    checked(status, 'set the complexity');
    this.#dred = this.#createDred(core);
  }

  /**
   * Reads the redundancy in a packet that follows a loss, for `decodeDred`, without decoding the packet.
   * @param wanted samples of each channel that are needed at most; less takes less time. By default all there are.
   * @returns how far back it goes, in samples before the packet's own; 0 if the packet has no redundancy
   * @throws {CodecError} `corrupt-packet`, `invalid-argument`, `closed`, `crashed`
   */
  parseDred(packet: Uint8Array, wanted: number = (this.sampleRate * MAX_REDUNDANCY_MS) / 1000): number {
    const { sampleRate } = this;
    const most = (sampleRate * MAX_REDUNDANCY_MS) / 1000;
    const count = Math.min(whole(wanted, 0, most, 'wanted') + (sampleRate * UNIT_MS) / 1000, most);
    this.#dred.assertOpen();
    this.core.stagePacket(packet);
    const status = this.#dred.call((exports, dred) => exports.dred_parse(dred, packet.length, count, sampleRate));
    return checked(status, 'read the redundancy');
  }

  /**
   * Decodes lost sound from the redundancy that was read last, which belongs in order between the last packet decoded and
   * the one that has the redundancy.
   * @param offset samples of each channel from the beginning of the lost sound to that of the packet with the redundancy;
   *   further back than the redundancy goes, sound is concealed
   * @param samplesPerChannel what was lost, a multiple of 2.5 ms up to 120 ms; by default as much as the last packet held
   * @returns samples of each channel
   * @throws {CodecError} `invalid-argument`, `buffer-too-small`, `closed`, `crashed`
   */
  decodeDred(offset: number, samples: OpusSamples, samplesPerChannel: number = this.lostSamples()): number {
    const decoder = this.object.address;
    const lost = this.checkedLoss(samples, samplesPerChannel);
    const start = whole(offset, 0, (this.sampleRate * MAX_OFFSET_MS) / 1000, 'offset');
    const count = this.#dred.call((exports, dred) =>
      samples instanceof Float32Array
        ? exports.dred_decode_floats(dred, decoder, start, lost)
        : exports.dred_decode_shorts(dred, decoder, start, lost),
    );
    return this.take(samples, count, 0);
  }

  override dispose(): void {
    this.#dred.dispose();
    super.dispose();
  }

  /** If there is no memory for it, none is kept for the decoder either. */
  #createDred(core: OpusCore<DredExports>): OpusObject<DredExports> {
    const address = core.instance.call(() => core.exports.dred_create());
    if (address < 0) super.dispose();
    return new OpusObject(core, checked(address, 'create a decoder of redundancy'), destroyDred);
  }
}

function destroyDred(exports: DredExports, address: number): void {
  exports.dred_destroy(address);
}
