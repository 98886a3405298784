import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MS = 100;

/**
 * Asks `probe` again and again until it gives a value; for programs that announce nothing.
 * Rejects after `timeoutMs` naming what was waited for and, where given, what was found instead.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  timeoutMs = 15_000,
  found?: () => string,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > deadline) {
      throw new Error(`waited ${String(timeoutMs / 1000)} s in vain: ${what}${found ? `; found ${found()}` : ''}`);
    }
    await pause(INTERVAL_MS);
  }
}
