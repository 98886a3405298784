// Builds the codecs: `npm run build:wasm [-- NAME …]`. Without names, all of them; `--clean` forgets what was built.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BuildError } from './build-error.mjs';
import { requireEmscripten } from './emscripten.mjs';
import { pack } from './pack.mjs';
import { ROOT, WORK_DIRECTORY } from './paths.mjs';
import { ensureSource } from './sources.mjs';
import { fingerprint, unlessCurrent } from './stamp.mjs';
import { RECIPES } from './recipes.mjs';
import { EMSCRIPTEN_LICENCE } from './toolchain-licences.mjs';

/** What every step depends on: the flags. */
const TOOLS = [join(import.meta.dirname, 'emscripten.mjs')];

/**
 * Makes the packages that are not up to date.
 * @param {readonly string[]} [names]
 * @throws {BuildError}
 */
export async function buildCodecs(names = RECIPES.map(({ name }) => name)) {
  const unknown = names.find((name) => !RECIPES.some((recipe) => recipe.name === name));
  if (unknown !== undefined)
    throw new BuildError(`There is no codec "${unknown}": ${RECIPES.map((r) => r.name).join(', ')}`);
  for (const recipe of RECIPES.filter(({ name }) => names.includes(name))) await buildCodec(recipe);
}

/** @param {import('./recipe.mjs').Recipe} recipe */
async function buildCodec(recipe) {
  const home = join(ROOT, 'wasm', recipe.name);
  const directory = join(WORK_DIRECTORY, 'build', recipe.name);
  const output = join(directory, `${recipe.name}.wasm`);
  const below = (/** @type {readonly string[]} */ paths) => paths.map((path) => join(home, path));
  const library = fingerprint({
    texts: [JSON.stringify(recipe.source)],
    paths: [...TOOLS, ...below(['recipe.mjs', ...recipe.libraryInputs])],
  });
  const module = fingerprint({ texts: [library], paths: below(recipe.moduleInputs) });
  const packed = fingerprint({
    texts: [module, EMSCRIPTEN_LICENCE],
    paths: [
      ...['pack.mjs', 'toolchain-licences.mjs', 'module-beside-script.mjs', '../../tools/build/licences.mjs'].map(
        (file) => join(import.meta.dirname, file),
      ),
      ...below(['package.json', 'src', '../runtime/src', ...recipe.apiInputs]),
    ],
  });
  const stamp = (/** @type {string} */ step) => join(directory, `${step}.stamp`);
  const pkg = join(home, 'pkg');

  await unlessCurrent({ stamp: stamp('package'), inputs: packed, output: pkg }, async () => {
    requireEmscripten();
    const source = await step(recipe.name, 'sources', () => ensureSource(recipe.source));
    const context = { source, directory: join(directory, 'library'), recipe: home };
    await unlessCurrent({ stamp: stamp('library'), inputs: library, output: context.directory }, () =>
      step(recipe.name, 'library', async () => {
        rmSync(directory, { recursive: true, force: true });
        mkdirSync(context.directory, { recursive: true });
        await recipe.buildLibrary(context);
      }),
    );
    await unlessCurrent({ stamp: stamp('module'), inputs: module, output }, () =>
      step(recipe.name, 'module', () => recipe.linkModule({ ...context, output })),
    );
    await step(recipe.name, 'package', () => pack(recipe, { source, module: output }));
    console.log(`wasm: ${recipe.name}_bg.wasm ${describe(join(pkg, `${recipe.name}_bg.wasm`))}`);
  });
}

/**
 * @template Result
 * @param {string} name @param {string} title @param {() => Promise<Result>} action
 */
async function step(name, title, action) {
  const started = Date.now();
  const result = await action();
  console.log(`wasm: ${name}, ${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/** @param {string} file */
function describe(file) {
  const content = readFileSync(file);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return `${(content.length / 1000).toFixed(0)} kB, SHA-256 ${sha256}`;
}

if (process.argv[1] === import.meta.filename) {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { clean: { type: 'boolean' } } });
  try {
    if (values.clean) rmSync(join(WORK_DIRECTORY, 'build'), { recursive: true, force: true });
    await buildCodecs(positionals.length > 0 ? positionals : undefined);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`wasm: ${error.message}`);
    process.exitCode = 1;
  }
}
