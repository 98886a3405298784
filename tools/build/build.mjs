// Builds everything that is shipped: `npm run build`; only what a page loads with `--cdn` (what `npm start` needs), only what
// npm ships beside that with `--packages`.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { minify } from 'terser';
import { moduleBesideScript } from '../../wasm/tools/module-beside-script.mjs';
import { vscodeData, webTypes } from '../docs/editor-data.mjs';
import { elementManifest } from '../docs/element-manifest.mjs';
import { LICENCES_FILE, thirdPartyLicences } from './licences.mjs';
import { sharedChunks } from './shared-chunks.mjs';

const run = promisify(execFile);
const root = resolve(fileURLToPath(import.meta.url), '../../..');
const packages = join(root, 'packages');
const dist = join(packages, 'element/dist');
const cdn = join(dist, 'cdn');
/** Where the files are built; they are moved into place together, so that no server ever serves half a build. */
const fresh = join(dist, `cdn-${process.pid}`);

/** @param {string} file @returns {Promise<number>} ms since the epoch, 0 when there is no such file */
async function modified(file) {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

/** Generates the wire contract when the .proto is newer than what stands in `gen`. */
async function generateWire() {
  const wire = join(packages, 'wire');
  const proto = join(wire, 'proto/xmpp_call/v1/signaling.proto');
  const generated = ['signaling_pb.ts', 'signaling_tables.ts'].map((file) => join(wire, 'src/gen/xmpp_call/v1', file));
  const oldest = Math.min(...(await Promise.all(generated.map(modified))));
  const sources = [proto, join(wire, 'buf.gen.yaml'), join(wire, 'generate/protoc-gen-wire-tables.mjs')];
  if (oldest >= Math.max(...(await Promise.all(sources.map(modified))))) return;
  console.log('build: generating the wire contract');
  const bin = join(root, 'node_modules/.bin');
  await run(join(bin, 'buf'), ['generate'], { cwd: wire, env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } });
  // buf leaves a file alone whose content stays the same.
  const now = new Date();
  await Promise.all(generated.map((file) => utimes(file, now, now)));
}

/** The codecs that a call uses, if `npm run build:wasm` could make them here. */
const codecs = ['opus', 'vp8'];
const codecsBuilt = codecs.every((name) => existsSync(join(root, 'wasm', name, 'pkg', LICENCES_FILE)));
if (!codecsBuilt) codecs.length = 0;

/** @satisfies {import('esbuild').BuildOptions} */
const shared = /** @type {const} */ ({
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022,chrome111,firefox115,safari16.4'.split(','),
  conditions: 'source,browser,production'.split(','),
  minify: true,
  define: { XMPP_CALL_CODECS: String(codecsBuilt) },
  sourcemap: true,
  legalComments: 'external',
  metafile: true,
  plugins: Array.of(moduleBesideScript),
  logLevel: 'warning',
});

const workerEntry = { 'signaling.worker': join(packages, 'signaling/src/worker.ts') };
/** A small replacement for the Node modules that @xmpp/* imports. */
const alias = { events: join(packages, 'signaling/src/stream/event-emitter.ts') };

const mediaCore = join(packages, 'media-core/src');
/** What the media core runs outside of the page, each in one file: workers and worklets share nothing with it. */
const coreEntries = {
  'media.worker': join(mediaCore, 'worker/media.worker.ts'),
  'media.worklets': join(mediaCore, 'worklet/media.worklets.ts'),
};

/**
 * The media core's scripts, and the codecs beside them if there are any.
 * @param {string} outdir
 * @param {boolean} sourcemap
 */
async function bundleCore(outdir, sourcemap) {
  const { metafile } = await build({ ...shared, sourcemap, entryPoints: coreEntries, outdir });
  const files = codecs.map((name) => join(root, 'wasm', name, 'pkg', `${name}_bg.wasm`));
  await Promise.all(files.map((file) => copyFile(file, join(outdir, basename(file)))));
  return metafile;
}

/**
 * @param {string} directory
 * @param {import('esbuild').Metafile} metafile  of the bundles in the directory
 * @param {readonly string[]} modules  the codecs there
 */
async function writeLicences(directory, metafile, modules) {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  await writeFile(join(directory, LICENCES_FILE), await thirdPartyLicences(inputs, modules));
}

const launcher = join(packages, 'element/src/define.ts');
const panel = join(packages, 'element/src/panel/call-panel.ts');

/** @param {string} path  of a module that is loaded on demand */
function loadedBefore(path) {
  if (path.startsWith(join(packages, 'signaling/'))) return workerEntry['signaling.worker'];
  // The panel loads the language beside itself.
  return path === panel || path.startsWith(join(packages, 'element/src/locales/')) ? launcher : panel;
}

/** The launcher with its lazily loaded chunks, and the worker, which shares with the page what both need. */
async function bundle() {
  await mkdir(fresh, { recursive: true });
  const { metafile } = await build({
    ...shared,
    plugins: [...shared.plugins, sharedChunks(loadedBefore)],
    alias,
    entryPoints: { 'xmpp-call': launcher, ...workerEntry },
    outdir: fresh,
    splitting: true,
    chunkNames: '[name]-[hash]',
  });
  Object.assign(metafile.outputs, (await bundleCore(fresh, true)).outputs);
  await writeLicences(fresh, metafile, codecs);
  for (const file of await scripts()) await squeeze(file);
  await writeFile(join(dist, 'bundle-meta.json'), JSON.stringify(metafile));
  for (const file of await scripts()) console.log(`build: ${basename(file)} ${(await stat(file)).size} bytes`);
  await rm(cdn, { recursive: true, force: true });
  await rename(fresh, cdn);
}

async function scripts() {
  return (await readdir(fresh)).filter((name) => name.endsWith('.js')).map((name) => join(fresh, name));
}

/** Terser finds what esbuild's single pass leaves: some 4 % after gzip (decision 35). @param {string} file */
async function squeeze(file) {
  const [code, content] = await Promise.all([readFile(file, 'utf8'), readFile(`${file}.map`, 'utf8')]);
  const result = await minify(code, {
    module: true,
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true, keep_fargs: false, hoist_props: true },
    // Not named in the script: a server that wants to offer the map says so in a SourceMap header.
    sourceMap: { content },
  });
  await Promise.all([writeFile(file, String(result.code)), writeFile(`${file}.map`, String(result.map))]);
}

/** The packages as npm ships them: modules and types, and the workers in one file each beside what starts them. */
async function emitPackages() {
  console.log('build: packages');
  await removeStale();
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...(await packageProjects())], {
    cwd: root,
  });
  await emitFrameworkTypes();
  await writeElementData();
  const client = join(packages, 'client/dist');
  // A bundler that copies a worker does not copy its map.
  const { metafile } = await build({ ...shared, sourcemap: false, alias, entryPoints: workerEntry, outdir: client });
  await writeLicences(client, metafile, []);
  const core = join(packages, 'media-core/dist');
  await writeLicences(core, await bundleCore(core, false), codecs);
}

/** The compiler makes no module of a hand-written .d.ts; each gets an empty one, so that it can be imported. */
async function emitFrameworkTypes() {
  const [from, to] = ['src', 'dist'].map((place) => join(packages, 'element', place, 'types'));
  for (const name of (await readdir(String(from))).filter((one) => one.endsWith('.d.ts'))) {
    await copyFile(join(String(from), name), join(String(to), name));
    await writeFile(join(String(to), name.replace('.d.ts', '.js')), 'export {};\n');
  }
}

/** The element for tools and editors. */
async function writeElementData() {
  const { manifest, element } = elementManifest();
  const ofPackage = JSON.parse(await readFile(join(packages, 'element/package.json'), 'utf8'));
  const data = {
    'custom-elements.json': manifest,
    'vscode.html-custom-data.json': vscodeData(element),
    'web-types.json': webTypes(element, ofPackage),
  };
  for (const [file, content] of Object.entries(data)) {
    await writeFile(join(dist, file), JSON.stringify(content, undefined, 2));
  }
}

/** Removes output of sources that no longer exist; the compiler leaves it. */
async function removeStale() {
  for (const project of await packageProjects()) {
    const { dist, src } = { dist: join(root, project, 'dist'), src: join(root, project, 'src') };
    for (const name of existsSync(dist) ? await readdir(dist, { recursive: true }) : []) {
      const module = /^(?!cdn)(.*?)(?:\.d)?\.(?:js|ts)(?:\.map)?$/.exec(name)?.[1];
      const isOfSource =
        module !== undefined &&
        ['.ts', '.d.ts'].some((extension) => existsSync(join(src, `${module}${extension}`))) &&
        !name.endsWith('.map');
      if (module !== undefined && !isOfSource) await rm(join(dist, name));
    }
  }
}

async function packageProjects() {
  const entries = await readdir(packages, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join('packages', entry.name));
}

try {
  await generateWire();
  if (!process.argv.includes('--packages')) await bundle();
  if (!process.argv.includes('--cdn')) await emitPackages();
} catch (error) {
  console.error(error instanceof Error ? ('stdout' in error && error.stdout) || error.message : error);
  process.exitCode = 1;
} finally {
  await rm(fresh, { recursive: true, force: true });
}
