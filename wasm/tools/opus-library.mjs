import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { COMPILE_FLAGS, emmake, emscripten } from './emscripten.mjs';
import { ROOT } from './paths.mjs';

const INTRINSICS = join(ROOT, 'wasm', 'opus', 'kernels', 'intrinsics.h');

/**
 * Smaller code (-Oz) would cost 60 % of the speed; -O3 is larger and no faster. Every engine that has SIMD has the other
 * features too. SSE 4.1 is what libopus uses on x86-64, with results of its own in SILK's detection of voice activity; and
 * only there it takes 64-bit integers for fast, which they are here as well. Clang 14 vectorises straight-line code wrongly for
 * WebAssembly: a resampler of a later libopus then gave other samples than natively.
 */
const FLAGS = [
  ...['-O2', '-fno-slp-vectorize', ...COMPILE_FLAGS],
  ...['-msse4.1', '-mbulk-memory', '-msign-ext', '-mnontrapping-fptoint'],
  ...['-D__x86_64__', '-include', INTRINSICS],
];

/** Directories of libopus that have the headers of the functions which kernels replace. */
const HEADER_DIRECTORIES = ['include', 'celt', 'silk', 'silk/float'];

/**
 * libopus with the SSE intrinsics that emscripten translates: the same arithmetic, in the same order, as on x86-64.
 * @param {import('./recipe.mjs').BuildContext} context
 */
export async function buildOpusLibrary({ source, directory }) {
  const disabled = ['rtcd', 'shared', 'doc', 'extra-programs', 'stack-protector', 'hardening', 'dependency-tracking'];
  await emscripten(
    'emconfigure',
    [
      join(source, 'configure'),
      '--host=x86_64-unknown-linux-gnu',
      '--enable-intrinsics',
      '--enable-static',
      ...disabled.map((feature) => `--disable-${feature}`),
      `CFLAGS=${FLAGS.join(' ')}`,
    ],
    { cwd: directory },
  );
  await emmake(directory, ['libopus.la']);
}

/** @param {string} directory of the build */
export function opusLibrary(directory) {
  return join(directory, '.libs', 'libopus.a');
}

/**
 * Compiles kernels: functions that stand in for those of the same name, each of which is alone in its file of the library.
 * @param {string} kernels  directory of the C files
 * @param {import('./recipe.mjs').BuildContext} context
 * @returns {Promise<string[]>} the objects, to be linked before the library
 */
export function compileKernels(kernels, context) {
  return Promise.all(
    cFiles(kernels).map((file) =>
      compileForOpus(file, join(context.directory, `${basename(file, '.c')}.kernel.o`), context),
    ),
  );
}

/**
 * Compiles a C file as those of libopus are.
 * @param {string} file
 * @param {string} object
 * @param {import('./recipe.mjs').BuildContext} context
 * @param {readonly string[]} [flags]
 * @returns {Promise<string>} the object
 */
export async function compileForOpus(file, object, { source, directory }, flags = []) {
  const includes = [directory, ...HEADER_DIRECTORIES.map((path) => join(source, path))].map((path) => `-I${path}`);
  await emscripten('emcc', [...FLAGS, ...includes, '-DHAVE_CONFIG_H', ...flags, '-c', file, '-o', object]);
  return object;
}

/** The C files of a directory. @param {string} directory */
export function cFiles(directory) {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.c'))
    .sort()
    .map((name) => join(directory, name));
}
