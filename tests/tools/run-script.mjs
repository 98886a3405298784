import { spawnSync } from 'node:child_process';
import { ROOT, SetupError, setUp } from '../../tools/setup.mjs';

/** Sets up; on a failure that says what to do, ends this process with that text. @param {Parameters<typeof setUp>[0]} needs */
export async function setUpOrExit(needs) {
  try {
    await setUp(needs);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/**
 * Runs Node on the TypeScript sources until it ends.
 * @param {readonly string[]} args  a script and its arguments, or options of Node before it
 * @param {NodeJS.ProcessEnv} [env]  added to the environment
 * @returns {number} exit status
 */
export function runNode(args, env = {}) {
  const { status } = spawnSync(process.execPath, ['--conditions=source', '--import', 'tsx', ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
  });
  return status ?? 1;
}
