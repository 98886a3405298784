/** The licences of third-party code in built files, which have to be shipped with them. */
import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** The name of the file with them, in each folder that holds bundles or the codecs' modules. */
export const LICENCES_FILE = 'THIRD-PARTY-LICENSES.txt';
const LICENCE_NAME = /^(licen[cs]e|copying)(\.md|\.txt)?$/i;
const RULE = '='.repeat(80);

/**
 * @param {readonly string[]} inputs  paths of bundled files, as in esbuild's metafile
 * @param {readonly string[]} codecs  names of the codecs beside them
 * @returns {Promise<string>}
 * @throws {Error} for a package without a licence text
 */
export async function thirdPartyLicences(inputs, codecs) {
  const packages = [...new Set(inputs.flatMap(packageOf))].sort();
  const sections = await Promise.all([...packages.map(licenceOfPackage), ...codecs.map(licenceOfCodec)]);
  return `Parts of these files were written by others, under the licences below.\n${sections.join('')}`;
}

/** @param {string} path @returns {string[]} the folder of the npm package that a file belongs to, if it is another's */
function packageOf(path) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.slice(0, 1) ?? [];
}

/** @param {string} directory */
async function licenceOfPackage(directory) {
  const home = resolve(root, directory);
  const { name, version, license } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const file = (await readdir(home)).find((one) => LICENCE_NAME.test(one));
  if (file === undefined) throw new Error(`${name} has no licence text in its package`);
  return section(`${name} ${version} (${license})`, await readFile(join(home, file), 'utf8'));
}

/** @param {string} name */
async function licenceOfCodec(name) {
  return readFile(join(root, 'wasm', name, 'pkg', LICENCES_FILE), 'utf8');
}

/** @param {string} title @param {string} text */
export function section(title, text) {
  return `\n${RULE}\n${title}\n${RULE}\n\n${text.trim()}\n`;
}
