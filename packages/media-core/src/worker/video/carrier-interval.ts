const INITIAL_MS = 33;
const GAIN = 1 / 16;
/** Longer intervals are pauses [ms]. */
const MAX_MS = 200;

/** Mean interval between the carriers. */
export class CarrierInterval {
  #meanMs = INITIAL_MS;
  #lastArrival: number | undefined;

  get meanMs(): number {
    return this.#meanMs;
  }

  /** @param arrivedAt ms, monotonic */
  add(arrivedAt: number): void {
    const intervalMs = Math.min(arrivedAt - (this.#lastArrival ?? arrivedAt - this.#meanMs), MAX_MS);
    this.#lastArrival = arrivedAt;
    this.#meanMs += (intervalMs - this.#meanMs) * GAIN;
  }
}
