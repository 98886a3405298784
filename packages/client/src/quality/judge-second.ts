import type { QualitySecond } from './quality-second.js';
import { speechRating } from './speech-rating.js';

export type QualityLevel =
  /** Nothing to complain of. */
  | 'good'
  /** Understandable, with effort or with disturbances. */
  | 'weak'
  /** Words or pictures are missing, or the delay makes people talk into each other's words. */
  | 'bad';

export type QualityCause =
  /** What this side sends is lost, has too little bitrate, or the round trip is long. */
  | 'own-network'
  /** What the peer sends is lost or late, while what we send arrives. */
  | 'peer-network'
  /** This device has too little computing time. */
  | 'device'
  /** The figures do not say. */
  | 'unknown';

export interface Judgement {
  readonly level: QualityLevel;
  /** Undefined while `good`. */
  readonly cause: QualityCause | undefined;
}

/** R of the E-model below which the call is weak, or bad (ITU-T G.109 §5: "satisfied" from 80, "poor" from 60 down). */
const WEAK_RATING = 80;
const BAD_RATING = 60;
/** ms from mouth to ear beside the network and the jitter buffer: a packet of 20 ms, and capture and playout of 20 ms. */
const FIXED_DELAY_MS = 40;
/** Loss of sent or received video that congestion control answers with a lower bitrate (draft-ietf-rmcat-gcc-02 §6). */
const VIDEO_LOSS = 0.1;
/** ms of a second that a picture stands still: a freeze at all, and half of the time. */
const FROZEN_WEAK_MS = 150;
const FROZEN_BAD_MS = 500;
/** Frames that came and were not shown. */
const DROPPED_WEAK = 0.1;
const DROPPED_BAD = 0.5;
/** Of the time of one core: above it a codec falls behind whenever something else runs. */
const LOAD_WEAK = 0.7;
const LOAD_BAD = 0.95;
/** bits/s: Opus with good speech takes 24 000 and RTP, UDP and IP 16 000 (RFC 7587 §3.1.1, 50 packets/s). */
const AUDIO_BITRATE = 40_000;
/** bits/s below which a picture of 320 x 180 has no detail; Chromium sends no larger one then. */
const VIDEO_BITRATE = 150_000;
/** ms: twice the 150 ms of one way that ITU-T G.114 §4 takes as free of harm. */
const LONG_ROUND_TRIP_MS = 300;

const ORDER: readonly QualityLevel[] = ['good', 'weak', 'bad'];

export function rank(level: QualityLevel): number {
  return ORDER.indexOf(level);
}

/** Judges one second by itself. */
export function judgeSecond(second: QualitySecond): Judgement {
  const levels = {
    sent: sentLevel(second),
    received: receivedLevel(second),
    device: deviceLevel(second),
  };
  const picture = pictureLevel(second);
  const level = ORDER[Math.max(...[...Object.values(levels), picture].map(rank))] ?? 'good';
  if (level === 'good') return { level, cause: undefined };
  return { level, cause: causeOf(second, levels) };
}

interface Levels {
  readonly sent: QualityLevel;
  readonly received: QualityLevel;
  readonly device: QualityLevel;
}

/** The longest round trip known, half of it one way. */
function oneWayMs({ roundTripMs, reportedRoundTripMs }: QualitySecond): number {
  return Math.max(roundTripMs ?? 0, reportedRoundTripMs ?? 0) / 2;
}

function speechLevel(delayMs: number, lossFraction: number): QualityLevel {
  const rating = speechRating({ delayMs, lossFraction });
  return rating < BAD_RATING ? 'bad' : rating < WEAK_RATING ? 'weak' : 'good';
}

function sentLevel(second: QualitySecond): QualityLevel {
  const { sentLoss = 0, sentJitterMs = 0, sendsVideo, bandwidthLimited, availableBitrate } = second;
  const speech = speechLevel(oneWayMs(second) + 2 * sentJitterMs + FIXED_DELAY_MS, sentLoss);
  const starved = availableBitrate !== undefined && availableBitrate < AUDIO_BITRATE;
  const noDetail = bandwidthLimited && availableBitrate !== undefined && availableBitrate < VIDEO_BITRATE;
  return worst(speech, starved || noDetail || (sendsVideo && sentLoss > VIDEO_LOSS) ? 'weak' : 'good');
}

function receivedLevel(second: QualitySecond): QualityLevel {
  const { receivedLoss = 0, bufferMs = 0 } = second;
  return speechLevel(oneWayMs(second) + bufferMs + FIXED_DELAY_MS, receivedLoss);
}

function deviceLevel({ cpuLimited, codecLoad = 0, droppedFraction = 0 }: QualitySecond): QualityLevel {
  if (codecLoad > LOAD_BAD || droppedFraction > DROPPED_BAD) return 'bad';
  return cpuLimited || codecLoad > LOAD_WEAK || droppedFraction > DROPPED_WEAK ? 'weak' : 'good';
}

function pictureLevel({ frozenMs = 0 }: QualitySecond): QualityLevel {
  return frozenMs >= FROZEN_BAD_MS ? 'bad' : frozenMs >= FROZEN_WEAK_MS ? 'weak' : 'good';
}

function worst(...levels: readonly QualityLevel[]): QualityLevel {
  return ORDER[Math.max(...levels.map(rank))] ?? 'good';
}

/**
 * What is lost says where: one path has two uplinks, and it is nearly always an uplink that is too small. A round trip is no one's
 * by itself, unless ICE (measured by the browser's network thread) and the peer's reports agree that it is long.
 */
function causeOf(second: QualitySecond, { sent, received, device }: Levels): QualityCause {
  const { sentLoss = 0, receivedLoss = 0, roundTripMs = 0, reportedRoundTripMs = 0 } = second;
  if (rank(device) > Math.max(rank(sent), rank(received))) return 'device';
  const losesSent = isLossy(sentLoss);
  const losesReceived = isLossy(receivedLoss);
  const isShort = Math.min(roundTripMs, reportedRoundTripMs) <= LONG_ROUND_TRIP_MS;
  if (losesSent || (sent !== 'good' && second.bandwidthLimited)) return 'own-network';
  if (losesReceived) return 'peer-network';
  if (rank(sent) > 0 && rank(sent) === rank(received) && !isShort) return 'own-network';
  if (rank(received) > rank(sent)) return 'peer-network';
  if (rank(sent) > rank(received)) return 'own-network';
  return rank(device) > 0 ? 'device' : 'unknown';
}

/** Loss that by itself makes speech weak. */
function isLossy(lossFraction: number): boolean {
  return speechLevel(FIXED_DELAY_MS, lossFraction) !== 'good';
}
