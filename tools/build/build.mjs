// Builds everything that is shipped: `npm run build`; only what a page loads with `--cdn` (what `npm start` needs), only what
// npm ships beside that with `--packages`.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, transform } from 'esbuild';
import { minify } from 'terser';
import ts from 'typescript';
import { moduleBesideScript } from '../../wasm/tools/module-beside-script.mjs';
import { LICENCES_FILE, thirdPartyLicences } from './licences.mjs';

const run = promisify(execFile);
const root = resolve(fileURLToPath(import.meta.url), '../../..');
const packages = join(root, 'packages');
const dist = join(packages, 'element/dist');
const cdn = join(dist, 'cdn');
/** Where the files are made; they take their place together, so that nobody is ever served half a build. */
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

/**
 * Style sheets and markup stand in css`` and html`` templates, where esbuild leaves them as they are. Style sheets with
 * expressions stay; in markup, white space becomes single and goes before the end of a tag.
 * @type {import('esbuild').Plugin}
 */
const minifyTemplates = {
  name: 'minify-templates',
  setup(context) {
    context.onLoad({ filter: /packages\/element\/src\/.*\.ts$/ }, async ({ path }) => {
      let source = await readFile(path, 'utf8');
      // From the end, so that the positions of what comes before stay right.
      for (const { start, end, tag } of templateTexts(path, source).reverse()) {
        const text = source.slice(start, end);
        const minified = tag === 'css' ? await minifyCss(text) : minifyMarkup(text);
        source = source.slice(0, start) + minified + source.slice(end);
      }
      return { contents: source, loader: 'ts' };
    });
  },
};

/** @param {string} text */
async function minifyCss(text) {
  const { code } = await transform(text, { loader: 'css', minify: true, target: shared.target });
  return code.trim().replaceAll('\\', '\\\\');
}

/** @param {string} text */
function minifyMarkup(text) {
  return text.replace(/\s+/g, ' ').replace(/ (?=\/?>)/g, '');
}

/**
 * Where the literal parts of a module's templates are, in the order of the source.
 * @param {string} path
 * @param {string} source
 */
function templateTexts(path, source) {
  /** @type {{ start: number, end: number, tag: string }[]} */
  const texts = [];
  /** @param {import('typescript').Node} node */
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node)) {
      const { template } = node;
      const tag = node.tag.getText();
      const parts = ts.isNoSubstitutionTemplateLiteral(template)
        ? [template]
        : [template.head, ...template.templateSpans.map(({ literal }) => literal)];
      if (tag === 'html' || (tag === 'css' && parts.length === 1)) {
        for (const part of parts) {
          // A part ends with a backtick, or with `${` where an expression follows.
          const closing = part === parts.at(-1) ? 1 : 2;
          texts.push({ start: part.getStart() + 1, end: part.getEnd() - closing, tag });
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true));
  return texts.sort((a, b) => a.start - b.start);
}

/**
 * Of sdp-transform only what packages/jingle uses: its parser as a module, so that the rest of it can be left out, and of
 * its grammar the lines that are read there, without the formats for writing. A test there says that no line is missing.
 * @type {import('esbuild').Plugin}
 */
const reduceSdpTransform = {
  name: 'reduce-sdp-transform',
  setup(context) {
    context.onLoad({ filter: /sdp-transform\/lib\/parser\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source
        .replace("var grammar = require('./grammar');", "import grammar from './grammar.js';")
        .replaceAll(/^exports\.(\w+) = /gm, 'export const $1 = ')
        .replaceAll(/exports\.(\w+)/g, '$1');
      if (/\brequire\(/.test(contents)) throw new Error(`${path} is not as expected`);
      return { contents, loader: 'js' };
    });
    context.onLoad({ filter: /sdp-transform\/lib\/grammar\.js$/ }, async ({ path }) => {
      /** @type {{ default: Record<string, readonly { name?: string, push?: string, names?: string[], reg: RegExp }[]> }} */
      const { default: grammar } = await import(path);
      const kept = JSON.parse(await readFile(join(packages, 'jingle/src/sdp/grammar-lines.json'), 'utf8'));
      const types = Object.entries(grammar).flatMap(([type, rules]) => {
        const used = rules.filter(({ name, push }) => type === 'm' || kept.includes(name ?? push));
        const texts = used.map(
          ({ name, push, names, reg }) => `{...${JSON.stringify({ name, push, names })},reg:${reg}}`,
        );
        return texts.length > 0 ? [`${type}:[${texts.join(',')}]`] : [];
      });
      return { contents: `export default {${types.join(',')}}`, loader: 'js' };
    });
  },
};

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
  plugins: Array.of(reduceSdpTransform, minifyTemplates, moduleBesideScript),
  logLevel: 'warning',
});

const workerEntry = { 'signaling.worker': join(packages, 'signaling/src/worker.ts') };
/** Lighter stand-ins for what @xmpp/* asks of Node. */
const alias = {
  events: join(packages, 'signaling/src/stream/event-emitter.ts'),
  '@xmpp/jid': join(packages, 'signaling/src/stream/xmpp-jid.ts'),
};

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

/** The launcher with its lazily loaded chunks, and the worker, which shares with the page what both need. */
async function bundle() {
  await mkdir(fresh, { recursive: true });
  const { metafile } = await build({
    ...shared,
    alias,
    entryPoints: { 'xmpp-call': join(packages, 'element/src/define.ts'), ...workerEntry },
    outdir: fresh,
    splitting: true,
    chunkNames: '[name]-[hash]',
  });
  Object.assign(metafile.outputs, (await bundleCore(fresh, true)).outputs);
  await writeLicences(fresh, metafile, codecs);
  const helpers = Object.entries(metafile.outputs)
    .filter(([path, { inputs }]) => path.endsWith('.js') && Object.keys(inputs).length === 0)
    .map(([path]) => basename(path));
  for (const helper of helpers) await inline(helper, metafile.outputs);
  for (const [path, output] of Object.entries(metafile.outputs).filter(([path]) => path.endsWith('.js'))) {
    const code = await squeeze(join(fresh, basename(path)), helpers);
    output.imports = output.imports.filter((one) => code.includes(basename(one.path)));
  }
  await writeFile(join(dist, 'bundle-meta.json'), JSON.stringify(metafile));
  for (const file of await scripts()) console.log(`build: ${basename(file)} ${(await stat(file)).size} bytes`);
  await rm(cdn, { recursive: true, force: true });
  await rename(fresh, cdn);
}

/**
 * Puts a chunk into the script that needs it, if only one does.
 * @param {string} chunk
 * @param {import('esbuild').Metafile['outputs']} outputs  loses the chunk
 */
async function inline(chunk, outputs) {
  const files = await scripts();
  const codes = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const [user, ...others] = files.filter((_, index) => codes[index]?.includes(`from"./${chunk}"`));
  if (user === undefined || others.length > 0) return;
  const external = files.map((file) => `./${basename(file)}`).filter((name) => name !== `./${chunk}`);
  await build({ ...shared, plugins: [], entryPoints: [user], external, outfile: user, allowOverwrite: true });
  await Promise.all(['', '.map'].map((extension) => rm(join(fresh, `${chunk}${extension}`))));
  for (const path of Object.keys(outputs)) if (basename(path).startsWith(chunk)) delete outputs[path];
}

async function scripts() {
  return (await readdir(fresh)).filter((name) => name.endsWith('.js')).map((name) => join(fresh, name));
}

/**
 * Terser finds what esbuild's single pass leaves: some 4 % after gzip. A chunk of nothing but esbuild's own helpers is
 * imported everywhere; where no helper is used the import goes.
 * @param {string} file
 * @param {readonly string[]} helpers
 * @returns {Promise<string>} the code as it is shipped
 */
async function squeeze(file, helpers) {
  const [source, content] = await Promise.all([readFile(file, 'utf8'), readFile(`${file}.map`, 'utf8')]);
  const code = source.replaceAll(/import"\.\/([^"]+)";/g, (line, name) => (helpers.includes(name) ? '' : line));
  const result = await minify(code, {
    module: true,
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true, unsafe_methods: true, keep_fargs: false, hoist_props: true },
    // Not named in the script: a server that wants to offer the map says so in a SourceMap header.
    sourceMap: { content },
  });
  await Promise.all([writeFile(file, String(result.code)), writeFile(`${file}.map`, String(result.map))]);
  return String(result.code);
}

/** The packages as npm ships them: modules and types, and the workers in one file each beside what starts them. */
async function emitPackages() {
  console.log('build: packages');
  await removeStale();
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...(await packageProjects())], {
    cwd: root,
  });
  await emitFrameworkTypes();
  const client = join(packages, 'client/dist');
  // A bundler that copies a worker does not copy its map.
  const { metafile } = await build({ ...shared, sourcemap: false, alias, entryPoints: workerEntry, outdir: client });
  await writeLicences(client, metafile, []);
  const core = join(packages, 'media-core/dist');
  await writeLicences(core, await bundleCore(core, false), codecs);
}

/** Types that were written by hand are nothing to the compiler; each gets an empty module, for those who import it. */
async function emitFrameworkTypes() {
  const [from, to] = ['src', 'dist'].map((place) => join(packages, 'element', place, 'types'));
  for (const name of (await readdir(String(from))).filter((one) => one.endsWith('.d.ts'))) {
    await copyFile(join(String(from), name), join(String(to), name));
    await writeFile(join(String(to), name.replace('.d.ts', '.js')), 'export {};\n');
  }
}

/** What an earlier build made of sources that are gone; the compiler leaves it. */
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
