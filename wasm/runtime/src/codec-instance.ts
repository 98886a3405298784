import { CodecError } from './codec-error.js';

/** What every codec module exports, beside its own functions. */
export interface CodecExports {
  readonly memory: WebAssembly.Memory;
  /** Runs the C constructors; called once, before anything else. */
  readonly _initialize?: () => void;
  /** C's malloc; 0 if memory cannot grow. */
  readonly malloc: (bytes: number) => number;
  readonly free: (address: number) => void;
}

/** WASI's `errno` for a bad file descriptor and for a function that does not exist. */
const WASI_EBADF = 8;
const WASI_ENOSYS = 52;

/**
 * One instance of a codec module: its functions and its memory. Instances share nothing, so what goes wrong in one cannot
 * reach another. The views of the memory are renewed when it has grown: never keep one over a call into the codec.
 */
export class CodecInstance<Exports extends CodecExports> {
  readonly exports: Exports;
  #crash: CodecError | undefined;
  #bytes: Uint8Array<ArrayBuffer>;
  #shorts: Int16Array<ArrayBuffer>;
  #words: Int32Array<ArrayBuffer>;
  #floats: Float32Array<ArrayBuffer>;

  private constructor(exports: Exports) {
    this.exports = exports;
    const buffer = exports.memory.buffer;
    this.#bytes = new Uint8Array(buffer);
    this.#shorts = new Int16Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#floats = new Float32Array(buffer);
  }

  /** @throws {CodecError} `load-failed`, `out-of-memory` */
  static async instantiate<Exports extends CodecExports>(module: WebAssembly.Module): Promise<CodecInstance<Exports>> {
    try {
      const { exports } = await WebAssembly.instantiate(module, importsFor(module));
      // The module was built together with the type of its exports.
      const instance = new CodecInstance(exports as unknown as Exports);
      instance.exports._initialize?.();
      return instance;
    } catch (cause) {
      const code = cause instanceof RangeError ? 'out-of-memory' : 'load-failed';
      throw new CodecError(code, `The codec's module cannot be instantiated: ${String(cause)}`, { cause });
    }
  }

  /** Bytes of WebAssembly memory that this instance holds. It never shrinks. */
  get memoryBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#bytes.buffer !== this.exports.memory.buffer) this.#renewViews();
    return this.#bytes;
  }

  get shorts(): Int16Array<ArrayBuffer> {
    if (this.#shorts.buffer !== this.exports.memory.buffer) this.#renewViews();
    return this.#shorts;
  }

  get words(): Int32Array<ArrayBuffer> {
    if (this.#words.buffer !== this.exports.memory.buffer) this.#renewViews();
    return this.#words;
  }

  get floats(): Float32Array<ArrayBuffer> {
    if (this.#floats.buffer !== this.exports.memory.buffer) this.#renewViews();
    return this.#floats;
  }

  /**
   * Memory of the caller's own, which it gives back by `free`.
   * @throws {CodecError} `out-of-memory`
   */
  allocate(bytes: number): number {
    const address = this.call(() => this.exports.malloc(bytes));
    if (address === 0) throw new CodecError('out-of-memory', `No memory for ${bytes} bytes`);
    return address;
  }

  free(address: number): void {
    if (!this.isCrashed) this.call(() => this.exports.free(address));
  }

  /**
   * Runs a function of the codec. For the calls made once per frame, `assertUsable` before and `crashed` in a catch do the
   * same without a closure.
   * @throws {CodecError} `crashed`
   */
  call<Result>(action: () => Result): Result {
    this.assertUsable();
    try {
      return action();
    } catch (cause) {
      throw this.crashed(cause);
    }
  }

  get isCrashed(): boolean {
    return this.#crash !== undefined;
  }

  /** @throws {CodecError} `crashed` if an earlier call has trapped: the memory may be in any state */
  assertUsable(): void {
    if (this.#crash !== undefined) throw this.#crash;
  }

  /** Marks the instance as unusable after a trap, and gives the error to throw. */
  crashed(cause: unknown): CodecError {
    this.#crash = new CodecError('crashed', `The codec trapped: ${String(cause)}`, { cause });
    return this.#crash;
  }

  #renewViews(): void {
    const buffer = this.exports.memory.buffer;
    this.#bytes = new Uint8Array(buffer);
    this.#shorts = new Int16Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#floats = new Float32Array(buffer);
  }
}

/**
 * The codecs need nothing of their host. What the C library would ask for in vain (files, the clock) is answered with an
 * error, everything else traps.
 */
function importsFor(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  const known = hostFunctions();
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = known[name] ?? trap(name);
  }
  return imports;
}

function hostFunctions(): Record<string, (value: number) => number | undefined> {
  // Emscripten's setjmp returns its second result through the host.
  let secondResult = 0;
  return {
    getTempRet0: () => secondResult,
    setTempRet0: (value) => void (secondResult = value),
    emscripten_notify_memory_growth: () => undefined,
    clock_time_get: () => WASI_ENOSYS,
    fd_close: () => WASI_EBADF,
    fd_seek: () => WASI_EBADF,
    fd_write: () => WASI_EBADF,
  };
}

function trap(name: string): () => never {
  return () => {
    throw new Error(`the codec called ${name}`);
  };
}
