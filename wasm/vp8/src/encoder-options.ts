import { CodecError } from '@xmpp-call/wasm-runtime';

/** How a picture stream is to be encoded. */
export interface Vp8EncoderOptions {
  /** Pixels, 1 to 16383. */
  width: number;
  height: number;
  /** Nominal pictures per second, 0.1 to 1000; the bitrate is kept by it unless frames come with timestamps. */
  framesPerSecond: number;
  /** Bits per second, 5000 to 1e9; libvpx counts in thousands. */
  bitrate: number;
  /**
   * 1 (slow, best quality) to 16 (fastest), libvpx' `cpu-used` of the same negative number: fixed, never adapted to the
   * clock, so that packets are reproducible. Default 6; 4 suits small pictures, 12 slow devices.
   */
  speed?: number;
  /** Frames from one key frame to the next at most; 0, the default: only the first and those asked for. */
  keyFrameInterval?: number;
  /** Bounds of the quantizer, 0 (best) to 63; default 2 and 56. */
  minQuantizer?: number;
  maxQuantizer?: number;
  /** Layers of frame rates, of which the upper can be left out; each doubles the rate. Default 1. */
  temporalLayers?: 1 | 2 | 3;
  /** libvpx' mode for screens: 0 off (default), 1 on, 2 with more aggressive rate control; `true` means 1. */
  screenContent?: boolean | 0 | 1 | 2;
  /** Squared difference below which a macroblock counts as unchanged, from 0; default 1. */
  staticThreshold?: number;
  /** Bound of a key frame, in percent of the mean frame, to 10000; 0, the default: none. */
  maxIntraBitratePercent?: number;
  /** Keeps entropy contexts of frames apart, so that a lost one does less harm; default true. Layers need it. */
  errorResilient?: boolean;
}

/** What `Vp8Encoder.reconfigure` can change without a key frame; the other options yield one. */
export type EncoderSettings = { readonly [Name in keyof Vp8EncoderOptions]-?: number };

/** Largest width and height that VP8 can express (RFC 6386 §9.1). */
const MAX_SIDE = 16383;
const MAX_INT = 0x7fffffff;

/** Options for which libvpx needs to be opened anew. */
export const FIXED_SETTINGS = ['width', 'height', 'keyFrameInterval', 'temporalLayers', 'errorResilient'] as const;

/**
 * @throws {CodecError} `invalid-argument`, `too-large`
 */
export function parseOptions(options: Vp8EncoderOptions): EncoderSettings {
  const settings: EncoderSettings = {
    width: side('width', options.width),
    height: side('height', options.height),
    framesPerSecond: inRange('framesPerSecond', options.framesPerSecond, 0.1, 1000),
    bitrate: inRange('bitrate', options.bitrate, 5000, 1e9),
    speed: integer('speed', options.speed ?? 6, 1, 16),
    keyFrameInterval: integer('keyFrameInterval', options.keyFrameInterval ?? 0, 0, MAX_INT),
    minQuantizer: integer('minQuantizer', options.minQuantizer ?? 2, 0, 63),
    maxQuantizer: integer('maxQuantizer', options.maxQuantizer ?? 56, 0, 63),
    temporalLayers: integer('temporalLayers', options.temporalLayers ?? 1, 1, 3),
    screenContent: integer('screenContent', Number(options.screenContent ?? 0), 0, 2),
    staticThreshold: integer('staticThreshold', options.staticThreshold ?? 1, 0, MAX_INT),
    maxIntraBitratePercent: integer('maxIntraBitratePercent', options.maxIntraBitratePercent ?? 0, 0, 10_000),
    errorResilient: options.errorResilient === false ? 0 : 1,
  };
  if (settings.minQuantizer > settings.maxQuantizer) {
    throw new CodecError('invalid-argument', 'minQuantizer is above maxQuantizer');
  }
  if (settings.temporalLayers > 1 && settings.errorResilient === 0) {
    throw new CodecError('invalid-argument', 'temporalLayers need errorResilient');
  }
  return settings;
}

function side(name: string, value: number): number {
  if (Number.isInteger(value) && value > MAX_SIDE) {
    throw new CodecError('too-large', `${name} is ${value}; VP8 has at most ${MAX_SIDE}`);
  }
  return integer(name, value, 1, MAX_SIDE);
}

function integer(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value)) throw new CodecError('invalid-argument', `${name} is ${value}, not an integer`);
  return inRange(name, value, least, most);
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new CodecError('invalid-argument', `${name} is ${value}, not of ${least} to ${most}`);
}
