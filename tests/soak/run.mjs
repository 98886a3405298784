/** `npm run soak -- [--calls N] [--seed N] [--json FILE]`: calls between our own pages, each with the core and without it. */
import { startSoundServer } from '../../tools/sound.mjs';
import { runNode, setUpOrExit } from '../tools/run-script.mjs';

await setUpOrExit({ tests: true, servers: true, codecTests: false });
const sound = await startSoundServer();
const status = runNode(['tests/soak/soak.ts', ...process.argv.slice(2)], sound.env);
await sound.stop();
process.exit(status);
