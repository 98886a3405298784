/** `npm test`: sets up and runs every check and test. The last line is the sum: `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT, SetupError, setUp } from '../tools/setup.mjs';
import { startSoundServer } from '../tools/sound.mjs';

/**
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Counts  `failures` say what failed
 * @typedef {object} Runner
 * @property {(filters: readonly string[]) => Promise<Counts>} run
 * @property {boolean} needsSystem  browsers, servers, Dino
 * @property {boolean} needsCodecs  the WebAssembly codecs and what they are compared with
 */

const COUNTS_DIRECTORY = join(ROOT, '.run', 'tests');
/** Where tests stand beside the code. */
const PACKAGE_DIRECTORIES = ['packages', 'wasm'];
/** Where those of the unit runner stand. */
const UNIT_DIRECTORIES = [...PACKAGE_DIRECTORIES, 'tests/bench', 'tests/soak', 'tests/tools'];
/** Of tests/e2e, what waits more than it works: for the end of a dead path, a page that is gone, a server. */
const WAITING_E2E = [
  'before-the-answer',
  'devices',
  'documented-servers',
  'failures',
  'lazy-part',
  'network',
  'servers',
  'sessions',
  'strangers',
  'vanishing',
];
const MINUTE_MS = 60_000;
const KILL_AFTER_MS = 5000;
/** Characters of a failure in the summary; all of it stands above. */
const MAX_FAILURE_LENGTH = 2000;
const begin = Date.now();

/** @type {Record<string, Runner>} */
const RUNNERS = {
  checks: { run: runChecks, needsSystem: false, needsCodecs: false },
  unit: { run: runUnit, needsSystem: false, needsCodecs: true },
  browser: { run: runBrowser, needsSystem: true, needsCodecs: true },
  e2e: {
    run: runE2e,
    needsSystem: true,
    needsCodecs: false,
  },
  interop: {
    run: (filters) => runNodeTests('interop', ['tests/interop'], filters, 12 * MINUTE_MS),
    needsSystem: true,
    needsCodecs: false,
  },
};

const [wanted, ...filters] = process.argv.slice(2);
if (wanted !== undefined && !(wanted in RUNNERS)) {
  process.stderr.write(`Usage: node tests/run.mjs [${Object.keys(RUNNERS).join(' | ')}] [part of a file name …]\n`);
  process.exit(2);
}
const selected = Object.entries(RUNNERS).filter(([name]) => wanted === undefined || name === wanted);

/** @type {Map<string, Counts>} */
const results = new Map();
try {
  const needsSystem = selected.some(([, runner]) => runner.needsSystem);
  title('set-up');
  const codecTests = selected.some(([, runner]) => runner.needsCodecs);
  await setUp({ tests: needsSystem, servers: needsSystem, codecTests, everything: wanted === undefined });
  for (const [name, runner] of selected) {
    title(name);
    const counts = await runner.run(filters);
    const ran = counts.passed + counts.failed;
    results.set(name, ran === 0 ? { ...counts, failed: 1, failures: ['no test ran'] } : counts);
  }
} catch (error) {
  process.stderr.write(
    `${error instanceof SetupError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  results.set('set-up', { passed: 0, failed: 1, skipped: 0, failures: ['see there'] });
}
summarize();

/** The build's products, the types, the style and the weight; each counts as one test. */
async function runChecks() {
  const counts = noCounts();
  for (const script of ['typecheck', 'lint', 'size']) {
    const ok = await runCommand('npm', ['run', '--silent', script], 6 * MINUTE_MS);
    process.stdout.write(`${clock()} ${script}: ${ok ? 'passed' : 'FAILED'}\n`);
    counts[ok ? 'passed' : 'failed'] += 1;
    if (!ok) counts.failures.push(script);
  }
  return counts;
}

/** @param {readonly string[]} filters */
function runUnit(filters) {
  return runNodeTests('unit', UNIT_DIRECTORIES, filters, 10 * MINUTE_MS);
}

/**
 * Tests that need the processor, then those that mostly wait: for servers, and for what browsers take their time for.
 * @param {readonly string[]} filters
 * @returns {Promise<Counts>}
 */
async function runE2e(filters) {
  const files = nodeTestFiles(['tests/e2e'], filters);
  const isWaiting = (/** @type {string} */ file) => WAITING_E2E.includes(basename(file, '.test.ts'));
  const busy = await runNodeFiles(
    'e2e',
    files.filter((file) => !isWaiting(file)),
    25 * MINUTE_MS,
  );
  const waiting = await runNodeFiles('e2e-waiting', files.filter(isWaiting), 25 * MINUTE_MS, 2);
  return {
    passed: busy.passed + waiting.passed,
    failed: busy.failed + waiting.failed,
    skipped: busy.skipped + waiting.skipped,
    failures: [...busy.failures, ...waiting.failures],
  };
}

/**
 * @param {readonly string[]} directories
 * @param {readonly string[]} filters
 */
function nodeTestFiles(directories, filters) {
  return directories
    .flatMap(testFiles)
    .filter((file) => !file.endsWith('.browser.test.ts'))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
}

/**
 * @param {string} name
 * @param {readonly string[]} directories
 * @param {readonly string[]} filters
 * @param {number} limitMs
 */
function runNodeTests(name, directories, filters, limitMs) {
  return runNodeFiles(name, nodeTestFiles(directories, filters), limitMs, name === 'unit' ? 2 : 1);
}

/**
 * @param {string} name
 * @param {readonly string[]} files
 * @param {number} limitMs
 * @param {number} [lanes]  files that run at once
 * @returns {Promise<Counts>}
 */
async function runNodeFiles(name, files, limitMs, lanes = 1) {
  if (files.length === 0) return noCounts();
  const counts = countsFile(name);
  const inSound = name.startsWith('e2e') ? withSound : withoutSound;
  const ended = await inSound((env) =>
    runCommand(
      process.execPath,
      [
        ...['--conditions=source', '--import', 'tsx', '--test', `--test-concurrency=${lanes}`],
        ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
        ...[
          `--test-reporter=${join(ROOT, 'tests/tools/node-test-counter.mjs')}`,
          `--test-reporter-destination=${counts}`,
        ],
        ...files,
      ],
      limitMs,
      env,
    ),
  );
  return readCounts(counts, ended);
}

/** @param {readonly string[]} filters */
async function runBrowser(filters) {
  const files = PACKAGE_DIRECTORIES.flatMap(testFiles)
    .filter((file) => file.endsWith('.browser.test.ts'))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  if (files.length === 0) return noCounts();
  const counts = countsFile('browser');
  const command = join(ROOT, 'node_modules', '.bin', 'web-test-runner');
  const args = filters.length === 0 ? [] : ['--files', ...files];
  const ended = await withSound((env) =>
    runCommand(command, args, 10 * MINUTE_MS, { ...env, XMPP_CALL_TEST_COUNTS: counts }),
  );
  return readCounts(counts, ended);
}

/**
 * @param {(env: NodeJS.ProcessEnv) => Promise<boolean>} action
 */
async function withSound(action) {
  const sound = await startSoundServer();
  try {
    return await action(sound.env);
  } finally {
    await sound.stop();
  }
}

/** @param {(env: NodeJS.ProcessEnv) => Promise<boolean>} action */
function withoutSound(action) {
  return action({});
}

/** @param {string} directory @returns {string[]} paths relative to the root, sorted */
function testFiles(directory) {
  if (!existsSync(join(ROOT, directory))) return [];
  return readdirSync(join(ROOT, directory), { withFileTypes: true })
    .filter((entry) => !['node_modules', 'dist', 'gen', 'pkg'].includes(entry.name))
    .flatMap((entry) => {
      const path = `${directory}/${entry.name}`;
      return entry.isDirectory() ? testFiles(path) : path.endsWith('.test.ts') ? [path] : [];
    })
    .sort();
}

/** @returns {Counts} */
function noCounts() {
  return { passed: 0, failed: 0, skipped: 0, failures: [] };
}

/** @param {string} name */
function countsFile(name) {
  mkdirSync(COUNTS_DIRECTORY, { recursive: true });
  const file = join(COUNTS_DIRECTORY, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

/**
 * @param {string} file
 * @param {boolean} succeeded  whether the runner itself was content
 * @returns {Counts}
 */
function readCounts(file, succeeded) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  /** @type {Counts} */
  const counts = text === '' ? noCounts() : JSON.parse(text);
  // A runner that broke off, or failed for another reason than a test, must not look like success.
  if (!succeeded && counts.failed === 0) {
    counts.failed = 1;
    counts.failures.push('the runner broke off, or failed without a failed test');
  }
  return counts;
}

/**
 * Runs in a process group of its own, which is ended after `limitMs` and when this process is told to end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {number} limitMs
 * @param {NodeJS.ProcessEnv} [env]  added to the environment
 * @returns {Promise<boolean>} whether it exited with 0
 */
function runCommand(command, args, limitMs, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    /** @param {NodeJS.Signals} signal */
    const killGroup = (signal) => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, signal);
    };
    const stop = () => {
      killGroup('SIGTERM');
      setTimeout(() => killGroup('SIGKILL'), KILL_AFTER_MS).unref();
    };
    const limit = setTimeout(() => {
      process.stdout.write(`${clock()} stopped: not done within ${limitMs / MINUTE_MS} minutes\n`);
      stop();
    }, limitMs);
    const interrupt = () => {
      stop();
      process.exitCode = 130;
    };
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
    for (const signal of signals) process.once(signal, interrupt);
    /** @param {boolean} succeeded */
    const settle = (succeeded) => {
      clearTimeout(limit);
      for (const signal of signals) process.off(signal, interrupt);
      if (process.exitCode === 130) process.exit(130);
      resolve(succeeded);
    };
    child.once('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      settle(false);
    });
    child.once('exit', (code) => settle(code === 0));
  });
}

/** @param {string} text */
function title(text) {
  process.stdout.write(`\n${clock()} ${text}\n`);
}

function clock() {
  return `[${((Date.now() - begin) / 1000).toFixed(1).padStart(7)} s]`;
}

function summarize() {
  const total = { passed: 0, failed: 0 };
  title('summary');
  for (const [name, { passed, failed, skipped }] of results) {
    total.passed += passed;
    total.failed += failed;
    process.stdout.write(
      `${name.padEnd(10)} ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    );
  }
  for (const [name, { failures }] of results) {
    for (const failure of failures) process.stdout.write(`FAILED ${name}: ${failure.slice(0, MAX_FAILURE_LENGTH)}\n`);
  }
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
}
