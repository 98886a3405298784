/** Lays a built codec out as wasm-pack does: `pkg/` with package.json, NAME.js, NAME.d.ts, NAME_bg.wasm and the licences of the codec. */
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { LICENCES_FILE, section } from '../../tools/build/licences.mjs';
import { moduleBesideScript } from './module-beside-script.mjs';
import { ROOT } from './paths.mjs';
import { run } from './run.mjs';
import { toolchainLicences } from './toolchain-licences.mjs';

/** Packages whose types are taken in. Found through `node_modules`, they would count as somebody else's. */
const SOURCE_PATHS = {
  '@xmpp-call/wasm-runtime': [join(ROOT, 'wasm', 'runtime', 'src', 'index.ts')],
  '@xmpp-call/opus/api': [join(ROOT, 'wasm', 'opus', 'src', 'api.ts')],
};

/**
 * @param {import('./recipe.mjs').Recipe} recipe
 * @param {{ source: string, module: string }} built  the unpacked sources and the .wasm file
 */
export async function pack(recipe, { source, module }) {
  const { name } = recipe;
  const home = join(ROOT, 'wasm', name);
  const fresh = join(home, 'pkg.new');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  copyFileSync(module, join(fresh, `${name}_bg.wasm`));
  writeFileSync(join(fresh, LICENCES_FILE), licences(recipe, source) + (await toolchainLicences()));
  await bundleScript(join(home, 'src', 'index.ts'), join(fresh, `${name}.js`));
  await bundleTypes(home, join(fresh, `${name}.d.ts`), join(fresh, 'tsconfig.json'));
  writeFileSync(join(fresh, 'package.json'), `${JSON.stringify(manifest(recipe, home), undefined, 2)}\n`);
  rmSync(join(home, 'pkg'), { recursive: true, force: true });
  renameSync(fresh, join(home, 'pkg'));
}

/** @param {import('./recipe.mjs').Recipe} recipe @param {string} source */
function licences({ source: { name, version }, licences: files }, source) {
  return files.map((file) => section(`${name} ${version}: ${file}`, readFileSync(join(source, file), 'utf8'))).join('');
}

/** @param {string} entry @param {string} outfile */
async function bundleScript(entry, outfile) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    conditions: ['source'],
    plugins: [moduleBesideScript],
    logLevel: 'warning',
  });
}

/** @param {string} home @param {string} outfile @param {string} project  file for the compiler's options, removed again */
async function bundleTypes(home, outfile, project) {
  const compilerOptions = { rootDir: ROOT, paths: SOURCE_PATHS };
  writeFileSync(project, JSON.stringify({ extends: join(home, 'tsconfig.json'), compilerOptions, references: [] }));
  const generator = createRequire(import.meta.url).resolve('dts-bundle-generator/dist/bin/dts-bundle-generator.js');
  const flags = ['--no-check', '--no-banner', '--silent', '--project', project, '--out-file', outfile];
  await run(process.execPath, [generator, ...flags, join(home, 'src', 'index.ts')]);
  rmSync(project);
}

/**
 * What is published bears the name of the workspace, which is private: modules import both by it.
 * @param {import('./recipe.mjs').Recipe} recipe
 * @param {string} home
 */
function manifest({ name, description }, home) {
  const workspace = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return {
    name: workspace.name,
    version: workspace.version,
    description,
    keywords: workspace.keywords,
    license: workspace.license,
    type: 'module',
    sideEffects: false,
    engines: workspace.engines,
    exports: {
      '.': { types: `./${name}.d.ts`, default: `./${name}.js` },
      [`./${name}_bg.wasm`]: `./${name}_bg.wasm`,
      './package.json': './package.json',
    },
    files: [`${name}.js`, `${name}.d.ts`, `${name}_bg.wasm`, LICENCES_FILE],
  };
}
