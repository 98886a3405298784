import { CodecError } from '@xmpp-call/wasm-runtime';
import { checkSamples, OpusObject, type OpusCore } from './opus-core.js';
import { ERROR, REQUEST, type OpusExports } from './opus-exports.js';
import {
  BANDWIDTHS,
  checkFormat,
  decibels,
  FIRST_BANDWIDTH,
  type OpusBandwidth,
  type OpusChannels,
  type OpusSampleRate,
  type OpusSamples,
} from './options.js';
import { checked, failure, invalid } from './status.js';

export interface OpusDecoderOptions {
  /** Hz; need not be the encoder's. */
  readonly sampleRate: OpusSampleRate;
  /** Need not be the encoder's. */
  readonly channels: OpusChannels;
  /** Amplification in dB, -128 to 128, by default 0. */
  readonly gain?: number;
}

/** The longest packet. */
const MAX_DURATION_MS = 120;
/** Concealed and recovered sound comes in steps of 1/400 s. */
const STEPS_PER_SECOND = 400;
/** What is taken for lost before any packet told the duration. */
const FIRST_DURATION_MS = 20;

/** Decodes packets in order to sound of one format. Made by `Opus.createDecoder`. */
export class OpusDecoder {
  /** Hz. */
  readonly sampleRate: OpusSampleRate;
  readonly channels: OpusChannels;
  /** @internal */
  protected readonly core: OpusCore;
  /** @internal */
  protected readonly object: OpusObject;
  #gain = 0;

  /** @internal */
  constructor(core: OpusCore, { sampleRate, channels, gain = 0 }: OpusDecoderOptions) {
    checkFormat(sampleRate, channels);
    const gainValue = decibels(gain);
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.core = core;
    const { instance, exports } = core;
    const address = instance.call(() => exports.decoder_create(sampleRate, channels));
    this.object = new OpusObject(core, checked(address, 'create a decoder'), destroyDecoder);
    this.#setGain(gain, gainValue);
  }

  /**
   * Decodes a packet.
   * @param samples room for the sound, interleaved; 120 ms are always enough. Floats are full scale at 1.0 and may exceed
   *   it; integers are limited softly.
   * @returns samples of each channel
   * @throws {CodecError} `corrupt-packet`, `buffer-too-small`, `invalid-argument`, `closed`, `crashed`; the decoder goes on
   *   with the next packet, except for the last two
   */
  decode(packet: Uint8Array, samples: OpusSamples): number {
    const decoder = this.object.address;
    const room = Math.min(this.#roomOf(samples), (this.sampleRate * MAX_DURATION_MS) / 1000);
    this.core.stagePacket(packet);
    return this.#decode(decoder, packet.length, samples, room, 0);
  }

  /**
   * Recovers the sound of a lost packet from the redundancy in the packet after it, which is decoded as usual afterwards.
   * Where that has none (see `inspectPacket`), the loss is concealed.
   * @param samplesPerChannel what was lost, a multiple of 2.5 ms; by default as much as the last packet held
   * @returns samples of each channel
   * @throws {CodecError} as `decode`
   */
  decodeFec(nextPacket: Uint8Array, samples: OpusSamples, samplesPerChannel = this.lostSamples()): number {
    const decoder = this.object.address;
    const lost = this.checkedLoss(samples, samplesPerChannel);
    this.core.stagePacket(nextPacket);
    return this.#decode(decoder, nextPacket.length, samples, lost, 1);
  }

  /**
   * Makes up the sound of a lost packet from what was before.
   * @param samplesPerChannel what was lost, a multiple of 2.5 ms; by default as much as the last packet held
   * @returns samples of each channel
   * @throws {CodecError} `buffer-too-small`, `invalid-argument`, `closed`, `crashed`
   */
  conceal(samples: OpusSamples, samplesPerChannel = this.lostSamples()): number {
    const decoder = this.object.address;
    return this.#decode(decoder, 0, samples, this.checkedLoss(samples, samplesPerChannel), 0);
  }

  /** Samples of each channel that came from the last packet or its loss; 0 before. */
  get lastPacketDuration(): number {
    return this.#get(REQUEST.getLastPacketDuration);
  }

  /** Period of the voice in the last packet, in samples at 48 kHz; 0 if there was none. */
  get pitch(): number {
    return this.#get(REQUEST.getPitch);
  }

  /** Of the last packet; undefined before. */
  get bandwidth(): OpusBandwidth | undefined {
    return BANDWIDTHS[this.#get(REQUEST.getBandwidth) - FIRST_BANDWIDTH];
  }

  /** State of the entropy coder after the last packet, equal to the encoder's (RFC 6716 §6.1); 32 bits. */
  get finalRange(): number {
    return this.object.call((exports, decoder) => exports.decoder_get(decoder, REQUEST.getFinalRange)) >>> 0;
  }

  /** Amplification in dB, -128 to 128. */
  get gain(): number {
    return this.#gain;
  }

  /** @throws {CodecError} `invalid-argument`, `closed`, `crashed` */
  set gain(gain: number) {
    this.#setGain(gain, decibels(gain));
  }

  /** Forgets the sound so far, for a new stream. The gain stays. */
  reset(): void {
    const status = this.object.call((exports, decoder) => exports.decoder_reset(decoder));
    checked(status, 'reset the decoder');
  }

  /** Gives the memory back. More than one call does no harm. */
  dispose(): void {
    this.object.dispose();
  }

  #decode(decoder: number, size: number, samples: OpusSamples, frameSize: number, fec: 0 | 1): number {
    const { instance, exports } = this.core;
    let count: number;
    try {
      count =
        samples instanceof Float32Array
          ? exports.decode_floats(decoder, size, frameSize, fec)
          : exports.decode_shorts(decoder, size, frameSize, fec);
    } catch (cause) {
      throw instance.crashed(cause);
    }
    return this.take(samples, count, size);
  }

  /**
   * Hands the staged samples over.
   * @internal
   */
  protected take(samples: OpusSamples, count: number, size: number): number {
    if (count < 0) throw decodingFailure(count, size);
    this.core.takeSamples(samples, count * this.channels);
    return count;
  }

  /** Samples of each channel that there is room for. */
  #roomOf(samples: OpusSamples): number {
    checkSamples(samples);
    const room = Math.floor(samples.length / this.channels);
    if (room === 0) throw new CodecError('buffer-too-small', 'There is no room for samples');
    return room;
  }

  /** @internal */
  protected checkedLoss(samples: OpusSamples, samplesPerChannel: number): number {
    const room = this.#roomOf(samples);
    const most = (this.sampleRate * MAX_DURATION_MS) / 1000;
    const isMultiple = samplesPerChannel % (this.sampleRate / STEPS_PER_SECOND) === 0;
    if (!isMultiple || samplesPerChannel <= 0 || samplesPerChannel > most) {
      throw invalid(`What is lost lasts a multiple of 2.5 ms up to 120 ms, not ${samplesPerChannel} samples`);
    }
    if (samplesPerChannel > room) {
      throw new CodecError('buffer-too-small', `${samplesPerChannel} samples do not fit into ${room}`);
    }
    return samplesPerChannel;
  }

  /** @internal */
  protected lostSamples(): number {
    const last = this.lastPacketDuration;
    return last > 0 ? last : (this.sampleRate * FIRST_DURATION_MS) / 1000;
  }

  #setGain(gain: number, value: number): void {
    const status = this.object.call((exports, decoder) => exports.decoder_set(decoder, REQUEST.setGain, value));
    checked(status, 'set the gain');
    this.#gain = gain;
  }

  #get(request: number): number {
    const value = this.object.call((exports, decoder) => exports.decoder_get(decoder, request));
    return checked(value, `get ${request}`);
  }
}

/** Arguments have been checked before, so that what else libopus does not like is the packet. */
function decodingFailure(status: number, size: number): CodecError {
  if (status === ERROR.bufferTooSmall || status === ERROR.allocationFailed || size === 0)
    return failure(status, 'decode');
  return new CodecError('corrupt-packet', `libopus cannot decode a packet of ${size} bytes: error ${status}`);
}

function destroyDecoder(exports: OpusExports, address: number): void {
  exports.decoder_destroy(address);
}
