import { SampleWindow } from '../sample-window.js';

/** Encoder speeds (libvpx `cpu-used`, negated), from the best quality to the fastest. */
export const SPEEDS = [4, 6, 8, 12, 16] as const;
export type Speed = (typeof SPEEDS)[number];

export interface ExpectedCost {
  readonly meanMs: number;
  readonly p95Ms: number;
}

/** Encoding time relative to speed 8, measured at 180p to 720p. */
const RELATIVE_COST: Readonly<Record<Speed, number>> = { 4: 1.8, 6: 1.06, 8: 1, 12: 0.85, 16: 0.72 };
/** 95th percentile relative to the mean, where only a mean was measured. */
const P95_TO_MEAN = 1.5;
const MEAN_GAIN = 1 / 16;
const WINDOW = 64;
/** Measurements required before they replace a value scaled from another frame size or speed. */
const MIN_SAMPLES = 5;
/** Maximum age of a measurement [ms]. */
const STALE_MS = 30_000;
const MAX_ENTRIES = 16;
/** Frame size [pixels] up to which the best speed is used before the first measurement; above it, the second best. */
const SMALL_PIXELS = 640 * 360;

/** Maximum share of the frame interval for encoding: to choose a speed, and to keep it. */
const ENTER = { mean: 0.4, p95: 0.7 };
const STAY = { mean: 0.55, p95: 0.9 };

interface Entry {
  readonly pixels: number;
  readonly speed: Speed;
  readonly recent: SampleWindow;
  meanMs: number;
  at: number;
}

/** Measures the encoding time on this device per frame size and speed, and chooses the speed that fits a frame rate. */
export class EncodeCost {
  readonly #entries: Entry[] = [];

  /** Records the encoding time of a delta frame [ms]. Key frames are left out: they are rare and take longer. */
  record(pixels: number, speed: Speed, ms: number, now: number): void {
    let entry = this.#entries.find((known) => known.pixels === pixels && known.speed === speed);
    if (!entry || now - entry.at > STALE_MS) {
      if (entry) this.#entries.splice(this.#entries.indexOf(entry), 1);
      entry = { pixels, speed, recent: new SampleWindow(WINDOW), meanMs: ms, at: now };
      this.#entries.push(entry);
    }
    entry.recent.add(ms);
    // A plain mean at first, so that a slow first frame is forgotten soon.
    entry.meanMs += (ms - entry.meanMs) * Math.max(MEAN_GAIN, 1 / entry.recent.size);
    entry.at = now;
    if (this.#entries.length > MAX_ENTRIES) this.#dropOldest();
  }

  /**
   * Expected encoding time: measured, or scaled from the latest measurement of another frame size or speed; undefined
   * before the first measurement.
   */
  expected(pixels: number, speed: Speed, now: number): ExpectedCost | undefined {
    const exact = this.#entries.find((entry) => entry.pixels === pixels && entry.speed === speed);
    if (exact && exact.recent.size >= MIN_SAMPLES && now - exact.at <= STALE_MS) return costOf(exact, 1);
    const latest = this.#entries.reduce<Entry | undefined>((a, b) => (a && a.at >= b.at ? a : b), undefined);
    if (!latest) return undefined;
    return costOf(latest, (pixels / latest.pixels) * (RELATIVE_COST[speed] / RELATIVE_COST[latest.speed]));
  }

  /**
   * Returns the best speed whose encoding time fits the frame interval; undefined if even the fastest does not.
   * @param current speed in use, which is kept within a wider limit
   */
  speedFor(pixels: number, frameRate: number, current: Speed | undefined, now: number): Speed | undefined {
    const interval = 1000 / frameRate;
    return SPEEDS.find((speed) => {
      const cost = this.expected(pixels, speed, now);
      if (!cost) return speed === (pixels <= SMALL_PIXELS ? 4 : 6);
      const share = speed === current ? STAY : ENTER;
      return cost.meanMs <= share.mean * interval && cost.p95Ms <= share.p95 * interval;
    });
  }

  #dropOldest(): void {
    const oldest = this.#entries.reduce((a, b) => (a.at <= b.at ? a : b));
    this.#entries.splice(this.#entries.indexOf(oldest), 1);
  }
}

function costOf({ meanMs, recent }: Entry, scale: number): ExpectedCost {
  const p95 = recent.size >= MIN_SAMPLES ? recent.quantile(0.95) : undefined;
  return { meanMs: meanMs * scale, p95Ms: (p95 ?? meanMs * P95_TO_MEAN) * scale };
}
