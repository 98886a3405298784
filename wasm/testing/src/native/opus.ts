import { join } from 'node:path';
import { NativeProgram, PROGRAMS_DIRECTORY, SOURCES_DIRECTORY } from './program.js';
import { changeList, RecordReader, words } from './records.js';
import { parseTimings } from './timings.js';
import type { NativeTimings } from './timings.js';

/** Interleaved samples: Float32 in [-1, 1] or 16-bit integers. */
export type Samples = Float32Array | Int16Array;

export interface NativeOpusFormat {
  /** Hz: 8000, 12000, 16000, 24000 or 48000. */
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  /** 20 by default. */
  readonly frameMs?: 10 | 20 | 40 | 60;
}

export interface NativeOpusOptions extends NativeOpusFormat {
  readonly application?: 'voip' | 'audio' | 'lowdelay';
  /** bits/s, 32000 by default. */
  readonly bitrate?: number;
  /** 0 to 10, 5 by default. */
  readonly complexity?: number;
  readonly fec?: boolean;
  /** Expected loss, per cent. */
  readonly loss?: number;
  readonly dtx?: boolean;
  /** Room for a packet, 4000 bytes by default. */
  readonly maxBytes?: number;
  /** bits/s from a frame on. */
  readonly bitrates?: ReadonlyMap<number, number>;
  /** Expected loss from a frame on, per cent. */
  readonly losses?: ReadonlyMap<number, number>;
}

export interface NativeOpusPacket {
  readonly data: Uint8Array<ArrayBuffer>;
  /** The range coder's state after the packet (RFC 6716 §4.1), equal in encoder and decoder. */
  readonly finalRange: number;
}

/** A packet to decode, the FEC of the frame before this packet, or concealment of one frame. */
export type OpusStep =
  | { readonly kind: 'packet'; readonly data: Uint8Array }
  | { readonly kind: 'fec'; readonly data: Uint8Array }
  | { readonly kind: 'concealment' };

export interface NativeOpusResult<Kind extends Samples> {
  /** Samples per channel, or libopus' negative error. */
  readonly count: number;
  readonly finalRange: number;
  /** Interleaved; empty after an error. */
  readonly samples: Kind;
}

const PINNED_SOURCES = 'opus-1.3.1';
const MODES = { packet: 0, fec: 1, concealment: 2 } as const;

/** libopus compiled natively. Every method throws NativeReferenceError if the program cannot be built or fails. */
export class NativeOpus {
  readonly #program: NativeProgram;

  /** @param program otherwise with Debian's libopus-dev */
  constructor(program = new NativeProgram('opus')) {
    this.#program = program;
  }

  /**
   * Debian's library but for the search for pulses in the CELT encoder, which is compiled from the pinned sources with exact
   * quotients. Debian's takes approximations that differ from one make of CPU to the next, and so do its packets.
   */
  static withExactReciprocals(): NativeOpus {
    const sources = join(SOURCES_DIRECTORY, PINNED_SOURCES);
    const header = join(PROGRAMS_DIRECTORY, 'exact_reciprocals.h');
    const program = new NativeProgram('opus', {
      source: join(sources, 'celt', 'x86', 'vq_sse2.c'),
      headers: [header],
      flags: [
        ...['-include', header],
        ...['include', 'celt', ''].map((directory) => `-I${join(sources, directory)}`),
        ...['VAR_ARRAYS', 'OPUS_BUILD', 'OPUS_X86_MAY_HAVE_SSE', 'OPUS_X86_MAY_HAVE_SSE2'].map((name) => `-D${name}`),
      ],
    });
    return new NativeOpus(program);
  }

  version(): string {
    return this.#program.version();
  }

  /** Packets of all whole frames in `samples`. */
  encode(samples: Samples, options: NativeOpusOptions): NativeOpusPacket[] {
    const output = new RecordReader(this.#program.run('encode', encoderArguments(samples, options), bytesOf(samples)));
    const packets: NativeOpusPacket[] = [];
    while (!output.atEnd) {
      const size = output.word();
      const finalRange = output.word();
      packets.push({ finalRange, data: output.bytes(size) });
    }
    return packets;
  }

  decodeFloat(steps: Iterable<OpusStep>, format: NativeOpusFormat): NativeOpusResult<Float32Array<ArrayBuffer>>[] {
    return this.#decode(steps, format, 1, (bytes) => new Float32Array(bytes.buffer));
  }

  decodeInt16(steps: Iterable<OpusStep>, format: NativeOpusFormat): NativeOpusResult<Int16Array<ArrayBuffer>>[] {
    return this.#decode(steps, format, 0, (bytes) => new Int16Array(bytes.buffer));
  }

  /** CPU time of encoding all whole frames in `samples`. */
  benchEncode(samples: Samples, options: NativeOpusOptions): NativeTimings {
    const args = { ...encoderArguments(samples, options), bench: 1 };
    return parseTimings(this.#program.run('encode', args, bytesOf(samples)));
  }

  /** CPU time of the steps, decoded to Float32. */
  benchDecode(steps: Iterable<OpusStep>, format: NativeOpusFormat): NativeTimings {
    const args = { ...formatArguments(format), float: 1, bench: 1 };
    return parseTimings(this.#program.run('decode', args, packed(steps)));
  }

  #decode<Kind extends Samples>(
    steps: Iterable<OpusStep>,
    format: NativeOpusFormat,
    float: 0 | 1,
    samplesOf: (bytes: Uint8Array<ArrayBuffer>) => Kind,
  ): NativeOpusResult<Kind>[] {
    const output = new RecordReader(this.#program.run('decode', { ...formatArguments(format), float }, packed(steps)));
    const sampleBytes = format.channels * (float === 1 ? 4 : 2);
    const results: NativeOpusResult<Kind>[] = [];
    while (!output.atEnd) {
      const count = output.signedWord();
      const finalRange = output.word();
      results.push({ count, finalRange, samples: samplesOf(output.bytes(Math.max(count, 0) * sampleBytes)) });
    }
    return results;
  }
}

function packed(steps: Iterable<OpusStep>): Buffer {
  const parts: Uint8Array[] = [];
  for (const step of steps) {
    if (step.kind === 'concealment') parts.push(words(MODES.concealment, 0));
    else parts.push(words(MODES[step.kind], step.data.byteLength), step.data);
  }
  return Buffer.concat(parts);
}

function bytesOf(samples: Samples): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

function formatArguments(format: NativeOpusFormat): Record<string, string | number> {
  return {
    rate: format.sampleRate,
    channels: format.channels,
    ...(format.frameMs === undefined ? {} : { 'frame-ms': format.frameMs }),
  };
}

function encoderArguments(samples: Samples, options: NativeOpusOptions): Record<string, string | number> {
  const { bitrates, losses } = options;
  return {
    ...formatArguments(options),
    float: samples instanceof Float32Array ? 1 : 0,
    fec: options.fec === true ? 1 : 0,
    dtx: options.dtx === true ? 1 : 0,
    ...(options.application === undefined ? {} : { application: options.application }),
    ...(options.bitrate === undefined ? {} : { bitrate: options.bitrate }),
    ...(options.complexity === undefined ? {} : { complexity: options.complexity }),
    ...(options.loss === undefined ? {} : { loss: options.loss }),
    ...(options.maxBytes === undefined ? {} : { 'max-bytes': options.maxBytes }),
    ...(bitrates === undefined ? {} : { bitrates: changeList(bitrates) }),
    ...(losses === undefined ? {} : { losses: changeList(losses) }),
  };
}
