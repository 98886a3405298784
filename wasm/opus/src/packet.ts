import { CodecError } from '@xmpp-call/wasm-runtime';
import { checkSampleRate, type OpusBandwidth, type OpusChannels, type OpusSampleRate } from './options.js';
import { invalid } from './status.js';

/** Speech (linear prediction), both, or music (transform): RFC 6716 §2. */
export type OpusMode = 'silk' | 'hybrid' | 'celt';

/** What a packet tells without being decoded. */
export interface OpusPacketInfo {
  readonly mode: OpusMode;
  readonly bandwidth: OpusBandwidth;
  /** As coded; a decoder gives as many as it was made for. */
  readonly channels: OpusChannels;
  /** Number of frames, 1 to 48. */
  readonly frames: number;
  /** ms of one frame. */
  readonly frameDuration: number;
  /** ms of the packet, up to 120. */
  readonly duration: number;
  /** Samples of each channel in one frame. */
  readonly samplesPerFrame: number;
  /** Samples of each channel in the packet. */
  readonly samples: number;
  /** Whether no frame holds sound: a gap of discontinuous transmission. */
  readonly isDtx: boolean;
  /** Whether it repeats what came before it, for `OpusDecoder.decodeFec`. */
  readonly hasFec: boolean;
}

interface Configuration {
  readonly mode: OpusMode;
  readonly bandwidth: OpusBandwidth;
  readonly frameDuration: number;
}

const SILK_DURATIONS = [10, 20, 40, 60];
const HYBRID_DURATIONS = [10, 20];
const CELT_DURATIONS = [2.5, 5, 10, 20];

/** The 32 configurations, in their order (RFC 6716 §3.1, table 2). */
const CONFIGURATIONS: readonly Configuration[] = [
  ...configurations('silk', ['narrowband', 'mediumband', 'wideband'], SILK_DURATIONS),
  ...configurations('hybrid', ['superwideband', 'fullband'], HYBRID_DURATIONS),
  ...configurations('celt', ['narrowband', 'wideband', 'superwideband', 'fullband'], CELT_DURATIONS),
];

const MAX_PACKET_MS = 120;
/** RFC 6716 §3.4, requirement 2. */
const MAX_FRAME_BYTES = 1275;
/** From this first byte of a length on, a second one follows (RFC 6716 §3.2.1). */
const TWO_BYTE_LENGTH = 252;
/** Length of one SILK frame, several of which a longer Opus frame holds (RFC 6716 §4.2.2). */
const SILK_FRAME_MS = 20;

/**
 * Reads a packet's table of contents and the layout of its frames (RFC 6716 §3).
 * @param sampleRate that samples are counted at, in Hz
 * @throws {CodecError} `corrupt-packet`, `invalid-argument`
 */
export function inspectPacket(packet: Uint8Array, sampleRate: OpusSampleRate = 48000): OpusPacketInfo {
  checkSampleRate(sampleRate);
  if (!(packet instanceof Uint8Array)) throw invalid('A packet is a Uint8Array');
  const toc = byteAt(packet, 0);
  const configuration = CONFIGURATIONS[toc >> 3];
  if (configuration === undefined) throw corrupt(`no configuration ${toc >> 3}`);
  const { mode, bandwidth, frameDuration } = configuration;
  const channels = (toc & 4) === 0 ? 1 : 2;
  const layout = readLayout(packet, toc & 3, frameDuration);
  const samplesPerFrame = (frameDuration * sampleRate) / 1000;
  return {
    mode,
    bandwidth,
    channels,
    frames: layout.frames,
    frameDuration,
    duration: layout.frames * frameDuration,
    samplesPerFrame,
    samples: layout.frames * samplesPerFrame,
    isDtx: layout.largest <= 1,
    hasFec:
      mode !== 'celt' && layout.first > 0 && hasRedundancy(byteAt(packet, layout.offset), frameDuration, channels),
  };
}

/** Where a packet's frames are. */
interface Layout {
  readonly frames: number;
  /** Of the first frame, in bytes. */
  readonly offset: number;
  /** Size of the first frame in bytes. */
  readonly first: number;
  /** Size of the largest frame in bytes. */
  readonly largest: number;
}

/** @param code number of frames and whether they are equally large (RFC 6716 §3.1) */
function readLayout(packet: Uint8Array, code: number, frameDuration: number): Layout {
  switch (code) {
    case 0:
      return equalFrames(1, 1, packet.length - 1);
    case 1:
      return equalFrames(2, 1, packet.length - 1);
    case 2:
      return unequalFrames(packet, 2, 1, packet.length);
    default:
      return readCountedFrames(packet, frameDuration);
  }
}

/** Any number of frames, with padding after them (RFC 6716 §3.2.5). */
function readCountedFrames(packet: Uint8Array, frameDuration: number): Layout {
  const header = byteAt(packet, 1);
  const frames = header & 63;
  if (frames === 0 || frames * frameDuration > MAX_PACKET_MS) throw corrupt(`${frames} frames of ${frameDuration} ms`);
  let offset = 2;
  let padding = 0;
  if ((header & 64) !== 0) {
    let part;
    do {
      part = byteAt(packet, offset);
      offset += 1;
      padding += Math.min(part, 254);
    } while (part === 255);
  }
  const end = packet.length - padding;
  if (end < offset) throw corrupt('more padding than packet');
  return (header & 128) === 0 ? equalFrames(frames, offset, end - offset) : unequalFrames(packet, frames, offset, end);
}

function equalFrames(frames: number, offset: number, bytes: number): Layout {
  const size = bytes / frames;
  if (!Number.isInteger(size) || size > MAX_FRAME_BYTES) throw corrupt(`${frames} frames in ${bytes} bytes`);
  return { frames, offset, first: size, largest: size };
}

/** The length of each frame but the last stands before the first (RFC 6716 §3.2.4, §3.2.5). */
function unequalFrames(packet: Uint8Array, frames: number, begin: number, end: number): Layout {
  let offset = begin;
  let [first, largest, total] = [0, 0, 0];
  for (let frame = 0; frame < frames - 1; frame += 1) {
    let size = byteAt(packet, offset);
    offset += 1;
    if (size >= TWO_BYTE_LENGTH) {
      size += 4 * byteAt(packet, offset);
      offset += 1;
    }
    if (frame === 0) first = size;
    largest = Math.max(largest, size);
    total += size;
  }
  const last = end - offset - total;
  if (last < 0 || last > MAX_FRAME_BYTES) throw corrupt(`a last frame of ${last} bytes`);
  return { frames, offset, first: frames === 1 ? last : first, largest: Math.max(largest, last) };
}

/**
 * The header of a SILK frame has a bit of voice activity per 20 ms, then one of redundancy, for each channel; being equally
 * likely, the entropy coder leaves them as they are (RFC 6716 §4.2.3).
 */
function hasRedundancy(header: number, frameDuration: number, channels: OpusChannels): boolean {
  const silkFrames = Math.max(1, frameDuration / SILK_FRAME_MS);
  const middle = (header >> (7 - silkFrames)) & 1;
  const side = channels === 2 ? (header >> (6 - 2 * silkFrames)) & 1 : 0;
  return (middle | side) !== 0;
}

function configurations(mode: OpusMode, bandwidths: OpusBandwidth[], durations: number[]): Configuration[] {
  return bandwidths.flatMap((bandwidth) => durations.map((frameDuration) => ({ mode, bandwidth, frameDuration })));
}

function byteAt(packet: Uint8Array, offset: number): number {
  const byte = packet[offset];
  if (byte === undefined) throw corrupt(`it ends at ${packet.length} bytes`);
  return byte;
}

function corrupt(what: string): CodecError {
  return new CodecError('corrupt-packet', `Not an Opus packet: ${what}`);
}
