import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { BuildError } from './build-error.mjs';
import { hasCommand, run } from './run.mjs';

/** Debian keeps emscripten's own JavaScript packages here, where a Node that is not Debian's does not look. */
const DEBIAN_NODE_PATH = '/usr/share/nodejs';

/** Commands that the builds of the libraries call, with the Debian package of each. */
const COMMANDS = { emcc: 'emscripten', make: 'make', perl: 'perl', cc: 'gcc', patch: 'patch' };

/**
 * Flags of every compilation: SIMD, longjmp by WebAssembly exceptions (libvpx reports errors by it), and no path of this
 * machine in the result.
 */
export const COMPILE_FLAGS = ['-msimd128', '-sSUPPORT_LONGJMP=wasm', '-DNDEBUG'];

/**
 * Flags of every link: a module without JavaScript glue, whose stack overflow traps instead of running into the data.
 * Not -O3: that one shortens the names of imports, which the loader has to know.
 */
const LINK_FLAGS = [
  '-O2',
  '--no-entry',
  '-sSTANDALONE_WASM',
  '-sALLOW_MEMORY_GROWTH',
  '-sDYNAMIC_EXECUTION=0',
  '-sFILESYSTEM=0',
  '-sMALLOC=emmalloc',
  '-sEXPORTED_FUNCTIONS=_malloc,_free',
  '-Wl,--stack-first',
];

/** @throws {BuildError} naming the packages that are missing */
export function requireEmscripten() {
  const missing = Object.entries(COMMANDS)
    .filter(([command]) => !hasCommand(command))
    .map(([, name]) => name);
  if (missing.length === 0) return;
  throw new BuildError(
    `Building the codecs takes emscripten and a C tool chain. These are missing:\n\n` +
      `  sudo apt-get install -y --no-install-recommends ${missing.join(' ')}\n`,
  );
}

/**
 * Runs one of emscripten's commands: emcc, emconfigure, emmake.
 * @param {'emcc' | 'emconfigure' | 'emmake' | 'emar'} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 */
export function emscripten(command, args, { cwd } = {}) {
  const path = existsSync(DEBIAN_NODE_PATH) ? { NODE_PATH: DEBIAN_NODE_PATH } : {};
  const env = { ...process.env, ...path, SOURCE_DATE_EPOCH: '0' };
  return run(command, args, { env, ...(cwd === undefined ? {} : { cwd }) });
}

/**
 * @param {string} directory
 * @param {readonly string[]} targets
 */
export function emmake(directory, targets) {
  return emscripten('emmake', ['make', '-s', `-j${availableParallelism()}`, ...targets], { cwd: directory });
}

/**
 * Links objects, libraries and C files into a module.
 * @param {object} module
 * @param {readonly string[]} module.inputs
 * @param {readonly string[]} [module.flags]
 * @param {string} module.output  the .wasm file
 * @param {number} module.stackBytes
 * @param {number} [module.initialMemoryBytes]
 * @param {number} module.maximumMemoryBytes
 */
export function link({ inputs, flags = [], output, stackBytes, initialMemoryBytes = 2 ** 20, maximumMemoryBytes }) {
  return emscripten('emcc', [
    ...COMPILE_FLAGS,
    ...LINK_FLAGS,
    `-sTOTAL_STACK=${stackBytes}`,
    `-sINITIAL_MEMORY=${initialMemoryBytes}`,
    `-sMAXIMUM_MEMORY=${maximumMemoryBytes}`,
    ...flags,
    ...inputs,
    '-o',
    output,
  ]);
}
