/** How long after its capture each stream would be heard or seen, without what lip sync adds; ms of a common clock. */
export interface StreamDelays {
  readonly audioMs: number | undefined;
  readonly videoMs: number | undefined;
}

/** What to add to the delay of each stream, in ms: one of both is 0 but for a moment after the order has changed. */
export interface LipSyncDelays {
  readonly audioMs: number;
  readonly videoMs: number;
  /** By how much the picture is still later than the sound, with these delays; below 0: earlier. */
  readonly offsetMs: number;
}

export interface LipSyncOptions {
  /** Most that sound is delayed: in a call, the answer that comes soon is worth more than the lips. */
  readonly maxAudioMs?: number;
  /** Most that the picture is delayed: it is held as decoded frames. */
  readonly maxVideoMs?: number;
}

/** Sound may be this much ahead of the picture, or behind it, without being noticed (ITU-R BT.1359-1: 45 and 125 ms). */
const TOLERATED_LEAD_MS = 40;
const TOLERATED_LAG_MS = 100;
/** Most that the picture's delay changes by in one step, and the sound's in a ms: 5 %, as time stretching does it. */
const VIDEO_STEP_MS = 10;
const AUDIO_RATE = 0.05;
/** Time constant of the filter over the measured delays, in ms. */
const SMOOTHING_MS = 1000;
/** What is added stays while it is right within this, in ms. */
const DEAD_ZONE_MS = 5;
/** Differences beyond this many ms are no longer told apart: a peer says when what it sends was captured. */
const MAX_DIFFERENCE_MS = 2000;
/** After this long without an update, both streams are measured anew. */
const GAP_MS = 3000;

/** Holds sound and picture together, by delaying the earlier one just so far that nobody notices, within bounds. */
export class LipSync {
  readonly #maxAudioMs: number;
  readonly #maxVideoMs: number;
  /** Delay of the picture less that of the sound, smoothed. */
  #difference: number | undefined;
  #audioMs = 0;
  #videoMs = 0;
  #updated: number | undefined;

  constructor({ maxAudioMs = 80, maxVideoMs = 250 }: LipSyncOptions = {}) {
    this.#maxAudioMs = maxAudioMs;
    this.#maxVideoMs = maxVideoMs;
  }

  /** To be called once for each frame of the picture; a stream that stands still or is not there has no delay. */
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

/** Goes from `value` towards `target` by at most `step`; nothing is changed within the dead zone, unless to end at 0. */
function approach(value: number, target: number, step: number): number {
  const difference = target - value;
  if (target !== 0 && Math.abs(difference) <= DEAD_ZONE_MS) return value;
  return value + Math.min(step, Math.max(-step, difference));
}
