import type { Speed } from './encode-cost.js';
import { type Capture, MAX_USEFUL_FACTOR, type Rung, rungsOf } from './quality-rungs.js';

/** Settings of the encoder. */
export interface Quality {
  /** Frame size [pixels]: even, at most the captured size. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
  readonly speed: Speed;
  /** Bitrate above which more gives no visible gain [bits/s]. */
  readonly maxUsefulBitrate: number;
}

/** Chooses the affordable encoder speed; see `EncodeCost`. */
export interface SpeedChooser {
  speedFor(pixels: number, frameRate: number, current: Speed | undefined, now: number): Speed | undefined;
}

/** Below this share of a rung's bitrate the ladder descends at once, else after the hold time. */
const DESCEND_AT_ONCE_BELOW = 0.6;
const DOWN_HOLD_MS = 1000;
/** Bitrate required for a climb, relative to the rung's bitrate. */
const HEADROOM = 1.25;
const FIRST_UP_HOLD_MS = 1000;
const UP_HOLD_MS = 4000;
/** A descent this soon after a climb [ms] doubles the hold time of the next climb. */
const FAILED_CLIMB_MS = 60_000;
const MAX_UP_HOLD_MS = 16_000;
/** Maximum hold time if the device was too slow for the rung [ms]. */
const MAX_UP_HOLD_SLOW_DEVICE_MS = 120_000;
const FASTEST: Speed = 16;

/**
 * Chooses frame size, frame rate and encoder speed from the bitrate and the measured encoding time. A new size requires
 * a key frame, so the ladder climbs only after a hold time, which grows when a climb failed.
 */
export class QualityLadder {
  readonly #speeds: SpeedChooser;
  #capture: Capture | undefined;
  #rungs: readonly Rung[] = [];
  #index = 0;
  #speed: Speed | undefined;
  #unfitSince: number | undefined;
  #climbableSince: number | undefined;
  #climbedAt = -Infinity;
  #upHoldMs = FIRST_UP_HOLD_MS;

  constructor(speeds: SpeedChooser) {
    this.#speeds = speeds;
  }

  /**
   * Returns the settings to encode with.
   * @param bitrate latest decision of the rate controller [bits/s]
   * @param now ms, monotonic
   */
  update(capture: Capture, bitrate: number, now: number): Quality {
    if (!this.#capture || !isSame(this.#capture, capture)) {
      this.#capture = capture;
      this.#rungs = rungsOf(capture);
      this.#speed = undefined;
      this.#moveTo(this.#best(bitrate, 1, now));
    } else if (this.#mustDescend(bitrate, now)) {
      this.#descend(bitrate, now);
    } else {
      this.#climbIfSettled(bitrate, now);
    }
    return this.#quality(now);
  }

  #quality(now: number): Quality {
    const rung = this.#rungs[this.#index];
    if (!rung) throw new RangeError('a capture without rungs');
    const { width, height, frameRate, bitrate } = rung;
    this.#speed = this.#speedOf(rung, now) ?? FASTEST;
    return { width, height, frameRate, speed: this.#speed, maxUsefulBitrate: MAX_USEFUL_FACTOR * bitrate };
  }

  #mustDescend(bitrate: number, now: number): boolean {
    const rung = this.#rungs[this.#index];
    if (!rung || this.#index === this.#rungs.length - 1 || this.#fits(rung, bitrate, 1, now)) {
      this.#unfitSince = undefined;
      return false;
    }
    this.#unfitSince ??= now;
    return bitrate < DESCEND_AT_ONCE_BELOW * rung.bitrate || now - this.#unfitSince >= DOWN_HOLD_MS;
  }

  #descend(bitrate: number, now: number): void {
    const isDeviceTooSlow = bitrate >= (this.#rungs[this.#index]?.bitrate ?? 0);
    const hasFailed = now - this.#climbedAt < FAILED_CLIMB_MS;
    const longest = isDeviceTooSlow ? MAX_UP_HOLD_SLOW_DEVICE_MS : MAX_UP_HOLD_MS;
    this.#upHoldMs = hasFailed ? Math.min(Math.max(2 * this.#upHoldMs, UP_HOLD_MS), longest) : UP_HOLD_MS;
    this.#moveTo(Math.max(this.#best(bitrate, 1, now), this.#index + 1));
  }

  #climbIfSettled(bitrate: number, now: number): void {
    const best = this.#best(bitrate, HEADROOM, now);
    if (best >= this.#index) {
      this.#climbableSince = undefined;
      return;
    }
    this.#climbableSince ??= now;
    if (now - this.#climbableSince < this.#upHoldMs) return;
    this.#climbedAt = now;
    this.#moveTo(best);
  }

  #moveTo(index: number): void {
    this.#index = index;
    this.#speed = undefined;
    this.#unfitSince = undefined;
    this.#climbableSince = undefined;
  }

  /** Index of the best rung that fits, or of the last rung. */
  #best(bitrate: number, headroom: number, now: number): number {
    const index = this.#rungs.findIndex((rung) => this.#fits(rung, bitrate, headroom, now));
    return index < 0 ? this.#rungs.length - 1 : index;
  }

  #fits(rung: Rung, bitrate: number, headroom: number, now: number): boolean {
    return bitrate >= headroom * rung.bitrate && this.#speedOf(rung, now) !== undefined;
  }

  /** Only the current rung may keep its current speed within the wider limit. */
  #speedOf(rung: Rung, now: number): Speed | undefined {
    const current = rung === this.#rungs[this.#index] ? this.#speed : undefined;
    return this.#speeds.speedFor(areaOf(rung), rung.frameRate, current, now);
  }
}

function areaOf({ width, height }: Rung): number {
  return width * height;
}

function isSame(a: Capture, b: Capture): boolean {
  return a.width === b.width && a.height === b.height && a.frameRate === b.frameRate && a.content === b.content;
}
