/**
 * Measures the codecs and prints what it finds; `--json FILE` writes it too. `--quick` measures little, `--only ENGINE` in one
 * engine, `--strict` fails if a budget is missed, `--profile DIRECTORY` writes CPU profiles instead.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { BrowserName } from '../../tools/browsers.js';
import { FULL, QUICK } from './effort.js';
import { measureHeaps, measureOpus, measureStart, measureVp8 } from './engine-figures.js';
import { CODECS, WORK_DIRECTORY, browserEngine, isBuilt, nodeEngine } from './engines.js';
import { compareWithNative, nativeColumns } from './native-figures.js';
import { nativeVersions, removeClipFile } from './native.js';
import { profileCodecs } from './profile.js';
import { type Figures, type Findings, type Table, budgetTable, budgetsOf, render } from './report.js';
import { measureSizes } from './size.js';
import type { Engine } from './tasks.js';

const ENGINES = ['node', 'chromium', 'firefox'] as const;

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    strict: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
if (options.only !== undefined && !ENGINES.some((name) => name === options.only)) {
  throw new RangeError(`--only takes one of ${ENGINES.join(', ')}`);
}
const effort = options.quick ? QUICK : FULL;
const figures: Figures = { 'node.version': process.version };

await mkdir(WORK_DIRECTORY, { recursive: true });
if (options.profile === undefined) await measure();
else (await profileCodecs(effort, options.profile)).forEach(show);

async function measure(): Promise<void> {
  const begin = performance.now();
  take(await measureSizes(CODECS.filter(isBuilt)));
  if (wants('node')) await measureInNode();
  for (const name of ['chromium', 'firefox'] as const) if (wants(name)) await measureInBrowser(name);
  const budgets = budgetsOf(figures);
  show(budgetTable(budgets));
  process.stdout.write(`\n${((performance.now() - begin) / 1000).toFixed(0)} s\n`);
  if (options.json !== undefined) {
    await writeFile(options.json, `${JSON.stringify({ ...figures, budgets }, null, 2)}\n`);
  }
  if (options.strict && Object.values(budgets).some(({ pass }) => !pass)) process.exitCode = 1;
}

async function measureInNode(): Promise<void> {
  const { vp8, opus } = nativeVersions();
  Object.assign(figures, { 'native.vp8': vp8, 'native.opus': opus });
  const engine = nodeEngine();
  note('node: start, memory');
  take(await measureStart(engine, effort, ''));
  take(await measureHeaps(engine, effort));
  try {
    note('node: ours and native in turns');
    take(await compareWithNative(effort));
    note('node: every size and speed');
    take(await measureVp8(engine, effort, nativeColumns));
  } finally {
    removeClipFile();
  }
  await measureSound(engine);
}

async function measureInBrowser(name: BrowserName): Promise<void> {
  note(`${name}: start, every size and speed`);
  const engine = await browserEngine(name);
  try {
    const { granularityMs } = await engine.run('clock', undefined);
    figures[`${name}.userAgent`] = engine.userAgent;
    figures[`${name}.clockGranularityMs`] = granularityMs;
    process.stdout.write(
      `\n${name}: the clock has steps of ${granularityMs.toFixed(3)} ms; p99 is of single frames, to within as much\n`,
    );
    take(await measureStart(engine, effort, `${name}.`));
    take(await measureVp8(engine, effort));
    await measureSound(engine);
  } finally {
    await engine.close();
  }
}

async function measureSound(engine: Engine): Promise<void> {
  take(await measureOpus(engine, effort));
}

function take(findings: Findings): void {
  Object.assign(figures, findings.figures);
  findings.tables.forEach(show);
}

function show(table: Table): void {
  process.stdout.write(render(table));
}

function wants(engine: string): boolean {
  return options.only === undefined || options.only === engine;
}

function note(text: string): void {
  process.stderr.write(`${text} …\n`);
}
