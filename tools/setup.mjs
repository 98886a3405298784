/**
 * What a fresh clone needs before it runs: npm packages, system packages, the built bundles. Plain JavaScript on Node's
 * own modules, because it runs before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LockedError, acquireLock } from './lock.mjs';

export const ROOT = join(import.meta.dirname, '..');

/** Debian packages of the local servers, with a command that each one brings. */
const SERVER_PACKAGES = { prosody: 'prosody', coturn: 'turnserver', openssl: 'openssl' };

/** Debian libraries without a command of their own: TLS for Prosody. */
const SERVER_LIBRARIES = ['lua-sec'];

/** Debian packages that build the WebAssembly codecs, for which the widget has a substitute: the browser's own. */
const CODEC_PACKAGES = ['emscripten', 'dpkg-dev', 'gcc', 'make', 'perl', 'patch'];

/** Debian packages of the tests beside those of the interop tests, which keep their own list. */
const TEST_PACKAGES = ['chromium', 'firefox-esr', 'ejabberd', 'pulseaudio', 'pulseaudio-utils', 'fonts-dejavu-core'];

/** The codecs as Debian compiles them, for comparison, and the compressor that their sizes are given for. */
const CODEC_TEST_PACKAGES = ['libc6-dev', 'libopus-dev', 'libvpx-dev', 'pkgconf', 'brotli'];
const INTEROP_PACKAGES_FILE = join(ROOT, 'tests', 'interop', 'debian-packages.txt');

const POLICY_FILE = '/usr/sbin/policy-rc.d';
const CODEC_LOCK = join(ROOT, '.run', 'wasm', 'lock');
const LOCK_RETRY_MS = 500;
const CODEC_BUILD = join(ROOT, 'wasm', 'tools', 'build.mjs');

/** The codecs that a call starts with. */
const CALL_CODECS = ['vp8', 'opus'];
const BUILD_TOOLS = join(ROOT, 'tests', 'tools');
const BUILT_SCRIPT = join(ROOT, 'packages', 'element', 'dist', 'cdn', 'xmpp-call.js');
const BUILD_STAMP = join(ROOT, '.run', 'build.json');
const STILL_RUNNING_EVERY_MS = 10_000;

/** A set-up step that failed; the message says what the reader can do. */
export class SetupError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'SetupError';
  }
}

/**
 * Brings this checkout into a state in which the demo, or with `tests` the tests, can run.
 * @param {object} [options]
 * @param {boolean} [options.tests]    also what only the tests need
 * @param {boolean} [options.servers]  false: Prosody and coturn are not needed or run elsewhere
 * @param {boolean} [options.codecTests]  what the codecs are compared with
 * @param {boolean} [options.everything]  build the npm packages too, not only what a page loads
 * @throws {SetupError}
 */
export async function setUp({ tests = false, servers = true, codecTests = tests, everything = false } = {}) {
  await installNpmPackages();
  await installSystemPackages({ tests, servers, codecTests });
  await buildCodecs(codecTests ? [] : CALL_CODECS);
  await build(everything);
}

/**
 * Installs what package-lock.json names, unless it is there already. Not by `npm ci`: that one refuses a lock file without
 * the optional packages of every other platform, and a mirror that lacks them makes such lock files.
 */
async function installNpmPackages() {
  if (npmPackagesAreCurrent()) return;
  await step('npm packages', 'npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    ...process.env,
    PUPPETEER_SKIP_DOWNLOAD: '1',
  });
}

/** Compares package-lock.json with npm's own record of what it installed. Optional packages depend on the platform. */
function npmPackagesAreCurrent() {
  const installed = lockedVersions(join(ROOT, 'node_modules', '.package-lock.json'));
  const wanted = lockedVersions(join(ROOT, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) return false;
  return [...wanted].every(([path, { version, optional }]) => optional || installed.get(path)?.version === version);
}

/**
 * @param {string} file
 * @returns {Map<string, { version: string, optional: boolean }> | undefined}
 */
function lockedVersions(file) {
  if (!existsSync(file)) return undefined;
  /** @type {{ packages?: Record<string, { version?: string, resolved?: string, optional?: boolean }> }} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  return new Map(
    Object.entries(lock.packages ?? {})
      .filter(([path]) => path !== '')
      .map(([path, entry]) => [
        path,
        { version: entry.version ?? entry.resolved ?? '', optional: entry.optional === true },
      ]),
  );
}

/** @param {{ tests: boolean, servers: boolean, codecTests: boolean }} needs */
async function installSystemPackages({ tests, servers, codecTests }) {
  const debian = hasCommand('apt-get') && hasCommand('dpkg-query');
  const isRoot = process.getuid?.() === 0;
  const wanted = new Set([
    ...(servers ? [...Object.keys(SERVER_PACKAGES), ...SERVER_LIBRARIES] : []),
    ...(tests ? [...TEST_PACKAGES, ...interopPackages()] : []),
    ...(codecTests ? CODEC_TEST_PACKAGES : []),
    ...(codecTests || isRoot ? CODEC_PACKAGES : []),
  ]);
  const missing = debian ? missingDebianPackages([...wanted]) : servers ? missingCommands() : [];
  if (missing.length === 0) return;
  if (!debian || !isRoot) throw new SetupError(installAdvice(missing, debian));
  await withoutDaemonStarts(async () => {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const title = `system packages (${missing.length})`;
    const install = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-qq', '--no-install-recommends', ...missing];
    // The package index of an old image would install old browsers.
    await attempt('apt-get update', 'apt-get', ['update', '-qq'], environment);
    await step(title, 'apt-get', install, environment);
  });
}

/**
 * `npm run build:wasm`. Without the codecs everything works but what is about them.
 * @param {readonly string[]} names  none means all
 */
async function buildCodecs(names) {
  const release = await takeTurn(CODEC_LOCK);
  try {
    if (await attempt('WebAssembly codecs', process.execPath, [CODEC_BUILD, ...names])) return;
    process.stdout.write("  The widget will use the browser's codecs.\n");
  } finally {
    release();
  }
}

/**
 * Waits for other processes that hold a lock, then takes it.
 * @param {string} file
 * @returns {Promise<() => void>} gives it back
 */
async function takeTurn(file) {
  for (let waiting = false; ; waiting = true) {
    try {
      return acquireLock(file);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      if (!waiting) process.stdout.write(`- waiting for the codecs: ${error.message}\n`);
      await setTimeout(LOCK_RETRY_MS);
    }
  }
}

/**
 * `npm run build`, unless no source has changed since the last one.
 * @param {boolean} everything
 */
async function build(everything) {
  const codecs = CALL_CODECS.every((name) => existsSync(join(ROOT, 'wasm', name, 'pkg')));
  const fingerprint = JSON.stringify({ everything, codecs, sources: fingerprintOfSources() });
  const last = existsSync(BUILD_STAMP) ? readFileSync(BUILD_STAMP, 'utf8') : '';
  if (last === fingerprint && existsSync(BUILT_SCRIPT)) return;
  await step('build', 'npm', ['run', '--silent', 'build', ...(everything ? [] : ['--', '--cdn'])]);
  mkdirSync(dirname(BUILD_STAMP), { recursive: true });
  writeFileSync(BUILD_STAMP, fingerprint);
}

/** Changes with the name, size or time of any file that the build reads. */
function fingerprintOfSources() {
  const hash = createHash('sha256');
  const files = [...filesBelow(join(ROOT, 'packages')), join(ROOT, 'package-lock.json'), ...filesBelow(BUILD_TOOLS)];
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** @param {string} directory @returns {string[]} without what tools generate */
function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (['dist', 'gen', 'node_modules'].includes(entry.name) || entry.name.endsWith('.tsbuildinfo')) return [];
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

function interopPackages() {
  return readFileSync(INTEROP_PACKAGES_FILE, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** @param {readonly string[]} names */
function missingDebianPackages(names) {
  const query = spawnSync('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\n', ...names], { encoding: 'utf8' });
  const installed = new Set(
    query.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/** Names of the server packages whose command is not on the PATH, for systems without dpkg. */
function missingCommands() {
  return Object.entries(SERVER_PACKAGES)
    .filter(([, command]) => !hasCommand(command))
    .map(([name]) => name);
}

/** @param {readonly string[]} missing @param {boolean} debian */
function installAdvice(missing, debian) {
  const names = missing.join(' ');
  return debian
    ? `These system packages are missing. Install them, then run this again:\n\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}\n`
    : `These programs are missing: ${names}. Install them with your system's package manager, then run this again;\n` +
        'or run the servers in containers and start without them:\n\n' +
        '  docker compose -f demo/compose.yaml up -d\n  npm start -- --service ws://127.0.0.1:5290/xmpp-websocket\n';
}

/**
 * Debian starts a daemon when its package is installed; the demo starts its own.
 * @param {() => Promise<void>} action
 */
async function withoutDaemonStarts(action) {
  const ours = !existsSync(POLICY_FILE);
  if (ours) writeFileSync(POLICY_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await action();
  } finally {
    if (ours) rmSync(POLICY_FILE, { force: true });
  }
}

/**
 * Runs a command, shows its output and that it is still alive.
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @throws {SetupError} when it fails
 */
async function step(title, command, args, env) {
  if (!(await attempt(title, command, args, env))) {
    throw new SetupError(`${title}: \`${command} ${args.slice(0, 4).join(' ')}\` failed, see above`);
  }
}

/**
 * @param {string} title
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<boolean>} whether it exited with 0
 * @throws {SetupError} when it was interrupted
 */
async function attempt(title, command, args, env = process.env) {
  const begin = Date.now();
  const seconds = () => ((Date.now() - begin) / 1000).toFixed(1);
  process.stdout.write(`- ${title} …\n`);
  const ticker = setInterval(() => process.stdout.write(`  ${title}: ${seconds()} s\n`), STILL_RUNNING_EVERY_MS);
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
  /** @type {NodeJS.Signals | undefined} */
  let interrupted;
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    interrupted = signal;
    child.kill(signal);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, forward);
  /** @type {boolean} */
  const succeeded = await new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`  ${error.message}\n`);
      resolve(false);
    });
    child.once('exit', (code) => resolve(code === 0));
  });
  clearInterval(ticker);
  for (const signal of signals) process.off(signal, forward);
  if (interrupted !== undefined) throw new SetupError(`${title}: interrupted`);
  if (succeeded) process.stdout.write(`  ${title}: done in ${seconds()} s\n`);
  return succeeded;
}

/** @param {string} name */
function hasCommand(name) {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  // Debian keeps daemons out of the PATH of ordinary users.
  return [...directories, '/usr/sbin', '/usr/local/sbin'].some((directory) => isExecutable(join(directory, name)));
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
