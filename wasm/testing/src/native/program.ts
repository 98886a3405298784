import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTING = fileURLToPath(new URL('../../', import.meta.url));
const WORK_DIRECTORY = join(TESTING, '..', '..', '.run', 'wasm');
export const NATIVE_DIRECTORY = join(WORK_DIRECTORY, 'native');
/** Where the build of the WebAssembly modules unpacks the pinned sources, each in NAME-VERSION. */
export const SOURCES_DIRECTORY = join(WORK_DIRECTORY, 'sources');
export const PROGRAMS_DIRECTORY = join(TESTING, 'native');
const C_FLAGS = ['-std=c11', '-D_POSIX_C_SOURCE=200809L', '-O2', '-Wall', '-Wextra', '-Werror'];

/** A codec library to link a reference program with. */
interface NativeLibrary {
  /** Where its headers are: the directory that holds `vpx/` or `opus.h`. */
  readonly includeDirectory: string;
  /** The static library's file. */
  readonly archive: string;
}

/** A function of the library compiled anew, in place of the library's own. */
export interface Replacement {
  readonly source: string;
  /** Files that the source includes and that are part of this package. */
  readonly headers: readonly string[];
  readonly flags: readonly string[];
}

const PACKAGES = {
  vp8: { pkgConfig: 'vpx', debian: 'libvpx-dev' },
  opus: { pkgConfig: 'opus', debian: 'libopus-dev' },
} as const;

export type Codec = keyof typeof PACKAGES;

/** A reference program cannot be built or failed; the message says what is missing or went wrong. */
export class NativeReferenceError extends Error {
  override readonly name = 'NativeReferenceError';
}

/**
 * One of the C programs in `native/` with the library of Debian's -dev package, compiled at its first use and kept by the
 * hash of all that went into it.
 */
export class NativeProgram {
  readonly #codec: Codec;
  readonly #replacement: Replacement | undefined;
  #binary: string | undefined;

  constructor(codec: Codec, replacement?: Replacement) {
    this.#codec = codec;
    this.#replacement = replacement;
  }

  /** The library's own name and version. @throws {NativeReferenceError} */
  version(): string {
    return this.run('version', {}).toString('utf8').trim();
  }

  /**
   * Runs the program to its end.
   * @param input what it reads, unless `options.input` names a file
   * @throws {NativeReferenceError}
   */
  run(command: string, options: Readonly<Record<string, string | number>>, input?: Uint8Array): Buffer {
    const pairs = Object.entries(options).map(([name, value]) => `${name}=${value}`);
    return execute(this.#compiled(), [command, ...pairs], input);
  }

  #compiled(): string {
    this.#binary ??= compile(this.#codec, installed(this.#codec), this.#replacement);
    return this.#binary;
  }
}

function compile(codec: Codec, library: NativeLibrary, replacement: Replacement | undefined): string {
  const source = join(PROGRAMS_DIRECTORY, `${codec}_reference.c`);
  const header = join(PROGRAMS_DIRECTORY, 'reference.h');
  const files = [source, header, library.archive, ...(replacement?.headers ?? [])];
  const hash = createHash('sha256');
  for (const file of [...files, ...(replacement === undefined ? [] : [replacement.source])]) hash.update(read(file));
  hash.update(JSON.stringify([C_FLAGS, library, replacement, tool('gcc', ['-dumpfullversion'], 'gcc')]));
  const binary = join(NATIVE_DIRECTORY, `${codec}_reference-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(binary)) return binary;
  mkdirSync(NATIVE_DIRECTORY, { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  const object = `${unfinished}.o`;
  // Linked before the archive, so that the archive's member of the same name is left out.
  const objects = replacement === undefined ? [] : [object];
  if (replacement !== undefined) {
    tool('gcc', ['-O2', ...replacement.flags, '-c', replacement.source, '-o', object], 'gcc');
  }
  const parts = [source, ...objects, library.archive, '-lm', '-lpthread'];
  tool('gcc', [...C_FLAGS, `-I${library.includeDirectory}`, '-o', unfinished, ...parts], 'gcc');
  rmSync(object, { force: true });
  renameSync(unfinished, binary);
  return binary;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new NativeReferenceError(`The native reference needs ${file}, which cannot be read`, { cause });
  }
}

/** The static library of Debian's -dev package, whose hash tells its version. */
function installed(codec: Codec): NativeLibrary {
  const { pkgConfig, debian } = PACKAGES[codec];
  const found = spawnSync('pkg-config', ['--exists', pkgConfig]);
  if (found.error === undefined && found.status !== 0) throw missing(debian);
  const includes = tool('pkg-config', ['--variable=includedir', pkgConfig], 'pkg-config');
  // Not pkg-config's libdir, which Debian's vpx.pc gives without the architecture.
  const archive = tool('gcc', [`-print-file-name=lib${pkgConfig}.a`], 'gcc');
  return { includeDirectory: codec === 'opus' ? join(includes, 'opus') : includes, archive };
}

function tool(program: string, args: readonly string[], debian: string): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) throw missing(debian);
  if (status !== 0) throw new NativeReferenceError(`${program} ${args.join(' ')} failed:\n${stderr}`);
  return stdout.trim();
}

function missing(debian: string): NativeReferenceError {
  return new NativeReferenceError(`The native reference needs ${debian}: apt-get install ${debian}`);
}

function execute(binary: string, args: readonly string[], input: Uint8Array | undefined): Buffer {
  const { error, status, signal, stdout, stderr } = spawnSync(binary, args, {
    maxBuffer: Infinity,
    ...(input === undefined ? {} : { input }),
  });
  if (error !== undefined) throw new NativeReferenceError(`${binary} cannot run: ${error.message}`, { cause: error });
  if (status !== 0) {
    const reason = signal === null ? stderr.toString('utf8').trim() : `signal ${signal}`;
    throw new NativeReferenceError(`${[binary, ...args].join(' ')} failed: ${reason}`);
  }
  return stdout;
}
