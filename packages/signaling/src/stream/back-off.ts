/** ms, upper bounds of the first delay and of every delay. */
const BASE_MS = 500;
const CAP_MS = 20_000;

/**
 * Exponential back-off with full jitter: a delay is uniform in [0, min(cap, base * 2^attempt)), so that the clients of a
 * restarted server do not come back in waves.
 * @param attempt 0 for the first one after the loss
 * @param random uniform in [0, 1)
 * @returns ms to wait before the attempt
 */
export function backOffMs(attempt: number, random: number): number {
  return Math.floor(random * Math.min(CAP_MS, BASE_MS * 2 ** attempt));
}
