import type { Speed } from './encode-cost.js';
import { type Capture, ENOUGH, type Rung, rungsOf } from './quality-rungs.js';

/** What the encoder is to do. */
export interface Quality {
  /** Pixels, even, never more than are captured. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly frameRate: number;
  readonly speed: Speed;
  /** bits/s above which nothing is to be seen of more. */
  readonly enough: number;
}

/** Says which speed is affordable, as EncodeCost does. */
export interface SpeedChooser {
  speedFor(pixels: number, frameRate: number, current: Speed | undefined, now: number): Speed | undefined;
}

/** Part of a rung's bitrate below which it is left at once rather than after a second. */
const SEVERE = 0.6;
const DOWN_HOLD_MS = 1000;
/** A higher rung is taken when there is this much of its bitrate. */
const HEADROOM = 1.25;
const FIRST_UP_HOLD_MS = 1000;
const UP_HOLD_MS = 4000;
/** A fall so soon after a climb makes the next climb wait twice as long. */
const REGRET_MS = 60_000;
const MAX_UP_HOLD_MS = 16_000;
/** After a climb that the device could not bear. */
const MAX_UP_HOLD_WEAK_MS = 120_000;
const FASTEST: Speed = 16;

/**
 * Chooses size, frame rate and speed for the bitrate at hand and for what encoding costs here. A change of size costs a
 * key frame, so climbs wait until they have been possible for some seconds, and longer if one was soon taken back.
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
   * @param bitrate bits/s, as decided last
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
    return { width, height, frameRate, speed: this.#speed, enough: ENOUGH * bitrate };
  }

  #mustDescend(bitrate: number, now: number): boolean {
    const rung = this.#rungs[this.#index];
    if (!rung || this.#index === this.#rungs.length - 1 || this.#fits(rung, bitrate, 1, now)) {
      this.#unfitSince = undefined;
      return false;
    }
    this.#unfitSince ??= now;
    return bitrate < SEVERE * rung.bitrate || now - this.#unfitSince >= DOWN_HOLD_MS;
  }

  #descend(bitrate: number, now: number): void {
    const weak = bitrate >= (this.#rungs[this.#index]?.bitrate ?? 0);
    const regretted = now - this.#climbedAt < REGRET_MS;
    const longest = weak ? MAX_UP_HOLD_WEAK_MS : MAX_UP_HOLD_MS;
    this.#upHoldMs = regretted ? Math.min(Math.max(2 * this.#upHoldMs, UP_HOLD_MS), longest) : UP_HOLD_MS;
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

  /** Index of the best rung that fits, else of the last. */
  #best(bitrate: number, headroom: number, now: number): number {
    const index = this.#rungs.findIndex((rung) => this.#fits(rung, bitrate, headroom, now));
    return index < 0 ? this.#rungs.length - 1 : index;
  }

  #fits(rung: Rung, bitrate: number, headroom: number, now: number): boolean {
    return bitrate >= headroom * rung.bitrate && this.#speedOf(rung, now) !== undefined;
  }

  /** Only the rung in use profits from the patience with a speed in use. */
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
