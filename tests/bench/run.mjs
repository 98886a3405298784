/** `npm run bench`, `bench:codecs`, `bench:media`, each with `-- --json FILE`: sets up, then measures. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, SetupError, setUp } from '../../tools/setup.mjs';

/** What each benchmark needs. */
const BENCHES = {
  calls: { script: 'bench.ts', needs: { tests: true, servers: true, everything: false } },
  codecs: { script: 'codecs/bench.ts', needs: { tests: true, servers: false } },
  media: { script: 'media/bench.ts', needs: { tests: true, servers: false, codecTests: false } },
};

const [name = '', ...options] = process.argv.slice(2);
const bench = Object.entries(BENCHES).find(([one]) => one === name)?.[1];
if (bench === undefined) {
  process.stderr.write(`Usage: node tests/bench/run.mjs ${Object.keys(BENCHES).join(' | ')} [option …]\n`);
  process.exit(2);
}
try {
  await setUp(bench.needs);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--import', 'tsx', join(ROOT, 'tests/bench', bench.script), ...options],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, NODE_NO_WARNINGS: '1' } },
);
process.exit(status ?? 1);
