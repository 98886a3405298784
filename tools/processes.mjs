/**
 * Child processes that neither outlive this one nor leave stale state: each is recorded in a file by pid and start
 * time, so that a later run can tell the process it left behind from a stranger that got the same pid.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} started  start time in clock ticks since boot; empty where the system has no /proc
 *
 * @typedef {object} ChildOptions
 * @property {string} name       names the record file and the errors
 * @property {string} directory  where the record (`NAME.pid.json`) and the output (`NAME.out`) are written
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} [env]
 *
 * @typedef {object} ManagedChild
 * @property {number} pid
 * @property {Promise<string>} exited  resolves with a description of how the process ended
 * @property {() => boolean} running
 * @property {() => Promise<void>} stop  SIGTERM, then SIGKILL after 5 s; resolves when the process is gone
 */

const hasProc = existsSync('/proc/self/stat');
const STOP_TIMEOUT_MS = 5000;
const POLL_MS = 25;

/** @param {number} ms */
const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {unknown} error @param {string} code */
const hasCode = (error, code) => error instanceof Error && 'code' in error && error.code === code;

/**
 * The identity of a live process, or undefined when there is none (zombies count as gone).
 * @param {number} pid
 * @returns {ProcessIdentity | undefined}
 */
export function identify(pid) {
  if (!hasProc) {
    try {
      process.kill(pid, 0);
      return { pid, started: '' };
    } catch (error) {
      return hasCode(error, 'EPERM') ? { pid, started: '' } : undefined;
    }
  }
  const stat = readOptional(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // proc(5): the command name is in parentheses and may hold spaces; state is field 3, start time field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, started: fields[19] ?? '' };
}

/**
 * @param {ProcessIdentity} identity
 * @returns {boolean} whether that very process still runs
 */
export function isRunning(identity) {
  return identify(identity.pid)?.started === identity.started;
}

/**
 * The command line of a process, for messages.
 * @param {number} pid
 */
export function commandOf(pid) {
  const line = readOptional(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim();
  return line === undefined || line === '' ? 'unknown command' : line;
}

/**
 * @param {string} file
 * @returns {ProcessIdentity | undefined} undefined when the file is missing or is not a record
 */
export function readIdentity(file) {
  const text = readOptional(file);
  if (text === undefined) return undefined;
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // a record cut short by a crash is no record
  }
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('started' in value)) return undefined;
  const { pid, started } = value;
  return Number.isInteger(pid) && typeof pid === 'number' && pid > 1 && typeof started === 'string'
    ? { pid, started }
    : undefined;
}

/**
 * Ends what an earlier run recorded in `directory` and left running, and removes the records.
 * @param {string} directory
 * @returns {Promise<string[]>} names of the processes that had to be ended
 */
export async function stopStale(directory) {
  if (!existsSync(directory)) return [];
  const ended = [];
  for (const entry of readdirSync(directory)) {
    if (!entry.endsWith('.pid.json')) continue;
    const file = join(directory, entry);
    const identity = readIdentity(file);
    if (identity !== undefined && isRunning(identity)) {
      await terminate(identity);
      ended.push(entry.slice(0, -'.pid.json'.length));
    }
    rmSync(file, { force: true });
  }
  return ended;
}

/**
 * @param {ProcessIdentity} identity  of a process that need not be a child of this one
 * @param {number} [timeoutMs]  time it gets to end before SIGKILL
 */
async function terminate(identity, timeoutMs = STOP_TIMEOUT_MS) {
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGKILL'])) {
    if (!isRunning(identity)) return;
    sendSignal(identity.pid, signal);
    const deadline = Date.now() + timeoutMs;
    while (isRunning(identity) && Date.now() < deadline) await delay(POLL_MS);
  }
}

/**
 * Starts a process whose output goes to `NAME.out`. It is ended when this process ends, however that happens where
 * util-linux is there (parent-death signal), else at every orderly exit.
 * @param {ChildOptions} options
 * @returns {Promise<ManagedChild>}
 */
export async function startChild({ name, directory, command, args, env }) {
  mkdirSync(directory, { recursive: true });
  const output = openSync(join(directory, `${name}.out`), 'w');
  const [file, argv] = hasParentDeathSignal()
    ? ['setpriv', ['--pdeathsig', 'TERM', '--', command, ...args]]
    : [command, [...args]];
  const child = spawn(file, argv, { stdio: ['ignore', output, output], detached: true, env: env ?? process.env });
  closeSync(output);
  const record = join(directory, `${name}.pid.json`);
  /** @type {string | undefined} */
  let ending;
  /** @type {Promise<string>} */
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(`${name} ended with ${signal ?? `exit code ${code}`}`));
  }).then((/** @type {string} */ text) => {
    ending = text;
    rmSync(record, { force: true });
    if (pid !== undefined) live.delete(pid);
    return text;
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(await exited);
  const identity = identify(pid) ?? { pid, started: '' };
  writeFileSync(record, JSON.stringify({ ...identity, command: [command, ...args].join(' ') }));
  live.add(pid);
  return {
    pid,
    exited,
    running: () => ending === undefined,
    async stop() {
      if (ending !== undefined) return;
      sendSignal(pid, 'SIGTERM');
      const timer = setTimeout(() => sendSignal(pid, 'SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Children that have not ended. @type {Set<number>} */
const live = new Set();

process.once('exit', () => {
  for (const pid of live) sendSignal(pid, 'SIGTERM');
});

/** @type {boolean | undefined} */
let parentDeathSignal;

/** Whether util-linux's setpriv can tie a child's life to ours. */
function hasParentDeathSignal() {
  parentDeathSignal ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', '--', 'true'], { stdio: 'ignore' }).status === 0;
  return parentDeathSignal;
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error; // gone already is what was wanted
  }
}

/** @param {string} path */
function readOptional(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ESRCH') || hasCode(error, 'EACCES')) return undefined;
    throw error;
  }
}
