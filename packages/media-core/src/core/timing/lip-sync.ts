/** Delay from capture to presentation of each stream, without that of lip sync; ms of a common clock. */
export interface StreamDelays {
  readonly audioMs: number | undefined;
  readonly videoMs: number | undefined;
}

/** Delay to add to each stream [ms]. One of them is 0, except briefly after the later stream has changed. */
export interface LipSyncDelays {
  readonly audioMs: number;
  readonly videoMs: number;
  /** Remaining offset of video after audio with these delays [ms]; negative if video is earlier. */
  readonly offsetMs: number;
}

export interface LipSyncOptions {
  /** Maximum delay of audio [ms]: low latency matters more than lip sync in a call. */
  readonly maxAudioMs?: number;
  /** Maximum delay of video [ms], which is held as decoded frames. */
  readonly maxVideoMs?: number;
}

/** How far audio may lead or lag without being noticed [ms] (ITU-R BT.1359-1: 45 and 125 ms). */
const TOLERATED_LEAD_MS = 40;
const TOLERATED_LAG_MS = 100;
/**
 * Maximum change of the video delay per update [ms], and of the audio delay per ms: 5 %, as time stretching achieves.
 */
const VIDEO_STEP_MS = 10;
const AUDIO_RATE = 0.05;
/** Time constant of the filter for the measured delays [ms]. */
const SMOOTHING_MS = 1000;
/** Deviation within which an added delay is kept [ms]. */
const DEAD_ZONE_MS = 5;
/** Larger differences are clamped [ms], because the peer can send any capture time. */
const MAX_DIFFERENCE_MS = 2000;
/** A gap between updates after which the delays are measured anew [ms]. */
const GAP_MS = 3000;

/** Keeps audio and video in sync by delaying the earlier stream to within the tolerance, up to a maximum. */
export class LipSync {
  readonly #maxAudioMs: number;
  readonly #maxVideoMs: number;
  /** Smoothed delay of video minus that of audio [ms]. */
  #difference: number | undefined;
  #audioMs = 0;
  #videoMs = 0;
  #updated: number | undefined;

  constructor({ maxAudioMs = 80, maxVideoMs = 250 }: LipSyncOptions = {}) {
    this.#maxAudioMs = maxAudioMs;
    this.#maxVideoMs = maxVideoMs;
  }

  /** Call it for each video frame; the delay of a stream that is absent or not running is undefined. */
  update({ audioMs, videoMs }: StreamDelays, nowMs: number): LipSyncDelays {
    const elapsed = this.#updated === undefined ? 0 : Math.max(0, nowMs - this.#updated);
    this.#updated = nowMs;
    if (audioMs === undefined || videoMs === undefined) this.#difference = undefined;
    else this.#smooth(videoMs - audioMs, elapsed);

    const difference = this.#difference ?? 0;
    const audio = Math.min(this.#maxAudioMs, Math.max(0, difference - TOLERATED_LEAD_MS));
    const video = Math.min(this.#maxVideoMs, Math.max(0, -difference - TOLERATED_LAG_MS));
    this.#audioMs = approach(this.#audioMs, audio, AUDIO_RATE * elapsed);
    this.#videoMs = approach(this.#videoMs, video, VIDEO_STEP_MS);
    return {
      audioMs: this.#audioMs,
      videoMs: this.#videoMs,
      offsetMs: this.#difference === undefined ? 0 : difference + this.#videoMs - this.#audioMs,
    };
  }

  #smooth(measured: number, elapsed: number): void {
    const difference = Math.min(Math.max(measured, -MAX_DIFFERENCE_MS), MAX_DIFFERENCE_MS);
    if (this.#difference === undefined || elapsed > GAP_MS) this.#difference = difference;
    else this.#difference += (difference - this.#difference) * (1 - Math.exp(-elapsed / SMOOTHING_MS));
  }
}

/** Moves `value` towards `target` by at most `step`; keeps it within the dead zone, unless the target is 0. */
function approach(value: number, target: number, step: number): number {
  const difference = target - value;
  if (target !== 0 && Math.abs(difference) <= DEAD_ZONE_MS) return value;
  return value + Math.min(step, Math.max(-step, difference));
}
