/** Clock and timers, passed in so that tests can control time. */
export interface Clock {
  /**
   * Monotonic time [ms], the same for all contexts of a browser, because times of audio, video and the page are
   * compared.
   */
  now(): number;
  /** Runs the action once after `ms`; returns a function that cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** Runs the action every `ms`; returns a function that cancels it. */
export function every(clock: Clock, ms: number, action: () => void): () => void {
  let cancel = clock.after(ms, tick);
  return () => cancel();

  function tick(): void {
    cancel = clock.after(ms, tick);
    action();
  }
}
