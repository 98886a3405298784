import { PEER_REPORT_BYTES, type PeerReport, readPeerReport, writePeerReport } from './peer-report.js';

/**
 * Trailer that two peers with the core append to the payload of a frame, inside the frame encryption if there is any.
 * It is the end of the frame and is parsed from there; integers are big-endian.
 *
 *     payload | redundant packets | index | report | version | flags | sequence | captureTime | held | length | token
 *                                  3 × n  0 or 23  4+4 bits   1       4           6          2       2       8    bytes
 *
 * `index` has one entry per redundant packet, in the order of the packets: distance (1 byte) and length (2 bytes).
 * `version` is one nibble, the number of redundant packets the other. `held` is `sentAt` minus `captureTime` [ms].
 * `length` is that of the whole trailer.
 *
 * The token distinguishes a trailer from a payload that looks like one; it is negotiated by signaling. It is no MAC:
 * SRTP already authenticates every packet of the peer, who alone could use a forged trailer.
 */
export interface FrameTrailer {
  /** Sequence number of sent frames, modulo 2^32. A dropped frame takes no number. */
  readonly sequence: number;
  /** Capture time on the sender's monotonic clock, the same for audio and video [whole ms]; below 2^48. */
  readonly captureTime: number;
  /**
   * When the frame was passed to the browser for sending [ms], on the same clock; at most 65,535 ms after
   * `captureTime`.
   */
  readonly sentAt: number;
  readonly keyFrame: boolean;
  /** Whether the payload comes from the sender's wasm encoder, not from its browser. */
  readonly wasmCodec: boolean;
  /** The encoder entered DTX: few packets follow. */
  readonly discontinuous: boolean;
  /** Temporal layer, 0 to 3. */
  readonly layer: number;
  readonly redundancy: readonly RedundantPacket[];
  /** What the sender received; in some audio frames. */
  readonly report?: PeerReport | undefined;
}

/** A copy of an earlier packet. */
export interface RedundantPacket {
  /** Distance to the frame that carries it [sequence numbers], 1 to 255. */
  readonly distance: number;
  /** At most 65,535 bytes. */
  readonly payload: Uint8Array;
}

export type TrailerFailure =
  /** Shorter than any trailer. */
  | 'too-short'
  /** No trailer, or the trailer of another call. */
  | 'no-token'
  /** A trailer of another version. */
  | 'unknown-version'
  /** Lengths contradict each other or the frame. */
  | 'malformed';

export type ParsedTrailer =
  | {
      readonly ok: true;
      readonly trailer: FrameTrailer;
      /** View of the frame without the trailer; the redundant packets are views too. */
      readonly payload: Uint8Array;
    }
  | { readonly ok: false; readonly reason: TrailerFailure };

export const TOKEN_BYTES = 8;
const MAX_REDUNDANT_PACKETS = 15;

const VERSION = 2;
const FIXED_BYTES = 24;
const INDEX_ENTRY_BYTES = 3;
const MAX_TRAILER_BYTES = 0xffff;
const MAX_HELD_MS = 0xffff;
const TWO_POW_32 = 0x1_0000_0000;
const TWO_POW_48 = 0x1_0000_0000_0000;

const KEY_FRAME = 0x01;
const WASM_CODEC = 0x02;
const DISCONTINUOUS = 0x04;
const REPORT = 0x08;
const LAYER_SHIFT = 4;
const LAYER_MASK = 0x30;
const RESERVED_MASK = 0xc0;

/** Size of the trailer [bytes]: 24, plus 3 and the payload for each redundant packet, plus 23 for a report. */
export function trailerSize(redundancy: readonly RedundantPacket[] = [], report?: PeerReport): number {
  let size = FIXED_BYTES + (report ? PEER_REPORT_BYTES : 0);
  for (const { payload } of redundancy) size += INDEX_ENTRY_BYTES + payload.length;
  return size;
}

/**
 * Writes the trailer at `offset`, the end of the payload.
 * @returns the end of the frame
 * @throws RangeError for fields out of range, a token that is not 8 bytes, or too little room
 */
export function writeTrailer(into: Uint8Array, offset: number, trailer: FrameTrailer, token: Uint8Array): number {
  const { sequence, redundancy, report, layer } = trailer;
  const captureTime = Math.round(trailer.captureTime);
  const heldMs = Math.min(Math.max(Math.round(trailer.sentAt) - captureTime, 0), MAX_HELD_MS);
  const size = trailerSize(redundancy, report);
  const end = offset + size;
  if (!(offset >= 0) || end > into.length) throw new RangeError(`no room for a trailer of ${size} bytes at ${offset}`);
  if (token.length !== TOKEN_BYTES) throw new RangeError(`a token has ${TOKEN_BYTES} bytes, not ${token.length}`);
  if (size > MAX_TRAILER_BYTES || redundancy.length > MAX_REDUNDANT_PACKETS)
    throw new RangeError('too much redundancy');
  if (!isBelow(sequence, TWO_POW_32)) throw new RangeError(`sequence ${sequence}`);
  if (!isBelow(captureTime, TWO_POW_48)) throw new RangeError(`capture time ${captureTime}`);
  if (!isBelow(layer, 4)) throw new RangeError(`temporal layer ${layer}`);

  let at = offset;
  for (const { payload } of redundancy) {
    into.set(payload, at);
    at += payload.length;
  }
  for (const { distance, payload } of redundancy) {
    if (!isBelow(distance, 256) || distance === 0) throw new RangeError(`redundancy at a distance of ${distance}`);
    into[at++] = distance;
    at = writeUint(into, at, payload.length, 2);
  }
  if (report) {
    writePeerReport(into, at, report);
    at += PEER_REPORT_BYTES;
  }
  into[at++] = (VERSION << 4) | redundancy.length;
  into[at++] =
    (trailer.keyFrame ? KEY_FRAME : 0) |
    (trailer.wasmCodec ? WASM_CODEC : 0) |
    (trailer.discontinuous ? DISCONTINUOUS : 0) |
    (report ? REPORT : 0) |
    (layer << LAYER_SHIFT);
  at = writeUint(into, at, sequence, 4);
  at = writeUint(into, at, captureTime, 6);
  at = writeUint(into, at, heldMs, 2);
  at = writeUint(into, at, size, 2);
  into.set(token, at);
  return end;
}

/** Parses a frame. Never throws and never reads outside the frame, whatever its content; copies nothing. */
export function parseTrailer(frame: Uint8Array, token: Uint8Array): ParsedTrailer {
  if (frame.length < FIXED_BYTES) return { ok: false, reason: 'too-short' };
  const fixed = frame.length - FIXED_BYTES;
  if (!sameToken(frame, frame.length - TOKEN_BYTES, token)) return { ok: false, reason: 'no-token' };
  const head = readUint(frame, fixed, 1);
  if (head >> 4 !== VERSION) return { ok: false, reason: 'unknown-version' };
  const flags = readUint(frame, fixed + 1, 1);
  const size = readUint(frame, fixed + 14, 2);
  const reportAt = (flags & REPORT) === 0 ? fixed : fixed - PEER_REPORT_BYTES;
  const redundancy = parseRedundancy(frame, frame.length - size, reportAt, head & 0x0f);
  const report = redundancy && reportAt < fixed ? readPeerReport(frame, reportAt) : undefined;
  const isReportMissing = reportAt < fixed && !report;
  if (!redundancy || isReportMissing || (flags & RESERVED_MASK) !== 0) return { ok: false, reason: 'malformed' };
  const captureTime = readUint(frame, fixed + 6, 6);
  const trailer = {
    sequence: readUint(frame, fixed + 2, 4),
    captureTime,
    sentAt: captureTime + readUint(frame, fixed + 12, 2),
    keyFrame: (flags & KEY_FRAME) !== 0,
    wasmCodec: (flags & WASM_CODEC) !== 0,
    discontinuous: (flags & DISCONTINUOUS) !== 0,
    layer: (flags & LAYER_MASK) >> LAYER_SHIFT,
    redundancy,
    ...(report && { report }),
  };
  return { ok: true, trailer, payload: frame.subarray(0, frame.length - size) };
}

/** Parses the packets between `start` and the fields at `end`; undefined unless they fill that range exactly. */
function parseRedundancy(
  frame: Uint8Array,
  start: number,
  end: number,
  count: number,
): readonly RedundantPacket[] | undefined {
  const index = end - count * INDEX_ENTRY_BYTES;
  if (start < 0 || index < start) return undefined;
  const packets: RedundantPacket[] = [];
  let at = start;
  for (let entry = index; entry < end; entry += INDEX_ENTRY_BYTES) {
    const distance = readUint(frame, entry, 1);
    const next = at + readUint(frame, entry + 1, 2);
    if (distance === 0) return undefined;
    packets.push({ distance, payload: frame.subarray(at, next) });
    at = next;
  }
  return at === index ? packets : undefined;
}

/** In constant time, so that the token cannot be found byte by byte. */
function sameToken(frame: Uint8Array, offset: number, token: Uint8Array): boolean {
  if (token.length !== TOKEN_BYTES) return false;
  let difference = 0;
  for (let i = 0; i < TOKEN_BYTES; i++) difference |= (frame[offset + i] ?? 0) ^ (token[i] ?? 0);
  return difference === 0;
}

function isBelow(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < limit;
}

/** Bit operations are limited to 32 bits; captureTime has 48. */
function writeUint(into: Uint8Array, offset: number, value: number, bytes: number): number {
  let rest = value;
  for (let at = offset + bytes - 1; at >= offset; at--) {
    into[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return offset + bytes;
}

function readUint(from: Uint8Array, offset: number, bytes: number): number {
  let value = 0;
  for (let at = offset; at < offset + bytes; at++) value = value * 256 + (from[at] ?? 0);
  return value;
}
