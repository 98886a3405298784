/** Figures under flat keys, budgets, and tables for the terminal. */

export type Figures = Record<string, number | string>;

export interface Budget {
  readonly value: number;
  readonly limit: number;
  readonly pass: boolean;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  /** A missing value is shown as a dash. */
  readonly rows: readonly (readonly (string | number | undefined)[])[];
}

/** What one part of the benchmark found. */
export interface Findings {
  readonly figures: Figures;
  readonly tables: readonly Table[];
}

/** Upper limit of each figure. */
const LIMITS: Readonly<Record<string, number>> = {
  'vp8.encode720p.ratioToNative': 1.7,
  'vp8.decode720p.ratioToNative': 1.5,
  'opus.encode.c5.ratioToNative': 1.3,
  'opus.encode.c10.ratioToNative': 1.8,
  'opus.decode.ratioToNative': 1.2,
  'vp8.size.brotli': 96_000,
  'opus.size.brotli': 150_000,
  'vp8.instantiateMs': 20,
  'opus.instantiateMs': 20,
  'vp8.encoderHeap720p': 32 * 1024 * 1024,
};

/** Of the figures that were measured. */
export function budgetsOf(figures: Figures): Record<string, Budget> {
  const budgets: Record<string, Budget> = {};
  for (const [key, limit] of Object.entries(LIMITS)) {
    const value = figures[key];
    if (typeof value === 'number') budgets[key] = { value, limit, pass: value <= limit };
  }
  return budgets;
}

export function budgetTable(budgets: Readonly<Record<string, Budget>>): Table {
  return {
    title: 'Budgets',
    columns: ['figure', 'value', 'at most', ''],
    rows: Object.entries(budgets).map(([key, { value, limit, pass }]) => [key, value, limit, pass ? 'met' : 'MISSED']),
  };
}

/** Aligned text. */
export function render({ title, columns, rows }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(cellText))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function cellText(value: string | number | undefined): string {
  if (value === undefined) return '-';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return Math.abs(value) < 10 ? value.toFixed(3) : value.toFixed(1);
}
