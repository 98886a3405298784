import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './paths.mjs';

const SOURCE_FILE = /\.(c|h|ts|mjs|json)$/;
const TEST_FILE = /\.(test|testing)\.ts$/;
const IGNORED_DIRECTORIES = ['node_modules', 'dist', 'pkg'];

/**
 * A hash of texts and of all source files in directories (tests left out).
 * @param {{ texts?: readonly string[], paths?: readonly string[] }} inputs
 */
export function fingerprint({ texts = [], paths = [] }) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text}\n`);
  for (const file of paths.flatMap(sourceFiles)) hash.update(`${relative(ROOT, file)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

/**
 * Does a step unless it has been done from the same inputs, and its output is still there.
 * @param {object} step
 * @param {string} step.stamp   file that remembers the inputs
 * @param {string} step.inputs  their fingerprint
 * @param {string} step.output  file or directory that the step makes
 * @param {() => Promise<void>} action
 */
export async function unlessCurrent({ stamp, inputs, output }, action) {
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return;
  await action();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, inputs);
}

/** @param {string} path a file, or a directory to look through @returns {string[]} */
function sourceFiles(path) {
  if (SOURCE_FILE.test(path)) return existsSync(path) ? [path] : [];
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) return IGNORED_DIRECTORIES.includes(entry.name) ? [] : sourceFiles(inside);
      return SOURCE_FILE.test(entry.name) && !TEST_FILE.test(entry.name) ? [inside] : [];
    });
}
