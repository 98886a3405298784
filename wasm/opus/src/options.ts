import { REQUEST } from './opus-exports.js';
import { invalid } from './status.js';

/** Hz. */
export type OpusSampleRate = 8000 | 12000 | 16000 | 24000 | 48000;
export type OpusChannels = 1 | 2;
/** ms. */
export type OpusFrameDuration = 2.5 | 5 | 10 | 20 | 40 | 60;

/**
 * - `voip`                 speech is to be understood; may use SILK, which in-band FEC needs
 * - `audio`                music and broadcast; as close to the source as the bitrate allows
 * - `restricted-lowdelay`  5 ms of lookahead less, no speech modes
 */
export type OpusApplication = 'voip' | 'audio' | 'restricted-lowdelay';

/** Audio up to 4, 6, 8, 12 or 20 kHz (RFC 6716 §2). */
export type OpusBandwidth = 'narrowband' | 'mediumband' | 'wideband' | 'superwideband' | 'fullband';

/** What the encoder takes the sound for, when it chooses between its modes. */
export type OpusSignal = 'auto' | 'voice' | 'music';

/** Interleaved samples; floats are full scale at 1.0. */
export type OpusSamples = Float32Array | Int16Array;

/** What can be changed while an encoder runs. What is left out stays as it is. */
export interface OpusEncoderSettings {
  /** Bits per second, 500 to 512,000. By default the encoder chooses by sample rate and channels. */
  readonly bitrate?: number;
  /** 0 (fastest) to 10 (best), by default 9. From 7 on, speech and music are told apart by a neural net. */
  readonly complexity?: number;
  /**
   * Repeats speech at a lower bitrate within the next packet (RFC 6716 §2.1.7), if `expectedLoss` is above zero and the
   * bitrate has room for it. By default off.
   */
  readonly inbandFec?: boolean;
  /** Percentage of packets that are expected to be lost, 0 to 100, by default 0. */
  readonly expectedLoss?: number;
  /** Discontinuous transmission: packets of silence shrink to one or two bytes, which need not be sent. By default off. */
  readonly dtx?: boolean;
  /** By default fullband, or what the sample rate allows. */
  readonly maxBandwidth?: OpusBandwidth;
  /** By default `auto`. */
  readonly signal?: OpusSignal;
  /** All packets equally large. By default the bitrate varies around its target. */
  readonly constantBitrate?: boolean;
}

export interface OpusEncoderOptions extends OpusEncoderSettings {
  readonly sampleRate: OpusSampleRate;
  readonly channels: OpusChannels;
  /** By default `voip`. */
  readonly application?: OpusApplication;
  /** By default 20 ms. */
  readonly frameDuration?: OpusFrameDuration;
}

const SAMPLE_RATES: readonly number[] = [8000, 12000, 16000, 24000, 48000];
const FRAME_DURATIONS: readonly number[] = [2.5, 5, 10, 20, 40, 60];
const APPLICATIONS = { voip: 2048, audio: 2049, 'restricted-lowdelay': 2051 };
const SIGNALS = { auto: -1000, voice: 3001, music: 3002 };

/** In the order of libopus, from OPUS_BANDWIDTH_NARROWBAND on. */
export const BANDWIDTHS: readonly OpusBandwidth[] = [
  'narrowband',
  'mediumband',
  'wideband',
  'superwideband',
  'fullband',
];
export const FIRST_BANDWIDTH = 1101;

/** @throws {CodecError} `invalid-argument` */
export function checkFormat(sampleRate: unknown, channels: unknown): void {
  checkSampleRate(sampleRate);
  if (channels !== 1 && channels !== 2) throw invalid(`Opus has one or two channels, not ${String(channels)}`);
}

/** @throws {CodecError} `invalid-argument` */
export function checkSampleRate(sampleRate: unknown): void {
  if (typeof sampleRate === 'number' && SAMPLE_RATES.includes(sampleRate)) return;
  throw invalid(`Opus takes a sample rate of ${SAMPLE_RATES.join(', ')} Hz, not ${String(sampleRate)}`);
}

/** @throws {CodecError} `invalid-argument` */
export function checkFrameDuration(milliseconds: unknown): void {
  if (typeof milliseconds === 'number' && FRAME_DURATIONS.includes(milliseconds)) return;
  throw invalid(`A frame lasts ${FRAME_DURATIONS.join(', ')} ms, not ${String(milliseconds)}`);
}

/** @throws {CodecError} `invalid-argument` */
export function applicationValue(application: OpusApplication): number {
  return lookUp(APPLICATIONS, application, 'application');
}

/** A request of `opus_encoder_ctl` with its value. */
export type Control = readonly [request: number, value: number];

/**
 * The settings as libopus takes them.
 * @throws {CodecError} `invalid-argument`
 */
export function encoderControls(settings: OpusEncoderSettings): Control[] {
  const { bitrate, complexity, inbandFec, expectedLoss, dtx, maxBandwidth, signal, constantBitrate } = settings;
  const controls: Control[] = [];
  const add = (request: number, value: number): unknown => controls.push([request, value]);
  if (bitrate !== undefined) add(REQUEST.setBitrate, whole(bitrate, 500, 512_000, 'bitrate'));
  if (complexity !== undefined) add(REQUEST.setComplexity, whole(complexity, 0, 10, 'complexity'));
  if (inbandFec !== undefined) add(REQUEST.setInbandFec, flag(inbandFec, 'inbandFec'));
  if (expectedLoss !== undefined) add(REQUEST.setPacketLossPercentage, whole(expectedLoss, 0, 100, 'expectedLoss'));
  if (dtx !== undefined) add(REQUEST.setDtx, flag(dtx, 'dtx'));
  if (maxBandwidth !== undefined) add(REQUEST.setMaxBandwidth, bandwidthValue(maxBandwidth));
  if (signal !== undefined) add(REQUEST.setSignal, lookUp(SIGNALS, signal, 'signal'));
  if (constantBitrate !== undefined) add(REQUEST.setVbr, 1 - flag(constantBitrate, 'constantBitrate'));
  return controls;
}

function bandwidthValue(bandwidth: OpusBandwidth): number {
  const index = BANDWIDTHS.indexOf(bandwidth);
  if (index < 0) throw invalid(`There is no bandwidth "${bandwidth}"`);
  return FIRST_BANDWIDTH + index;
}

/**
 * A number rounded to an integer.
 * @throws {CodecError} `invalid-argument` if it is none, or out of range
 */
export function whole(value: unknown, least: number, most: number, name: string): number {
  if (typeof value === 'number' && value >= least && value <= most) return Math.round(value);
  throw invalid(`${name} is a number from ${least} to ${most}, not ${String(value)}`);
}

/**
 * Decibels in steps of 1/256, as libopus takes them.
 * @throws {CodecError} `invalid-argument`
 */
export function decibels(value: unknown): number {
  if (typeof value !== 'number' || !(Math.abs(value) <= 128))
    throw invalid(`A gain is -128 to 128 dB, not ${String(value)}`);
  return Math.min(Math.round(value * 256), 32_767);
}

function flag(value: unknown, name: string): 0 | 1 {
  if (typeof value !== 'boolean') throw invalid(`${name} is true or false, not ${String(value)}`);
  return value ? 1 : 0;
}

function lookUp(values: Readonly<Record<string, number>>, key: string, name: string): number {
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (value === undefined) throw invalid(`There is no ${name} "${key}"`);
  return value;
}
