import { AudioJitterBuffer, type JitterBufferOptions } from './audio-jitter-buffer.js';
import type { PacketMs } from './packet-duration.js';
import type { AudioPacket, JitterBufferStatistics, PlayoutDecision } from './audio-playout.js';

/** A packet and its arrival; times in ms. */
export interface Delivery {
  readonly packet: AudioPacket;
  /** Arrival time; lost packets have no delivery. */
  readonly arrival: number;
}

export interface NetworkTrace {
  readonly seconds: number;
  /** Duration of a packet [ms]. */
  readonly packetMs?: PacketMs;
  /** One-way delay of packet `i` [ms]; undefined if it is lost. */
  readonly delayOf: (i: number) => number | undefined;
  readonly firstSequence?: number;
  /** Distances of the copies that each packet carries [packets]. */
  readonly distances?: readonly number[];
  readonly fec?: boolean;
  /** Offset of the sender's clock from the receiver's [ms]. */
  readonly clockOffset?: number;
  readonly skewPpm?: number;
  /** Whether packet `i` belongs to a pause, of which only the first packet is sent. */
  readonly isPause?: (i: number) => boolean;
}

const FRAME_MS = 20;

/** A payload that encodes the packet's index in the trace. */
export const payloadOf = (i: number): Uint8Array => Uint8Array.of(i >>> 24, i >>> 16, i >>> 8, i);

/** Returns the index that a payload encodes. */
export const indexOf = (payload: Uint8Array): number => payload.reduce((value, byte) => value * 256 + byte, 0);

/** Returns the packets that arrive, in order of arrival. */
export function deliveries(trace: NetworkTrace): Delivery[] {
  const { seconds, delayOf, firstSequence = 0, distances = [], fec = false, clockOffset = 12_345 } = trace;
  const { skewPpm = 0, isPause = () => false, packetMs = FRAME_MS } = trace;
  const sent: Delivery[] = [];
  let sequence = firstSequence;
  for (let i = 0; i < (seconds * 1000) / packetMs; i++) {
    const isDtx = isPause(i);
    if (isDtx && i > 0 && isPause(i - 1)) continue;
    const time = (i * packetMs) / (1 + skewPpm / 1e6);
    const delay = delayOf(i);
    const earlier = distances.filter((distance) => distance <= i && !isDtx && !isPause(i - distance));
    const packet: AudioPacket = {
      sequence: sequence++ >>> 0,
      captureTime: clockOffset + i * packetMs,
      payload: payloadOf(i),
      durationMs: packetMs,
      isDtx,
      hasFec: fec && i > 0 && !isDtx,
      redundancy: earlier.map((distance) => ({ distance, payload: payloadOf(i - distance) })),
    };
    // A packet is sent once its last sample has been captured.
    if (delay !== undefined) sent.push({ packet, arrival: time + packetMs + delay });
  }
  return sent.sort((a, b) => a.arrival - b.arrival);
}

/** A decision, its playout time, and the statistics after it. */
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
  /** Interval and length of the render bursts [ms]. */
  readonly tickMs?: number;
  /** How long to continue after the last arrival [ms]. */
  readonly afterMs?: number;
}

/** Plays the deliveries on a virtual clock; a splice changes the duration by at most 8 ms. */
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
      time += durationOf(decision, buffer.packetMs);
    }
  }
  return { played, statistics: buffer.statistics };
}

function durationOf(decision: PlayoutDecision, packetMs: number): number {
  switch (decision.kind) {
    case 'conceal':
    case 'silence':
      return decision.durationMs;
    case 'accelerate':
      return (decision.following ? 2 : 1) * packetMs - Math.min(8, decision.mostMs);
    // The simulated audio is never silent, so nothing is trimmed.
    case 'trim':
      return (decision.following ? 2 : 1) * packetMs;
    case 'expand':
      return packetMs + Math.min(8, decision.mostMs);
    default:
      return packetMs;
  }
}

/** Returns the indexes of the packets played, in order; for `fec` that of the preceding packet. */
export function playedPackets(played: readonly Played[]): number[] {
  return played.flatMap(({ decision }) => {
    if (!('payload' in decision)) return [];
    const following = 'following' in decision && decision.following ? [indexOf(decision.following)] : [];
    return [indexOf(decision.payload) - (decision.kind === 'fec' ? 1 : 0), ...following];
  });
}

/** Counts the decisions of the given kinds between two times [s]. */
export function count(
  played: readonly Played[],
  kinds: readonly PlayoutDecision['kind'][],
  from = 0,
  to = Number.POSITIVE_INFINITY,
): number {
  return played.filter((p) => kinds.includes(p.decision.kind) && p.time >= from * 1000 && p.time < to * 1000).length;
}
