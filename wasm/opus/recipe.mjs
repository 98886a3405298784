import { join } from 'node:path';
import { link } from '../tools/emscripten.mjs';
import { buildOpusLibrary, cFiles, compileKernels, opusLibrary } from '../tools/opus-library.mjs';

/** Deepest stack use seen is 92 kB. */
const STACK_BYTES = 256 * 1024;
const MAXIMUM_MEMORY_BYTES = 64 * 1024 * 1024;

/** @type {import('../tools/recipe.mjs').Recipe} */
export const recipe = {
  name: 'opus',
  description: 'Opus in WebAssembly: encoder, decoder, packet inspection and repacketizer',
  source: {
    name: 'opus',
    version: '1.3.1',
    suite: 'bookworm',
    archive: 'opus_1.3.1.orig.tar.gz',
    sha256: '65b58e1e25b2a114157014736a3d9dfeaad8d41be1c8179866f144a2fb44ff9d',
  },
  licences: ['COPYING'],
  libraryInputs: ['../tools/opus-library.mjs', 'kernels/intrinsics.h'],
  moduleInputs: ['glue', 'kernels'],
  apiInputs: [],

  buildLibrary: buildOpusLibrary,

  async linkModule({ output, ...context }) {
    const { source, directory, recipe: home } = context;
    const kernels = await compileKernels(join(home, 'kernels'), context);
    await link({
      inputs: [...cFiles(join(home, 'glue')), ...kernels, opusLibrary(directory)],
      flags: [`-I${join(source, 'include')}`],
      output,
      stackBytes: STACK_BYTES,
      maximumMemoryBytes: MAXIMUM_MEMORY_BYTES,
    });
  },
};
