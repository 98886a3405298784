import { join } from 'node:path';
import { link } from '../tools/emscripten.mjs';
import { buildOpusLibrary, cFiles, opusLibrary } from '../tools/opus-library.mjs';

/** Deepest stack use seen is 115 kB. */
const STACK_BYTES = 512 * 1024;
/** The weights of the neural nets take 3 MB. */
const INITIAL_MEMORY_BYTES = 5 * 1024 * 1024;
const MAXIMUM_MEMORY_BYTES = 128 * 1024 * 1024;

/** @type {import('../tools/recipe.mjs').Recipe} */
export const recipe = {
  name: 'opus-dred',
  description: 'Opus 1.5 in WebAssembly with deep redundancy (DRED) and deep concealment',
  source: {
    name: 'opus',
    version: '1.5.2',
    suite: 'trixie',
    archive: 'opus_1.5.2.orig.tar.gz',
    sha256: '65c1d2f78b9f2fb20082c38cbe47c951ad5839345876e46941612ee87f9a7ce1',
  },
  licences: ['COPYING'],
  libraryInputs: ['../tools/opus-library.mjs', '../opus/kernels/intrinsics.h'],
  moduleInputs: ['glue', '../opus/glue'],
  apiInputs: ['../opus/src'],

  buildLibrary: (context) => buildOpusLibrary(context, ['--enable-dred', '--enable-deep-plc']),

  async linkModule({ source, directory, recipe: home, output }) {
    await link({
      inputs: [...cFiles(join(home, '..', 'opus', 'glue')), ...cFiles(join(home, 'glue')), opusLibrary(directory)],
      flags: [`-I${join(source, 'include')}`],
      output,
      stackBytes: STACK_BYTES,
      initialMemoryBytes: INITIAL_MEMORY_BYTES,
      maximumMemoryBytes: MAXIMUM_MEMORY_BYTES,
    });
  },
};
