/** Makes the tarballs that are published: `npm run pack [-- DIRECTORY]`, by default into `.run/packages`. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(fileURLToPath(import.meta.url), '../../..');

/**
 * @typedef {{ [condition: string]: Target } | string} Target  of a path in `exports`
 * @typedef {object} Manifest  what is read of a package.json
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string[]} [files]
 * @property {Record<string, Target>} exports
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 */

/**
 * Builds the packages and packs each of them. What stands in `dist/cdn` is taken as it is.
 * @param {string} directory  emptied before
 * @returns {Promise<string[]>} paths of the tarballs
 * @throws {Error} when the codecs or the files for `dist/cdn` have not been built
 */
export async function packAll(directory) {
  for (const needed of ['wasm/opus/pkg', 'wasm/vp8/pkg', 'packages/element/dist/cdn']) {
    if (!existsSync(join(root, needed))) throw new Error(`${needed} is missing: npm run build:wasm && npm run build`);
  }
  await run(process.execPath, [join(root, 'tools/build/build.mjs'), '--packages'], { cwd: root });
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const staging = await mkdtemp(join(tmpdir(), 'xmpp-call-pack-'));
  try {
    const places = await Promise.all((await publishedPackages()).map((home) => stage(home, staging)));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', directory, ...places], {
      cwd: staging,
    });
    /** @type {{ filename: string }[]} */
    const packed = JSON.parse(stdout);
    return packed.map(({ filename }) => join(directory, filename.replace('@', '').replace('/', '-')));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Directories of the packages, below the root. */
async function publishedPackages() {
  const homes = await Promise.all(
    ['packages', 'wasm'].map(async (area) =>
      (await readdir(join(root, area), { withFileTypes: true }))
        .map(({ name }) => join(area, name))
        .filter((home) => existsSync(join(root, home, 'package.json'))),
    ),
  );
  // Of a codec it is `pkg/` that is published, whose manifest is made of the workspace's, which is private.
  return homes.flat().filter((home) => home.startsWith('packages') || existsSync(join(root, home, 'pkg')));
}

/**
 * Lays a package out as it is published: without what only the checkout has, with its README and the licence.
 * @param {string} home
 * @param {string} staging
 * @returns {Promise<string>} the package's directory there
 */
async function stage(home, staging) {
  const place = join(staging, home);
  const from = join(root, home);
  await mkdir(place, { recursive: true });
  if (existsSync(join(from, 'pkg'))) await cp(join(from, 'pkg'), place, { recursive: true });
  else await cp(join(from, 'dist'), join(place, 'dist'), { recursive: true });
  await cp(join(from, 'README.md'), join(place, 'README.md'));
  await cp(join(root, 'LICENSE'), join(place, 'LICENSE'));
  const manifest = publishedManifest(await manifestOf(home.startsWith('wasm') ? join(home, 'pkg') : home));
  await writeFile(join(place, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return place;
}

/**
 * Without sources, which are not shipped: many a repository has a condition of that name.
 * @param {Manifest} manifest
 */
function publishedManifest(manifest) {
  const published = structuredClone(manifest);
  delete published.devDependencies;
  for (const target of Object.values(published.exports)) if (typeof target === 'object') delete target.source;
  return published;
}

/** @param {string} home @returns {Promise<Manifest>} */
async function manifestOf(home) {
  return JSON.parse(await readFile(join(root, home, 'package.json'), 'utf8'));
}

if (process.argv[1] === import.meta.filename) {
  const directory = resolve(process.argv[2] ?? join(root, '.run/packages'));
  for (const file of await packAll(directory)) console.log(file);
}
