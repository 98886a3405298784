/** `npm run bench -- --json FILE`: sets up, then measures. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, SetupError, setUp } from '../../tools/setup.mjs';

try {
  await setUp({ tests: true, servers: true, everything: false });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--import', 'tsx', join(ROOT, 'tests/bench/bench.ts'), ...process.argv.slice(2)],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, NODE_NO_WARNINGS: '1' } },
);
process.exit(status ?? 1);
