import { AudioJitterBuffer, type JitterBufferOptions } from './audio-jitter-buffer.js';
import type { PacketMs } from './packet-duration.js';
import type { AudioPacket, JitterBufferStatistics, PlayoutDecision } from './audio-playout.js';

/** One packet on its way, times in ms. */
export interface Delivery {
  readonly packet: AudioPacket;
  /** When it arrives; a packet that does not is left out. */
  readonly arrival: number;
}

export interface NetworkTrace {
  readonly seconds: number;
  /** Of a packet. */
  readonly frameMs?: PacketMs;
  /** Way of packet `i` in ms, undefined if it is lost. */
  readonly delayOf: (i: number) => number | undefined;
  readonly firstSequence?: number;
  /** Distances of the redundant packets each one carries. */
  readonly distances?: readonly number[];
  readonly fec?: boolean;
  /** Difference of the sender's clock from the receiver's, in ms. */
  readonly clockOffset?: number;
  readonly skewPpm?: number;
  /** Whether packet `i` is of a pause; nothing is sent then but the first one of it. */
  readonly isPause?: (i: number) => boolean;
}

const FRAME_MS = 20;

/** A payload that tells which packet of the trace it is of. */
export const payloadOf = (i: number): Uint8Array => Uint8Array.of(i >>> 24, i >>> 16, i >>> 8, i);

/** Which packet of the trace a payload is of. */
export const indexOf = (payload: Uint8Array): number => payload.reduce((value, byte) => value * 256 + byte, 0);

/** What a sender sends, in the order it arrives. */
export function deliveries(trace: NetworkTrace): Delivery[] {
  const { seconds, delayOf, firstSequence = 0, distances = [], fec = false, clockOffset = 12_345 } = trace;
  const { skewPpm = 0, isPause = () => false, frameMs = FRAME_MS } = trace;
  const sent: Delivery[] = [];
  let sequence = firstSequence;
  for (let i = 0; i < (seconds * 1000) / frameMs; i++) {
    const isDtx = isPause(i);
    if (isDtx && i > 0 && isPause(i - 1)) continue;
    const time = (i * frameMs) / (1 + skewPpm / 1e6);
    const delay = delayOf(i);
    const earlier = distances.filter((distance) => distance <= i && !isDtx && !isPause(i - distance));
    const packet: AudioPacket = {
      sequence: sequence++ >>> 0,
      captureTime: clockOffset + i * frameMs,
      payload: payloadOf(i),
      durationMs: frameMs,
      isDtx,
      hasFec: fec && i > 0 && !isDtx,
      redundancy: earlier.map((distance) => ({ distance, payload: payloadOf(i - distance) })),
    };
    // A packet is sent when its last sample has been recorded.
    if (delay !== undefined) sent.push({ packet, arrival: time + frameMs + delay });
  }
  return sent.sort((a, b) => a.arrival - b.arrival);
}

/** A decision and when its sound is played, with the statistics after it. */
export interface Played {
  readonly time: number;
  readonly decision: PlayoutDecision;
  readonly delayMs: number;
  readonly targetMs: number;
}

export interface Playout {
  readonly played: readonly Played[];
  readonly statistics: JitterBufferStatistics;
}

interface PlayoutOptions extends JitterBufferOptions {
  /** ms between the bursts of the output, and in one of them. */
  readonly tickMs?: number;
  /** ms for which to go on after the last arrival. */
  readonly afterMs?: number;
}

/** Plays what arrives, by a virtual clock; a splice changes sound by 8 ms, if it may. */
export function playOut(arriving: readonly Delivery[], options: PlayoutOptions = {}): Playout {
  const { tickMs = 10, afterMs = 20, ...bufferOptions } = options;
  const buffer = new AudioJitterBuffer(bufferOptions);
  const until = (arriving.at(-1)?.arrival ?? 0) + afterMs;
  const played: Played[] = [];
  let time = 3;
  let next = 0;
  for (let now = 3; now < until; now += tickMs) {
    for (let delivery = arriving[next]; delivery && delivery.arrival <= now; delivery = arriving[++next]) {
      buffer.insert(delivery.packet, now);
    }
    while (time < now + tickMs) {
      const decision = buffer.next(time, now + tickMs);
      const { delayMs, targetMs } = buffer.statistics;
      played.push({ time, decision, delayMs, targetMs });
      time += durationOf(decision, buffer.frameMs);
    }
  }
  return { played, statistics: buffer.statistics };
}

function durationOf(decision: PlayoutDecision, frameMs: number): number {
  switch (decision.kind) {
    case 'conceal':
    case 'silence':
      return decision.durationMs;
    case 'accelerate':
      return (decision.following ? 2 : 1) * frameMs - Math.min(8, decision.mostMs);
    // It is never silent.
    case 'trim':
      return (decision.following ? 2 : 1) * frameMs;
    case 'expand':
      return frameMs + Math.min(8, decision.mostMs);
    default:
      return frameMs;
  }
}

/** The packets of the trace that were heard, in order, `fec` meaning the one before the payload. */
export function heard(played: readonly Played[]): number[] {
  return played.flatMap(({ decision }) => {
    if (!('payload' in decision)) return [];
    const following = 'following' in decision && decision.following ? [indexOf(decision.following)] : [];
    return [indexOf(decision.payload) - (decision.kind === 'fec' ? 1 : 0), ...following];
  });
}

/** Number of decisions of the kinds, from one time to another in s. */
export function count(
  played: readonly Played[],
  kinds: readonly PlayoutDecision['kind'][],
  from = 0,
  to = Number.POSITIVE_INFINITY,
): number {
  return played.filter((p) => kinds.includes(p.decision.kind) && p.time >= from * 1000 && p.time < to * 1000).length;
}
