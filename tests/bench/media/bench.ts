/**
 * Calls with the media core at both ends beside calls without it, in the same run, over an impaired network. `--json FILE`
 * writes the figures too; `--seconds N`, `--calls N`, `--browsers A,B` and `--scenarios A,B` make it shorter,
 * `--memory-minutes N` longer; `--trace` prints what the core logs.
 */
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { BrowserName } from '../../tools/browsers.js';
import { openHost } from './host.js';
import { type Figures, type Findings, goalsOf, goalTable, markdown } from './report.js';
import { bandwidthDrop } from './scenarios/bandwidth-drop.js';
import { cost } from './scenarios/cost.js';
import { delays } from './scenarios/delays.js';
import { memory } from './scenarios/memory.js';
import { pictureQuality } from './scenarios/picture-quality.js';
import { plainPeer } from './scenarios/plain-peer.js';
import type { Scenario, ScenarioOptions } from './scenarios/scenario.js';
import { speechLoss } from './scenarios/speech-loss.js';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  delays,
  bandwidthDrop,
  pictureQuality,
  speechLoss,
  plainPeer,
  cost,
  memory,
};
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    calls: { type: 'string', default: '5' },
    'memory-minutes': { type: 'string', default: '3' },
    trace: { type: 'boolean', default: false },
    browsers: { type: 'string', default: BROWSERS.join() },
    scenarios: { type: 'string', default: Object.keys(SCENARIOS).join() },
  },
});
const wantedBrowsers = chosen(values.browsers, BROWSERS);
const wantedScenarios = chosen(values.scenarios, Object.keys(SCENARIOS));
const begin = performance.now();
const options: ScenarioOptions = {
  seconds: Number(values.seconds),
  calls: Number(values.calls),
  memoryMinutes: Number(values['memory-minutes']),
  note: (text) =>
    process.stderr.write(
      `[${((performance.now() - begin) / 1000).toFixed(0).padStart(5)} s] ${text} (load ${loadavg()[0]?.toFixed(1) ?? '?'}) …\n`,
    ),
};
const environment: Record<string, unknown> = {
  node: process.version,
  cpus: cpus().map(({ model }) => model),
  seconds: options.seconds,
  calls: options.calls,
  memoryMinutes: options.memoryMinutes,
  loadBefore: loadavg(),
};
const results: Record<string, unknown> = { environment };

for (const browser of wantedBrowsers) {
  results[browser] = await measure(browser);
  await save();
}
environment.loadAfter = loadavg();
await save();

async function measure(browser: BrowserName): Promise<unknown> {
  const figures: Figures = {};
  const notes: string[] = [];
  for (const name of wantedScenarios) {
    const findings = await inBrowser(browser, SCENARIOS[name]);
    Object.assign(figures, findings.figures);
    notes.push(...findings.notes);
    for (const table of findings.tables)
      process.stdout.write(markdown({ ...table, title: `${browser}: ${table.title}` }));
    for (const note of findings.notes) process.stdout.write(`\n${note}\n`);
  }
  const goals = goalsOf(figures);
  process.stdout.write(markdown(goalTable(`${browser}: goals`, goals)));
  return { ...figures, goals, notes };
}

/** Runs all scenarios; one that fails is reported and does not stop the others. */
async function inBrowser(name: BrowserName, scenario: Scenario | undefined): Promise<Findings> {
  const nothing: Findings = { figures: {}, tables: [], notes: [] };
  if (!scenario) return nothing;
  const host = await openHost(name, values.trace);
  environment[name] = host.userAgent;
  try {
    return await scenario(host, { ...options, note: (text) => options.note(`${name}: ${text}`) });
  } catch (error) {
    process.exitCode = 1;
    return {
      ...nothing,
      notes: [`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`],
    };
  } finally {
    await host.close();
  }
}

async function save(): Promise<void> {
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(results, null, 2)}\n`);
}

function chosen<T extends string>(list: string, known: readonly T[]): T[] {
  return list.split(',').map((name) => {
    const found = known.find((one) => one === name);
    if (found === undefined) throw new RangeError(`${name} is none of ${known.join(', ')}`);
    return found;
  });
}
