import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { commandOf, identify, isRunning, readIdentity } from './processes.mjs';

/** Another live process holds the lock. */
export class LockedError extends Error {
  /** @param {number} pid */
  constructor(pid) {
    super(`already running as pid ${pid} (${commandOf(pid)})`);
    this.name = 'LockedError';
    this.pid = pid;
  }
}

/**
 * Takes a lock that ends with its holder: the file names a process, and is valid only while that process runs.
 * @param {string} file
 * @returns {() => void} gives the lock back; giving it back twice does nothing
 * @throws {LockedError}
 */
export function acquireLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const own = JSON.stringify(identify(process.pid));
  for (;;) {
    try {
      writeFileSync(file, own, { flag: 'wx' });
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = readIdentity(file);
    if (holder !== undefined && isRunning(holder)) throw new LockedError(holder.pid);
    rmSync(file, { force: true });
  }
  const release = () => {
    process.off('exit', release);
    if (readIdentity(file)?.pid === process.pid) rmSync(file, { force: true });
  };
  process.once('exit', release);
  return release;
}
