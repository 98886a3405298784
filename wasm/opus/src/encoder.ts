import { CodecError } from '@xmpp-call/wasm-runtime';
import { checkSamples, MAX_PACKET_BYTES, OpusObject, type OpusCore } from './opus-core.js';
import { REQUEST, type OpusExports } from './opus-exports.js';
import {
  applicationValue,
  checkFormat,
  checkFrameDuration,
  encoderControls,
  type Control,
  type OpusChannels,
  type OpusEncoderOptions,
  type OpusEncoderSettings,
  type OpusSampleRate,
  type OpusSamples,
} from './options.js';
import { checked, failure, invalid } from './status.js';

/** With less room libopus encodes nothing but silence. */
const LEAST_ROOM = 20;

/** Encodes sound of one format, frame by frame. Made by `Opus.createEncoder`. */
export class OpusEncoder {
  /** Hz. */
  readonly sampleRate: OpusSampleRate;
  readonly channels: OpusChannels;
  /** Samples of each channel in one frame. */
  readonly samplesPerFrame: number;
  /** @internal */
  protected readonly core: OpusCore;
  readonly #object: OpusObject;

  /** @internal */
  constructor(core: OpusCore, options: OpusEncoderOptions, controls: readonly Control[] = encoderControls(options)) {
    const { sampleRate, channels, application = 'voip', frameDuration = 20 } = options;
    checkFormat(sampleRate, channels);
    checkFrameDuration(frameDuration);
    const applicationCode = applicationValue(application);
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.samplesPerFrame = (sampleRate * frameDuration) / 1000;
    this.core = core;
    const { instance, exports } = core;
    const address = instance.call(() => exports.encoder_create(sampleRate, channels, applicationCode));
    this.#object = new OpusObject(core, checked(address, 'create an encoder'), destroyEncoder);
    this.apply(controls);
  }

  /**
   * Encodes one frame.
   * @param samples interleaved, `samplesPerFrame` of each channel; floats are full scale at 1.0, and what is not a number
   *   becomes silence
   * @param packet room for the result, which is made to fit into it; 1,276 bytes per 20 ms are always enough
   * @returns size of the packet in bytes; with DTX, one or two bytes need not be sent
   * @throws {CodecError} `invalid-argument`, `buffer-too-small` (less than 20 bytes), `closed`, `crashed`
   */
  encode(samples: OpusSamples, packet: Uint8Array): number {
    const encoder = this.#object.address;
    const { samplesPerFrame, channels } = this;
    checkSamples(samples);
    if (samples.length !== samplesPerFrame * channels) {
      throw invalid(`A frame has ${samplesPerFrame * channels} samples, not ${samples.length}`);
    }
    if (!(packet instanceof Uint8Array)) throw invalid('The packet is a Uint8Array');
    if (packet.length < LEAST_ROOM) {
      throw new CodecError('buffer-too-small', `A packet takes room for ${LEAST_ROOM} bytes, not ${packet.length}`);
    }
    const room = Math.min(packet.length, MAX_PACKET_BYTES);
    const { instance, exports } = this.core;
    this.core.stageSamples(samples);
    let size: number;
    try {
      size =
        samples instanceof Float32Array
          ? exports.encode_floats(encoder, samplesPerFrame, channels, room)
          : exports.encode_shorts(encoder, samplesPerFrame, room);
    } catch (cause) {
      throw instance.crashed(cause);
    }
    if (size < 0) throw failure(size, 'encode');
    this.core.takePacket(packet, size);
    return size;
  }

  /**
   * Changes settings from the next frame on.
   * @throws {CodecError} `invalid-argument` (nothing was changed), `closed`, `crashed`
   */
  reconfigure(settings: OpusEncoderSettings): void {
    this.apply(encoderControls(settings));
  }

  /** Bits per second: what was set, or what the encoder has chosen. */
  get bitrate(): number {
    return this.#get(REQUEST.getBitrate);
  }

  /** @throws {CodecError} `invalid-argument`, `closed`, `crashed` */
  set bitrate(bitrate: number) {
    this.reconfigure({ bitrate });
  }

  /** Samples of each channel by which the decoded sound is late, whatever the frame duration. */
  get lookahead(): number {
    return this.#get(REQUEST.getLookahead);
  }

  /** Whether the last frame was silence that DTX need not send. */
  get inDtx(): boolean {
    return this.#get(REQUEST.getInDtx) !== 0;
  }

  /** State of the entropy coder after the last frame, equal to the decoder's (RFC 6716 §6.1); 32 bits. */
  get finalRange(): number {
    return this.#object.call((exports, encoder) => exports.encoder_get(encoder, REQUEST.getFinalRange)) >>> 0;
  }

  /** Forgets the sound so far, for a new stream. Settings stay. */
  reset(): void {
    const status = this.#object.call((exports, encoder) => exports.encoder_reset(encoder));
    checked(status, 'reset the encoder');
  }

  /** Gives the memory back. More than one call does no harm. */
  dispose(): void {
    this.#object.dispose();
  }

  /** @internal */
  protected apply(controls: readonly Control[]): void {
    for (const [request, value] of controls) {
      const status = this.#object.call((exports, encoder) => exports.encoder_set(encoder, request, value));
      checked(status, `set ${request} to ${value}`);
    }
  }

  #get(request: number): number {
    const value = this.#object.call((exports, encoder) => exports.encoder_get(encoder, request));
    return checked(value, `get ${request}`);
  }
}

function destroyEncoder(exports: OpusExports, address: number): void {
  exports.encoder_destroy(address);
}
