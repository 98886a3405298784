/**
 * `npm run fuzz -- [seed] [runs]`: the property tests of the parsers of peers' data, with more runs than in the unit tests. They
 * are the `hostile.test.ts` of the packages, which read seed and runs from the environment.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/setup.mjs';
import { runNode } from '../tools/run-script.mjs';

const [seed = String(Date.now() % 2 ** 31), runs = '20000'] = process.argv.slice(2);
if (!/^\d+$/.test(seed) || !/^[1-9]\d*$/.test(runs)) {
  process.stderr.write('Usage: npm run fuzz -- [seed] [runs]\n');
  process.exit(2);
}
const files = readdirSync(join(ROOT, 'packages'))
  .map((name) => join('packages', name, 'src', 'hostile.test.ts'))
  .filter((file) => existsSync(join(ROOT, file)));
process.stdout.write(`seed ${seed}, ${runs} runs\n`);
process.exit(
  runNode(['--test', '--test-reporter=spec', ...files], { XMPP_CALL_FUZZ_SEED: seed, XMPP_CALL_FUZZ_RUNS: runs }),
);
