import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Harness, startHarness } from '../e2e/harness.js';
import type { BrowserName } from '../tools/browsers.js';
import { type CallReceptions, type Pair, type Variant, openPair } from './call.js';
import { type Reception, median, medianReception, worseIn } from './judgement.js';
import { type Side, planCall } from './plan.js';

const PAIRINGS: readonly Readonly<Record<Side, BrowserName>>[] = [
  { visitor: 'chromium', agent: 'chromium' },
  { visitor: 'chromium', agent: 'firefox' },
  { visitor: 'firefox', agent: 'chromium' },
];
const SIDES: readonly Side[] = ['visitor', 'agent'];
/** Calls for which a pair of pages is kept. */
const BATCH = 5;
/** Calls of each variant, where the first one with the core is worse. */
const REPEATS = 3;

interface Result {
  readonly number: number;
  readonly pairing: string;
  readonly core: CallReceptions;
  readonly native: CallReceptions;
  /** Figures that are worse, by side; empty where the core is as good. */
  readonly findings: readonly string[];
  /** Calls of each variant that the figures are the median of. */
  readonly calls: number;
}

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
const calls = Number(values.calls);
const seed = Number(values.seed);
if (!(calls > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write('Usage: npm run soak -- [--calls N] [--seed N] [--json FILE]\n');
  process.exit(2);
}

const harness = await startHarness({ site: [join(import.meta.dirname, 'pages')] });
const results: Result[] = [];
try {
  for (let first = 0; first < calls; first += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, calls - first) }, (_, index) => first + index);
    for (const result of await runBatch(harness, numbers)) {
      results.push(result);
      print(result);
    }
  }
} finally {
  await harness.dispose();
}
summarize();

async function runBatch(site: Harness, numbers: readonly number[]): Promise<Result[]> {
  const pairing = PAIRINGS[Math.floor((numbers[0] ?? 0) / BATCH) % PAIRINGS.length] ?? {
    visitor: 'chromium',
    agent: 'chromium',
  };
  const native = await callEach(site, 'native', pairing, numbers);
  const core = await callEach(site, 'auto', pairing, numbers);
  const batch: Result[] = [];
  for (const [index, number] of numbers.entries()) {
    const [withCore, without] = [core[index], native[index]];
    if (!withCore || !without) throw new RangeError('a call is missing');
    const runs: Record<'core' | 'native', CallReceptions[]> = { core: [withCore], native: [without] };
    if (findingsOf(withCore, without).length > 0) {
      const again = Array.from({ length: REPEATS - 1 }, () => number);
      runs.native.push(...(await callEach(site, 'native', pairing, again)));
      runs.core.push(...(await callEach(site, 'auto', pairing, again)));
    }
    const [mine, reference] = [medianOf(runs.core), medianOf(runs.native)];
    const pairingName = `${pairing.visitor} to ${pairing.agent}`;
    const findings = findingsOf(mine, reference);
    batch.push({ number, pairing: pairingName, core: mine, native: reference, findings, calls: runs.core.length });
  }
  return batch;
}

async function callEach(
  site: Harness,
  variant: Variant,
  pairing: Readonly<Record<Side, BrowserName>>,
  numbers: readonly number[],
): Promise<CallReceptions[]> {
  const pair: Pair = await openPair(site, variant, pairing);
  const receptions: CallReceptions[] = [];
  try {
    for (const number of numbers) receptions.push(await pair.call(planCall(seed, number)));
  } finally {
    await pair.close();
  }
  return receptions;
}

function medianOf(runs: readonly CallReceptions[]): CallReceptions {
  return {
    visitor: medianReception(runs.map(({ visitor }) => visitor)),
    agent: medianReception(runs.map(({ agent }) => agent)),
  };
}

function findingsOf(core: CallReceptions, native: CallReceptions): string[] {
  return SIDES.flatMap((side) => worseIn(core[side], native[side]).map((finding) => `${side}: ${finding}`));
}

function print({ number, pairing, core, native, findings, calls: count }: Result): void {
  const actions = planCall(seed, number)
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'pause');
  process.stdout.write(
    `call ${number} ${pairing} (${actions.join(', ')})${count > 1 ? ` x${count}` : ''}: ` +
      `core ${text(core.visitor)} | ${text(core.agent)}; native ${text(native.visitor)} | ${text(native.agent)}` +
      `${findings.length > 0 ? ` WORSE ${findings.join('; ')}` : ''}\n`,
  );
}

function text({ longestGapMs, concealedShare, frozenMs }: Reception): string {
  return `${longestGapMs.toFixed(0)} ms, ${(concealedShare * 100).toFixed(1)} %, ${frozenMs.toFixed(0)} ms`;
}

function summarize(): void {
  const figures = (variant: 'core' | 'native') => {
    const receptions = results.flatMap((result) => SIDES.map((side) => result[variant][side]));
    const of = (figure: keyof Reception) => receptions.map((one) => one[figure]);
    return {
      medianLongestGapMs: median(of('longestGapMs')),
      maxLongestGapMs: Math.max(...of('longestGapMs')),
      meanWasmShare: mean(of('wasmShare')),
      meanConcealedShare: mean(of('concealedShare')),
      meanFrozenMs: mean(of('frozenMs')),
      freezes: of('freezes').reduce((sum, value) => sum + value, 0),
    };
  };
  const worse = results.filter(({ findings }) => findings.length > 0);
  const summary = {
    seed,
    calls: results.length,
    worse: worse.length,
    core: figures('core'),
    native: figures('native'),
  };
  process.stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ summary, results }, undefined, 2));
  process.stdout.write(`${results.length} calls, ${worse.length} worse than native\n`);
  process.exitCode = worse.length > 0 ? 1 : 0;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / Math.max(1, numbers.length);
}
