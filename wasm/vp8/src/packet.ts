import { CodecError } from '@xmpp-call/wasm-runtime';

/** What the uncompressed head of a VP8 packet tells (RFC 6386 §9.1). */
export interface Vp8PacketInfo {
  /** Whether decoding can start here. */
  readonly keyFrame: boolean;
  /** Whether the frame is one to show, rather than only one to refer to. */
  readonly showFrame: boolean;
  /** Bitstream version, 0 to 3; this encoder and WebRTC make version 0. */
  readonly version: number;
  /** Bytes of the first partition, which holds the modes and motion vectors. */
  readonly firstPartitionBytes: number;
  /** Pixels of the picture; key frames only. */
  readonly width?: number;
  readonly height?: number;
}

const KEY_FRAME_HEADER_BYTES = 10;
const WIDTH_OFFSET = 6;
const HEIGHT_OFFSET = 8;
const SIZE_MASK = 0x3fff;

/**
 * Reads the head of a VP8 packet.
 * @throws {CodecError} `corrupt-packet` if it is too short, or a key frame without the start code or a size
 */
export function inspectPacket(packet: Uint8Array): Vp8PacketInfo {
  const [first, second, third] = packet;
  if (first === undefined || second === undefined || third === undefined) throw corrupt('The packet ends in its tag');
  const tag = {
    keyFrame: isKeyFrame(first),
    showFrame: (first & 0x10) !== 0,
    version: (first >> 1) & 7,
    firstPartitionBytes: (first | (second << 8) | (third << 16)) >> 5,
  };
  if (!tag.keyFrame) return tag;
  checkKeyFrame(packet);
  return { ...tag, width: readSize(packet, WIDTH_OFFSET), height: readSize(packet, HEIGHT_OFFSET) };
}

/** @param first byte of a packet */
export function isKeyFrame(first: number): boolean {
  return (first & 1) === 0;
}

/**
 * Pixels that a key frame claims to have.
 * @throws {CodecError} `corrupt-packet` if it does not begin as one
 */
export function claimedPixels(packet: Uint8Array): number {
  checkKeyFrame(packet);
  return readSize(packet, WIDTH_OFFSET) * readSize(packet, HEIGHT_OFFSET);
}

function checkKeyFrame(packet: Uint8Array): void {
  if (packet.length < KEY_FRAME_HEADER_BYTES) throw corrupt('The packet ends within the header of a key frame');
  if (packet[3] !== 0x9d || packet[4] !== 0x01 || packet[5] !== 0x2a) throw corrupt('The key frame has no start code');
  if (readSize(packet, WIDTH_OFFSET) === 0 || readSize(packet, HEIGHT_OFFSET) === 0) {
    throw corrupt('The key frame has no pixels');
  }
}

function corrupt(message: string): CodecError {
  return new CodecError('corrupt-packet', message);
}

function readSize(packet: Uint8Array, offset: number): number {
  return ((packet[offset] ?? 0) | ((packet[offset + 1] ?? 0) << 8)) & SIZE_MASK;
}
