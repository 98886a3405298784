import { SampleWindow } from '../sample-window.js';

/** Encoder speeds (libvpx `cpu-used`, negated) from the best picture to the least work. */
export const SPEEDS = [4, 6, 8, 12, 16] as const;
export type Speed = (typeof SPEEDS)[number];

export interface ExpectedCost {
  /** ms. */
  readonly meanMs: number;
  readonly p95Ms: number;
}

/** Work per frame against speed 8, as measured at 180p to 720p. */
const RELATIVE_COST: Readonly<Record<Speed, number>> = { 4: 1.8, 6: 1.06, 8: 1, 12: 0.85, 16: 0.72 };
/** Of an encoder of which only a mean was taken. */
const P95_TO_MEAN = 1.5;
const MEAN_GAIN = 1 / 16;
const WINDOW = 64;
/** Measurements to believe before scaled ones of another size or speed. */
const ENOUGH = 5;
/** ms: older measurements were made under other conditions. */
const STALE_MS = 30_000;
const MAX_ENTRIES = 16;
/** Without any measurement: up to this many pixels the best speed, above it the next. */
const SMALL_PIXELS = 640 * 360;

/** Share of the frame interval that encoding may take, to choose a speed and to stay with it. */
const ENTER = { mean: 0.4, p95: 0.7 };
const STAY = { mean: 0.55, p95: 0.9 };

interface Entry {
  readonly pixels: number;
  readonly speed: Speed;
  readonly recent: SampleWindow;
  meanMs: number;
  at: number;
}

/** Learns what encoding costs on this device, per picture size and speed, and says which speed is affordable. */
export class EncodeCost {
  readonly #entries: Entry[] = [];

  /** Notes that a delta frame took `ms`. Key frames are rare, dear and of no use here. */
  record(pixels: number, speed: Speed, ms: number, now: number): void {
    let entry = this.#entries.find((known) => known.pixels === pixels && known.speed === speed);
    if (!entry || now - entry.at > STALE_MS) {
      if (entry) this.#entries.splice(this.#entries.indexOf(entry), 1);
      entry = { pixels, speed, recent: new SampleWindow(WINDOW), meanMs: ms, at: now };
      this.#entries.push(entry);
    }
    entry.recent.add(ms);
    // A plain mean at first, so that one slow frame is not remembered for long.
    entry.meanMs += (ms - entry.meanMs) * Math.max(MEAN_GAIN, 1 / entry.recent.size);
    entry.at = now;
    if (this.#entries.length > MAX_ENTRIES) this.#dropOldest();
  }

  /** Measured, or scaled from the latest measurement of another size or speed; undefined before there is any. */
  expected(pixels: number, speed: Speed, now: number): ExpectedCost | undefined {
    const exact = this.#entries.find((entry) => entry.pixels === pixels && entry.speed === speed);
    if (exact && exact.recent.size >= ENOUGH && now - exact.at <= STALE_MS) return costOf(exact, 1);
    const latest = this.#entries.reduce<Entry | undefined>((a, b) => (a && a.at >= b.at ? a : b), undefined);
    if (!latest) return undefined;
    return costOf(latest, (pixels / latest.pixels) * (RELATIVE_COST[speed] / RELATIVE_COST[latest.speed]));
  }

  /**
   * The best speed that leaves the worker enough of each frame interval; undefined if not even the fastest does.
   * @param current is left later than any other would be chosen
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
  const p95 = recent.size >= ENOUGH ? recent.quantile(0.95) : undefined;
  return { meanMs: meanMs * scale, p95Ms: (p95 ?? meanMs * P95_TO_MEAN) * scale };
}
