import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { i420Bytes, i420Frame } from '../picture.js';
import type { I420Frame } from '../picture.js';
import { NativeProgram } from './program.js';
import { changeList, RecordReader, words } from './records.js';
import { parseTimings } from './timings.js';
import type { NativeTimings } from './timings.js';

const KEY_FRAME = 1;
const LAYER_SHIFT = 8;

/** The settings of `README.md`; every default is the one given there. */
export interface NativeVp8Options {
  readonly width: number;
  readonly height: number;
  /** kbit/s */
  readonly kilobits: number;
  /** Frames per second, 30 by default. */
  readonly fps?: number;
  /** libvpx' `cpu-used`, -16 to -1; -8 by default. */
  readonly speed?: number;
  readonly keyFrameInterval?: number;
  readonly minQuantizer?: number;
  readonly maxQuantizer?: number;
  readonly errorResilient?: boolean;
  readonly staticThreshold?: number;
  readonly maxIntraPercent?: number;
  readonly screenContent?: 0 | 1 | 2;
  readonly layers?: 1 | 2 | 3;
  /** What ours never makes but has to decode: other filters (RFC 6386 §9.1), 2^n partitions, a sharper loop filter. */
  readonly profile?: 0 | 1 | 2 | 3;
  readonly tokenPartitions?: 0 | 1 | 2 | 3;
  readonly sharpness?: number;
  /** Frames to be key frames. */
  readonly keyFrames?: readonly number[];
  /** kbit/s from a frame on. */
  readonly bitrates?: ReadonlyMap<number, number>;
  /** Speed from a frame on. */
  readonly speeds?: ReadonlyMap<number, number>;
  /** Size from a frame on; the input's frames have it. */
  readonly sizes?: ReadonlyMap<number, { readonly width: number; readonly height: number }>;
}

export interface NativeVp8Packet {
  /** Empty if the encoder gave none for its frame. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly keyFrame: boolean;
  readonly layer: number;
}

/** What the native decoder made of a packet. */
export interface NativeVp8Result {
  /** `vpx_codec_err_t`; 0 is success. */
  readonly status: number;
  /** FNV-1a of the I420 picture; undefined if the packet gave none. */
  readonly hash: number | undefined;
  readonly width: number;
  readonly height: number;
  /** Only if asked for. */
  readonly frame: I420Frame | undefined;
}

/** libvpx' VP8 compiled natively. Every method throws NativeReferenceError if the program cannot be built or fails. */
export class NativeVp8 {
  readonly #program = new NativeProgram('vp8');

  version(): string {
    return this.#program.version();
  }

  encode(frames: Iterable<I420Frame>, options: NativeVp8Options): NativeVp8Packet[] {
    const input = Buffer.concat(Array.from(frames, ({ data }) => data));
    const output = new RecordReader(this.#program.run('encode', encoderArguments(options), input));
    const packets: NativeVp8Packet[] = [];
    while (!output.atEnd) {
      const size = output.word();
      const flags = output.word();
      packets.push({ data: output.bytes(size), keyFrame: (flags & KEY_FRAME) !== 0, layer: flags >> LAYER_SHIFT });
    }
    return packets;
  }

  decode(packets: Iterable<Uint8Array>, { pictures = false } = {}): NativeVp8Result[] {
    const output = new RecordReader(this.#program.run('decode', pictures ? { raw: 1 } : {}, packed(packets)));
    const results: NativeVp8Result[] = [];
    while (!output.atEnd) {
      const status = output.word();
      const width = output.word();
      const height = output.word();
      const hash = output.word();
      const hasPicture = width > 0;
      const frame =
        pictures && hasPicture ? i420Frame(width, height, output.bytes(i420Bytes(width, height))) : undefined;
      results.push({ status, width, height, hash: hasPicture ? hash : undefined, frame });
    }
    return results;
  }

  /**
   * CPU time of encoding the file of I420 frames, `repeat` times over in one stream.
   * @see writeFrames
   */
  benchEncode(path: string, options: NativeVp8Options, repeat = 1): NativeTimings {
    return parseTimings(this.#program.run('encode', { ...encoderArguments(options), input: path, bench: 1, repeat }));
  }

  /** CPU time of decoding the packets. */
  benchDecode(packets: Iterable<Uint8Array>): NativeTimings {
    return parseTimings(this.#program.run('decode', { bench: 1 }, packed(packets)));
  }
}

/** Writes frames one after the other, for `benchEncode`; makes the directory. */
export function writeFrames(path: string, frames: Iterable<I420Frame>): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  try {
    for (const { data } of frames) writeSync(file, data);
  } finally {
    closeSync(file);
  }
}

function packed(packets: Iterable<Uint8Array>): Buffer {
  return Buffer.concat(Array.from(packets, (packet) => [words(packet.byteLength), packet]).flat());
}

function encoderArguments(options: NativeVp8Options): Record<string, string | number> {
  const { bitrates, speeds, sizes, keyFrames } = options;
  return {
    width: options.width,
    height: options.height,
    bitrate: options.kilobits,
    ...(options.fps === undefined ? {} : { fps: options.fps }),
    ...(options.speed === undefined ? {} : { speed: options.speed }),
    ...(options.keyFrameInterval === undefined ? {} : { 'key-frame-interval': options.keyFrameInterval }),
    ...(options.minQuantizer === undefined ? {} : { 'min-quantizer': options.minQuantizer }),
    ...(options.errorResilient === undefined ? {} : { 'error-resilient': options.errorResilient ? 1 : 0 }),
    ...(options.maxQuantizer === undefined ? {} : { 'max-quantizer': options.maxQuantizer }),
    ...(options.staticThreshold === undefined ? {} : { 'static-threshold': options.staticThreshold }),
    ...(options.maxIntraPercent === undefined ? {} : { 'max-intra-percent': options.maxIntraPercent }),
    ...(options.screenContent === undefined ? {} : { 'screen-content': options.screenContent }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.tokenPartitions === undefined ? {} : { 'token-partitions': options.tokenPartitions }),
    ...(options.sharpness === undefined ? {} : { sharpness: options.sharpness }),
    ...(options.layers === undefined ? {} : { layers: options.layers }),
    ...(keyFrames === undefined ? {} : { 'key-frames': keyFrames.join(',') }),
    ...(bitrates === undefined ? {} : { bitrates: changeList(bitrates) }),
    ...(speeds === undefined ? {} : { speeds: changeList(speeds) }),
    ...(sizes === undefined
      ? {}
      : { sizes: Array.from(sizes, ([frame, { width, height }]) => `${frame}:${width}x${height}`).join(',') }),
  };
}
