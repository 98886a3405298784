/** Mean delay in the pacer [ms] at which the guard becomes active, and inactive. */
const GUARD_ON_MS = 150;
const GUARD_OFF_MS = 75;
/** Maximum time that the guard stays active while nothing is sent [ms]. */
const GUARD_MAX_SILENCE_MS = 500;
const CARRIER_SMOOTHING_MS = 500;

interface PacerCounters {
  /** Total delay [s]. */
  readonly totalPacketSendDelay?: number | undefined;
  readonly packetsSent?: number | undefined;
}

/** Returns a statistic if it is a finite number of at least 0. */
export function nonNegative(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Monitors the mean delay of packets in the pacer (`totalPacketSendDelay` of outbound-rtp per packet sent). */
export class PacerGuard {
  #delay: number | undefined;
  #packets = 0;
  #guarding = false;
  #measuredAt = 0;
  #meanMs = 0;

  /** Last measured mean delay [ms]. */
  get meanMs(): number {
    return this.#meanMs;
  }

  /**
   * Returns whether to drop frames, by the mean delay since the last call.
   * @param now ms, monotonic
   */
  update(counters: PacerCounters, now: number): boolean {
    const delay = nonNegative(counters.totalPacketSendDelay);
    const packets = nonNegative(counters.packetsSent);
    if (delay === undefined || packets === undefined) return this.#unmeasured(now);
    const sent = packets - this.#packets;
    const waited = delay - (this.#delay ?? delay);
    const counting = this.#delay !== undefined && sent > 0 && waited >= 0;
    this.#delay = delay;
    this.#packets = packets;
    if (!counting) return this.#unmeasured(now);
    this.#measuredAt = now;
    this.#meanMs = (waited * 1000) / sent;
    this.#guarding = this.#meanMs > (this.#guarding ? GUARD_OFF_MS : GUARD_ON_MS);
    return this.#guarding;
  }

  reset(): void {
    this.#delay = undefined;
    this.#guarding = false;
    this.#meanMs = 0;
  }

  #unmeasured(now: number): boolean {
    this.#guarding &&= now - this.#measuredAt < GUARD_MAX_SILENCE_MS;
    return this.#guarding;
  }
}

/** Bitrate of a byte counter, smoothed over 500 ms. */
export class SmoothedBitrate {
  #last: { readonly bytes: number; readonly at: number } | undefined;
  #smoothed: number | undefined;
  /** Time that the smoothed value covers [ms]. */
  #measuredMs = 0;

  /**
   * Adds a counter value.
   * @returns `bitrate`
   */
  update(bytes: number | undefined, now: number): number | undefined {
    if (bytes === undefined) return this.bitrate;
    const last = this.#last;
    this.#last = { bytes, at: now };
    if (!last || bytes < last.bytes || now <= last.at) return this.bitrate;
    const elapsed = now - last.at;
    const bitrate = ((bytes - last.bytes) * 8000) / elapsed;
    // A plain mean at first, so that all intervals have the same weight.
    const weight = Math.max(elapsed / (this.#measuredMs + elapsed), 1 - Math.exp(-elapsed / CARRIER_SMOOTHING_MS));
    this.#smoothed = (this.#smoothed ?? bitrate) + (bitrate - (this.#smoothed ?? bitrate)) * weight;
    this.#measuredMs += elapsed;
    return this.bitrate;
  }

  reset(): void {
    this.#last = undefined;
    this.#smoothed = undefined;
    this.#measuredMs = 0;
  }

  /** bits/s; undefined before 500 ms were measured. */
  get bitrate(): number | undefined {
    return this.#measuredMs >= CARRIER_SMOOTHING_MS ? this.#smoothed : undefined;
  }
}
