/** CPU time and memory of the processes of a browser (proc(5)). */
import { readFile, readdir, readlink } from 'node:fs/promises';
import { basename } from 'node:path';

export interface ProcessTimes {
  /** User and system time of all processes together, ms. */
  readonly cpuMs: number;
  /** Resident memory of all processes together, bytes; what they share counts several times. */
  readonly residentBytes: number;
}

/** USER_HZ is 100 on Linux. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
const BROWSERS = /^(chromium|firefox)/;

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** Sums over the browsers that this process has started, with their child processes. */
export async function browserProcesses(): Promise<ProcessTimes> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const entries = (await Promise.all(pids.map(readEntry))).filter((entry) => entry !== undefined);
  const own = entries.filter(({ parent }) => parent === process.pid);
  const executables = await Promise.all(own.map(({ pid }) => readlink(`/proc/${pid}/exe`).catch(() => '')));
  let members = own.filter((_, index) => BROWSERS.test(basename(executables[index] ?? '')));
  let times = { cpuMs: 0, residentBytes: 0 };
  while (members.length > 0) {
    for (const { cpuMs, residentBytes } of members)
      times = { cpuMs: times.cpuMs + cpuMs, residentBytes: times.residentBytes + residentBytes };
    const parents = new Set(members.map(({ pid }) => pid));
    members = entries.filter(({ parent }) => parents.has(parent));
  }
  if (times.cpuMs === 0) throw new Error('no browser is running');
  return times;
}

/** Undefined for a process that has ended meanwhile. */
async function readEntry(pid: number): Promise<Entry | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (line === undefined) return undefined;
  // The name stands in parentheses and may hold anything.
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, userTicks = 0, systemTicks = 0, pages = 0] = [fields[1], fields[11], fields[12], fields[21]];
  return {
    pid,
    parent,
    cpuMs: ((userTicks + systemTicks) * 1000) / TICKS_PER_SECOND,
    residentBytes: pages * PAGE_BYTES,
  };
}
