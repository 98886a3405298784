/** `npm run soak -- [--calls N] [--seed N] [--json FILE]`: calls between our own pages, each with the core and without it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, SetupError, setUp } from '../../tools/setup.mjs';
import { startSoundServer } from '../../tools/sound.mjs';

try {
  await setUp({ tests: true, servers: true, codecTests: false });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const sound = await startSoundServer();
const { status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--import', 'tsx', join(ROOT, 'tests/soak/soak.ts'), ...process.argv.slice(2)],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, NODE_NO_WARNINGS: '1', ...sound.env } },
);
await sound.stop();
process.exit(status ?? 1);
