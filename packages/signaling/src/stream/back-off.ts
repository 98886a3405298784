/** When to try again after a lost stream, and for how long. */
export interface ReconnectPolicy {
  /**
   * ms to wait before an attempt.
   * @param attempt 0 for the first one after the loss
   * @param random uniform in [0, 1)
   */
  delayMs(attempt: number, random: number): number;
  /** ms after the loss at which trying ends. */
  readonly giveUpAfterMs: number;
}

export interface BackOffOptions {
  /** ms, upper bound of the first delay. */
  readonly baseMs?: number;
  /** ms, upper bound of every delay. */
  readonly capMs?: number;
  readonly giveUpAfterMs?: number;
}

/**
 * Exponential back-off with full jitter: a delay is uniform in [0, min(cap, base * 2^attempt)), so that the clients of a
 * restarted server do not come back in waves.
 */
export function exponentialBackOff(options: BackOffOptions = {}): ReconnectPolicy {
  const { baseMs = 500, capMs = 20_000, giveUpAfterMs = 300_000 } = options;
  return {
    delayMs: (attempt, random) => Math.floor(random * Math.min(capMs, baseMs * 2 ** Math.max(0, attempt))),
    giveUpAfterMs,
  };
}
