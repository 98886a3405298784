const MINUTE = 60;
const HOUR = 3600;

/** `2:05` or `1:02:05` in the digits of a language. */
export function formatClock(ms: number, language: string): string {
  const { hours, minutes, seconds } = parts(ms);
  const plain = new Intl.NumberFormat(language, { useGrouping: false });
  const padded = new Intl.NumberFormat(language, { useGrouping: false, minimumIntegerDigits: 2 });
  const tail = padded.format(seconds);
  if (hours === 0) return `${plain.format(minutes)}:${tail}`;
  return `${plain.format(hours)}:${padded.format(minutes)}:${tail}`;
}

/** ISO 8601 duration for `<time datetime>`, for instance `PT2M5S`. */
export function isoDuration(ms: number): string {
  const { hours, minutes, seconds } = parts(ms);
  return `PT${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds}S`;
}

/** `2 minutes, 5 seconds` in a language; hours without seconds. */
export function formatDuration(ms: number, language: string): string {
  const { hours, minutes, seconds } = parts(ms);
  const units: [unit: string, value: number][] = [
    ['hour', hours],
    ['minute', minutes],
    ['second', hours > 0 ? 0 : seconds],
  ];
  const shown = units.filter(([unit, value]) => value > 0 || (unit === 'second' && hours === 0 && minutes === 0));
  const texts = shown.map(([unit, value]) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value),
  );
  return new Intl.ListFormat(language, { type: 'unit', style: 'long' }).format(texts);
}

/** Time of day, for instance `14:05`. `at` in ms since the epoch. */
export function formatTimeOfDay(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at);
}

function parts(ms: number): { hours: number; minutes: number; seconds: number } {
  const total = Math.max(0, Math.floor(ms / 1000));
  return { hours: Math.floor(total / HOUR), minutes: Math.floor((total % HOUR) / MINUTE), seconds: total % MINUTE };
}
