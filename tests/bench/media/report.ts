/** Figures under flat keys, goals, and tables in Markdown. */

/** A missing figure could not be measured, which the notes explain. */
export type Figures = Record<string, number | string | undefined>;

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | undefined)[])[];
}

/** What one scenario found in one browser. */
export interface Findings {
  readonly figures: Figures;
  readonly tables: readonly Table[];
  /** Conditions and faults that explain the figures. */
  readonly notes: readonly string[];
}

export interface Goal {
  readonly value: number;
  readonly bound: string;
  readonly met: boolean;
}

/** Bounds of figures, inclusive. */
const GOALS: Readonly<Record<string, { readonly atMost?: number; readonly atLeast?: number }>> = {
  'audio.mouthToEar.ratioToNative': { atMost: 0.6 },
  'video.glassToGlass.ratioToNative': { atMost: 1 },
  'video.bandwidthDrop.frozenRatio': { atMost: 0.1 },
  'video.bandwidthDrop.p95Ratio': { atMost: 0.5 },
  'video.psnrDb.gain': { atLeast: 0 },
  'audio.loss20.quality.gain': { atLeast: 0 },
  'plainPeer.pliStorms': { atMost: 0 },
  'plainPeer.longFreezes': { atMost: 0 },
  'cpu.ratioToNative': { atMost: 2 },
  'mainThread.ownCpuMsPerSecond': { atMost: 20 },
};

/** Of those figures that were measured. */
export function goalsOf(figures: Figures): Record<string, Goal> {
  const goals: Record<string, Goal> = {};
  for (const [key, { atMost = Infinity, atLeast = -Infinity }] of Object.entries(GOALS)) {
    const value = figures[key];
    if (typeof value !== 'number') continue;
    const bound = atMost < Infinity ? `at most ${atMost}` : `at least ${atLeast}`;
    goals[key] = { value, bound, met: value <= atMost && value >= atLeast };
  }
  return goals;
}

export function goalTable(title: string, goals: Readonly<Record<string, Goal>>): Table {
  return {
    title,
    columns: ['figure', 'value', 'goal', ''],
    rows: Object.entries(goals).map(([key, { value, bound, met }]) => [key, value, bound, met ? 'met' : 'MISSED']),
  };
}

export function markdown({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [
    `\n### ${title}\n\n`,
    line(columns),
    line(columns.map((_, column) => (column === 0 ? '---' : '--:'))),
    ...rows.map((row) => line(row.map(cellText))),
  ].join('');
}

function cellText(value: string | number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0);
}
