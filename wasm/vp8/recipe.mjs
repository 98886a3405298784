import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BuildError } from '../tools/build-error.mjs';
import { COMPILE_FLAGS, emmake, emscripten, link } from '../tools/emscripten.mjs';
import { KERNELS } from './kernels/index.mjs';

/** Deepest stack use seen is a tenth of this. */
const STACK_BYTES = 256 * 1024;
const MAXIMUM_MEMORY_BYTES = 512 * 1024 * 1024;

/** Headers in which libvpx names the implementation of each function that has more than one. */
const DISPATCH_HEADERS = ['vp8_rtcd.h', 'vpx_dsp_rtcd.h'];

const LIBRARY_FLAGS = ['-Oz', ...COMPILE_FLAGS];
const KERNEL_FLAGS = ['-O3', ...COMPILE_FLAGS];

/** Files of libvpx in which the time goes that the kernels leave; the rest is built for size. */
const HOT_FILES = [
  ...['findnearmv', 'reconinter', 'reconintra', 'vp8_loopfilter'].map((name) => `vp8/common/${name}.c`),
  ...['detokenize', 'decodeframe', 'decodemv'].map((name) => `vp8/decoder/${name}.c`),
  ...['pickinter', 'encodeframe', 'tokenize', 'bitstream', 'mcomp', 'encodemb', 'vp8_quantize'].map(
    (name) => `vp8/encoder/${name}.c`,
  ),
];
const HOT_FLAGS = ['-O2', ...COMPILE_FLAGS];

/**
 * Without a limit, wasm-opt puts every function that has one caller into it; the encoder of a frame then becomes one function
 * that engines allocate registers for poorly.
 */
const LINK_FLAGS = ['-sBINARYEN_EXTRA_PASSES=--one-caller-inline-max-function-size=30'];

/** @type {import('../tools/recipe.mjs').Recipe} */
export const recipe = {
  name: 'vp8',
  description: 'VP8 in WebAssembly: a realtime encoder and a decoder',
  source: {
    name: 'libvpx',
    version: '1.12.0',
    suite: 'bookworm',
    archive: 'libvpx_1.12.0.orig.tar.gz',
    sha256: 'f1acc15d0fd0cb431f4bf6eac32d5e932e40ea1186fe78e074254d6d003957bb',
  },
  licences: ['LICENSE', 'PATENTS'],
  libraryInputs: ['kernels/index.mjs'],
  moduleInputs: ['glue', 'kernels'],
  apiInputs: [],

  async buildLibrary({ source, directory }) {
    const disabled = [
      ...['install-bins', 'examples', 'tools', 'docs', 'unit-tests', 'multithread', 'runtime-cpu-detect', 'webm-io'],
      ...['libyuv', 'postproc', 'dependency-tracking', 'shared', 'vp9', 'temporal-denoising'],
    ].map((feature) => `--disable-${feature}`);
    await emscripten(
      'emconfigure',
      [
        join(source, 'configure'),
        '--target=generic-gnu',
        '--enable-static',
        '--enable-realtime-only',
        ...disabled,
        `--extra-cflags=${LIBRARY_FLAGS.join(' ')}`,
      ],
      { cwd: directory },
    );
    // The makefile takes one at a time.
    for (const header of DISPATCH_HEADERS) {
      await emmake(directory, ['target=libs', header]);
      useKernels(join(directory, header));
    }
    await emmake(directory, ['libvpx.a']);
    const hot = hotDirectory(directory);
    mkdirSync(hot);
    await emscripten(
      'emcc',
      [...HOT_FLAGS, ...includes(source, directory), '-c', ...HOT_FILES.map((file) => join(source, file))],
      {
        cwd: hot,
      },
    );
  },

  async linkModule({ source, directory, recipe: home, output }) {
    // Objects before the library: what they define is not taken from there again.
    const hot = hotDirectory(directory);
    const objects = readdirSync(hot).map((name) => join(hot, name));
    for (const file of readdirSync(join(home, 'kernels')).filter((name) => name.endsWith('.c'))) {
      const object = join(directory, `${basename(file, '.c')}.kernel.o`);
      await emscripten('emcc', [
        ...KERNEL_FLAGS,
        ...includes(source, directory),
        '-c',
        join(home, 'kernels', file),
        '-o',
        object,
      ]);
      objects.push(object);
    }
    const glue = readdirSync(join(home, 'glue'))
      .filter((name) => name.endsWith('.c'))
      .map((name) => join(home, 'glue', name));
    await link({
      inputs: [...glue, ...objects, join(directory, 'libvpx.a')],
      flags: [...includes(source, directory), ...LINK_FLAGS],
      output,
      stackBytes: STACK_BYTES,
      maximumMemoryBytes: MAXIMUM_MEMORY_BYTES,
    });
  },
};

/** @param {string} directory */
const hotDirectory = (directory) => join(directory, 'hot');

/** @param {string} source @param {string} directory */
const includes = (source, directory) => [source, directory].map((path) => `-I${path}`);

/** Points the functions that have a kernel at it. @param {string} header */
function useKernels(header) {
  const names = new Set(KERNELS);
  const text = readFileSync(header, 'utf8');
  const lines = text.split('\n').map((line) => {
    const [, name, reference] = /^#define (\w+) (\w+)$/.exec(line) ?? [];
    if (name === undefined || !names.has(name)) return line;
    const declaration = new RegExp(`^(.*\\b)${reference}(\\([^;]*\\);)`, 'm').exec(text);
    if (declaration === null) throw new BuildError(`${header} does not declare ${reference}`);
    const [, result, parameters] = declaration;
    return `${result}${name}_wasm${parameters?.replaceAll('\n', ' ')}\n#define ${name} ${name}_wasm`;
  });
  writeFileSync(header, lines.join('\n'));
}
