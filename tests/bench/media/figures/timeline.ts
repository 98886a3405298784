/** Delays and losses, from the records of both sides. Times are ms on one clock. */
import { FreezeDetector } from '../../../../packages/media-core/src/core/video/freeze-detector.js';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A picture that was presented; without a counter it could not be read. */
export interface Sighting {
  readonly at: number;
  readonly counter: number | undefined;
}

export interface SoundTimeline {
  /** From the microphone to the ear, of each chirp. */
  readonly delays: readonly number[];
  /** Chirps that were not received. */
  readonly missed: number;
}

export interface PictureTimeline {
  /** From the camera to the screen: of each frame that was seen, when it was first presented. */
  readonly delays: readonly number[];
  /** Frames that were seen, per second. */
  readonly frameRate: number;
  readonly unreadable: number;
  readonly freezes: number;
  /** ms */
  readonly frozenMs: number;
  /** ms */
  readonly longestGapMs: number;
  /** Gaps of more than 500 ms. */
  readonly longFreezes: number;
}

/** Of a chirp; they are further from each other. */
const MAX_SOUND_DELAY_MS = 900;
const LONG_FREEZE_MS = 500;

/** Chirps that left the microphone within the span. */
export function soundTimeline(emitted: readonly number[], heard: readonly number[], span: Span): SoundTimeline {
  const delays: number[] = [];
  let missed = 0;
  for (const at of emitted.filter((time) => time >= span.from && time < span.to)) {
    const arrival = heard.find((time) => time > at);
    if (arrival !== undefined && arrival - at <= MAX_SOUND_DELAY_MS) delays.push(arrival - at);
    else missed += 1;
  }
  return { delays, missed };
}

/**
 * Frames that were presented within the span. A freeze is a gap as webrtc-stats counts it, from before the span on if it
 * reaches into it, and to the end of the span if it lasts.
 */
export function pictureTimeline(
  shownAt: readonly (number | null)[],
  sightings: readonly Sighting[],
  span: Span,
): PictureTimeline {
  const delays: number[] = [];
  const seen = new Set<number>();
  const detector = new FreezeDetector();
  let frozenBefore = { freezes: 0, frozenMs: 0 };
  let [unreadable, longestGapMs, longFreezes] = [0, 0, 0];
  let last: number | undefined;
  const gapUntil = (at: number) => {
    const gap = last === undefined ? 0 : at - Math.max(last, span.from);
    longestGapMs = Math.max(longestGapMs, gap);
    if (gap > LONG_FREEZE_MS) longFreezes += 1;
  };
  for (const { at, counter } of sightings) {
    if (at >= span.to) break;
    const inSpan = at >= span.from;
    if (counter === undefined) {
      if (inSpan) unreadable += 1;
      continue;
    }
    // A repeated frame does not count.
    if (seen.has(counter)) continue;
    seen.add(counter);
    detector.rendered(at);
    if (!inSpan) frozenBefore = { freezes: detector.freezes(at), frozenMs: detector.frozenMs(at) };
    else gapUntil(at);
    last = at;
    const shown = shownAt[counter];
    if (inSpan && typeof shown === 'number') delays.push(at - shown);
  }
  gapUntil(span.to);
  return {
    delays,
    frameRate: (delays.length * 1000) / (span.to - span.from),
    unreadable,
    freezes: detector.freezes(span.to) - frozenBefore.freezes,
    frozenMs: detector.frozenMs(span.to) - frozenBefore.frozenMs,
    longestGapMs,
    longFreezes,
  };
}
