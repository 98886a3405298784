import type { Log } from './api.js';
import type { Clock } from './clock.js';

/** Lines in a period: what strangers make us warn of must not fill the console of a page. */
const MAX_LINES = 30;
const PERIOD_MS = 10_000;

/** Warnings and errors on the console, in bounds. */
export function consoleLog(clock: Clock, output: Pick<Console, 'warn' | 'error'> = console): Log {
  let begun = -Infinity;
  let lines = 0;
  return (level, message, context) => {
    if (level !== 'error' && level !== 'warn') return;
    const now = clock.now();
    if (now - begun >= PERIOD_MS) {
      begun = now;
      lines = 0;
    }
    lines += 1;
    if (lines < MAX_LINES) output[level](`xmpp-call: ${message}`, context);
    else if (lines === MAX_LINES) output.warn('xmpp-call: more than can be shown; the next lines are left out');
  };
}
