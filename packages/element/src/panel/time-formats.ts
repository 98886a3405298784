/** `2:05` or `1:02:05` in the digits of a language. */
export function formatClock(ms: number, language: string): string {
  const [hours, minutes, seconds] = parts(ms);
  return (hours > 0 ? [hours, minutes, seconds] : [minutes, seconds])
    .map((value, i) =>
      new Intl.NumberFormat(language, { useGrouping: false, minimumIntegerDigits: i > 0 ? 2 : 1 }).format(value),
    )
    .join(':');
}

/** ISO 8601 duration for `<time datetime>`, for instance `PT125S`. */
export function isoDuration(ms: number): string {
  return `PT${wholeSeconds(ms)}S`;
}

/** `2 minutes, 5 seconds` in a language; hours without seconds. */
export function formatDuration(ms: number, language: string): string {
  const [hours, minutes, seconds] = parts(ms);
  const texts: string[] = [];
  const add = (value: number, unit: string): void => {
    texts.push(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value));
  };
  if (hours > 0) add(hours, 'hour');
  if (minutes > 0) add(minutes, 'minute');
  if (hours === 0 && (seconds > 0 || minutes === 0)) add(seconds, 'second');
  return new Intl.ListFormat(language, { type: 'unit' }).format(texts);
}

/** Time of day, for instance `14:05`. `at` in ms since the epoch. */
export function formatTimeOfDay(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at);
}

function parts(ms: number): [hours: number, minutes: number, seconds: number] {
  const total = wholeSeconds(ms);
  return [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}
