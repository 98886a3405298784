/** Mean delay in the pacer, ms: begin to skip frames, and stop. */
const GUARD_ON_MS = 150;
const GUARD_OFF_MS = 75;
/** ms that the guard stands while nothing is sent at all. */
const GUARD_MAX_SILENCE_MS = 500;
const CARRIER_SMOOTHING_MS = 500;

interface PacerCounters {
  /** s since the start. */
  readonly totalPacketSendDelay?: number | undefined;
  readonly packetsSent?: number | undefined;
}

/** A statistic as a number of at least 0; undefined for anything else. */
export function known(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Watches how long packets wait before they are sent (outbound-rtp `totalPacketSendDelay` per packet). */
export class PacerGuard {
  #delay: number | undefined;
  #packets = 0;
  #guarding = false;
  #measuredAt = 0;
  #meanMs = 0;

  /** ms that packets waited on average, when it was last measured. */
  get meanMs(): number {
    return this.#meanMs;
  }

  /** Whether frames are to be skipped, by the mean of the time since the last call. `now` in ms, monotonic. */
  update(counters: PacerCounters, now: number): boolean {
    const delay = known(counters.totalPacketSendDelay);
    const packets = known(counters.packetsSent);
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

/** bits/s of the carriers, smoothed over half a second. */
export class CarrierRate {
  #last: { readonly bytes: number; readonly at: number } | undefined;
  #smoothed: number | undefined;
  /** ms that the smoothed value rests on. */
  #measuredMs = 0;

  /** @returns `bitrate` */
  update(bytes: number | undefined, now: number): number | undefined {
    if (bytes === undefined) return this.bitrate;
    const last = this.#last;
    this.#last = { bytes, at: now };
    if (!last || bytes < last.bytes || now <= last.at) return this.bitrate;
    const elapsed = now - last.at;
    const bitrate = ((bytes - last.bytes) * 8000) / elapsed;
    // A plain mean at first, so that the first interval does not weigh more than the others.
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

  /** bits/s; undefined until half a second was measured. */
  get bitrate(): number | undefined {
    return this.#measuredMs >= CARRIER_SMOOTHING_MS ? this.#smoothed : undefined;
  }
}
