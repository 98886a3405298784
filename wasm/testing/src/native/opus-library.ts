import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { NATIVE_DIRECTORY, NativeReferenceError, PROGRAMS_DIRECTORY, SOURCES_DIRECTORY } from './program.js';
import type { NativeLibrary } from './program.js';

/** As the WebAssembly build takes them: the intrinsics up to SSE 4.1 and no choice at run time. */
const OPTIONS = [
  ...['--enable-static', '--enable-intrinsics', '--disable-rtcd', '--disable-shared', '--disable-doc'],
  ...['--disable-extra-programs', '--disable-dependency-tracking'],
];

/**
 * libopus built natively from the pinned sources, with exact quotients: for versions that Debian's -dev package is not of. Takes
 * about a minute at the first time.
 * @param version of the sources, which the build of the WebAssembly modules has unpacked
 * @param features further options of `configure`
 * @throws {NativeReferenceError}
 */
export function buildOpusLibrary(version: string, features: readonly string[] = []): NativeLibrary {
  const sources = join(SOURCES_DIRECTORY, `opus-${version}`);
  if (!existsSync(sources)) throw new NativeReferenceError(`The native reference needs ${sources}: npm run build:wasm`);
  const header = join(PROGRAMS_DIRECTORY, 'exact_reciprocals.h');
  const args = [...OPTIONS, ...features, `CFLAGS=-O2 -msse4.1 -include ${header}`];
  const hash = createHash('sha256')
    .update(readFileSync(header))
    .update(JSON.stringify([version, args]));
  const directory = join(NATIVE_DIRECTORY, `opus-${version}-${hash.digest('hex').slice(0, 16)}`);
  const library = { includeDirectory: join(directory, 'include'), archive: join(directory, 'libopus.a') };
  if (existsSync(directory)) return library;
  const unfinished = `${directory}.${process.pid}`;
  const build = join(unfinished, 'build');
  mkdirSync(build, { recursive: true });
  run(build, join(sources, 'configure'), args);
  run(build, 'make', ['-s', '-j2', 'libopus.la']);
  cpSync(join(build, '.libs', 'libopus.a'), join(unfinished, 'libopus.a'));
  cpSync(join(sources, 'include'), join(unfinished, 'include'), { recursive: true });
  rmSync(build, { recursive: true });
  renameSync(unfinished, directory);
  return library;
}

function run(directory: string, program: string, args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(program, args, { cwd: directory, encoding: 'utf8', maxBuffer: Infinity });
  if (error !== undefined) throw new NativeReferenceError(`${program} cannot run: ${error.message}`, { cause: error });
  if (status !== 0) throw new NativeReferenceError(`${program} ${args.join(' ')} failed:\n${stderr.slice(-4000)}`);
}
