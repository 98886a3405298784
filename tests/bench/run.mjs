/** `npm run bench`, `bench:codecs`, `bench:media`, each with `-- --json FILE`: sets up, then measures. */
import { join } from 'node:path';
import { runNode, setUpOrExit } from '../tools/run-script.mjs';

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
await setUpOrExit(bench.needs);
process.exit(runNode([join('tests/bench', bench.script), ...options]));
