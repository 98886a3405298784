import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { recipe } from '../recipe.mjs';
import { link } from '../../tools/emscripten.mjs';
import { compileForOpus, compileKernels, opusLibrary } from '../../tools/opus-library.mjs';
import { WORK_DIRECTORY } from '../../tools/paths.mjs';
import { ensureSource } from '../../tools/sources.mjs';

/** Functions that have a kernel, with the file of libopus that has the reference. */
const REFERENCES = {
  silk_inner_product_FLP: 'silk/float/inner_product_FLP.c',
  silk_warped_autocorrelation_FLP: 'silk/float/warped_autocorrelation_FLP.c',
  silk_resampler_private_IIR_FIR: 'silk/resampler_private_IIR_FIR.c',
};

const STACK_BYTES = 256 * 1024;
const MEMORY_BYTES = 2 ** 20;

/**
 * A module that has the kernels by their own names and the references as `reference_…`, made from the library that
 * `npm run build:wasm` leaves.
 * @returns its file
 */
export async function buildComparison(): Promise<string> {
  const context = {
    source: await ensureSource(recipe.source),
    directory: join(WORK_DIRECTORY, 'build', recipe.name, 'library'),
    recipe: join(import.meta.dirname, '..'),
  };
  const directory = join(WORK_DIRECTORY, 'build', `${recipe.name}-kernels`);
  mkdirSync(directory, { recursive: true });
  const kernels = await compileKernels(import.meta.dirname, context);
  const references = await Promise.all(
    Object.entries(REFERENCES).map(([name, file]) =>
      compileForOpus(join(context.source, file), join(directory, `${name}.o`), context, [
        `-D${name}=${referenceOf(name)}`,
      ]),
    ),
  );
  const names = Object.keys(REFERENCES);
  const exported = ['malloc', 'free', 'silk_resampler_init', ...names, ...names.map(referenceOf)];
  const output = join(directory, 'kernels.wasm');
  await link({
    inputs: [...kernels, ...references, opusLibrary(context.directory)],
    flags: [`-sEXPORTED_FUNCTIONS=${exported.map((name) => `_${name}`).join(',')}`],
    output,
    stackBytes: STACK_BYTES,
    maximumMemoryBytes: MEMORY_BYTES,
  });
  return output;
}

function referenceOf(name: string): string {
  return name.replace(/^silk/, 'reference');
}
