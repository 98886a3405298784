import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../tools/run-program.js';

const SOURCE = fileURLToPath(new URL('camera/colour_bars_camera.c', import.meta.url));

/**
 * Compiles the colour-bars camera into `dir` and returns the folder to put into GST_PLUGIN_PATH.
 * Throws with the compiler's words.
 */
export async function buildCamera(dir: string): Promise<string> {
  const folder = join(dir, 'gstreamer');
  await mkdir(folder, { recursive: true });
  const flags = await runProgram(['pkg-config', '--cflags', '--libs', 'gstreamer-1.0'], process.env);
  const library = join(folder, 'libgstcolourbarscamera.so');
  const compiler = ['gcc', '-shared', '-fPIC', '-O1', '-Wall', '-o', library, SOURCE];
  await runProgram([...compiler, ...flags.toString().trim().split(/\s+/u)], process.env, { timeoutMs: 60_000 });
  return folder;
}
