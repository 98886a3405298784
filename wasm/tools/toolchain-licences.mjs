/** The licences of what emscripten links into every module: its allocator and musl. compiler-rt asks for no notice (LLVM exception). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { section } from '../../tools/build/licences.mjs';
import { run } from './run.mjs';

/** The MIT licence, one of the two that emscripten offers; Debian's package has no file with it. */
export const EMSCRIPTEN_LICENCE = readFileSync(join(import.meta.dirname, 'emscripten-licence.txt'), 'utf8');

/** @returns {Promise<string>} */
export async function toolchainLicences() {
  const root = (await run('em-config', ['EMSCRIPTEN_ROOT'])).trim();
  const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');
  const version = read('emscripten-version.txt').replaceAll('"', '').trim();
  return [
    section(`emscripten ${version}: LICENSE`, EMSCRIPTEN_LICENCE),
    section('musl: COPYRIGHT', read('system/lib/libc/musl/COPYRIGHT')),
  ].join('');
}
