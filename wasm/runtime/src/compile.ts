import { CodecError } from './codec-error.js';

/**
 * Where a codec's module comes from: an address to fetch, a response that has been fetched, its bytes, or the compiled
 * module. An audio worklet can take none but bytes: it has no `fetch`, and browsers do not pass modules to it.
 */
export type WasmInput = URL | Response | BufferSource | WebAssembly.Module;

const WASM_TYPE = 'application/wasm';

/**
 * Compiles a module, while it is still loading where the browser can do so.
 * @throws {CodecError} `load-failed`
 */
export async function compile(input: WasmInput): Promise<WebAssembly.Module> {
  if (input instanceof WebAssembly.Module) return input;
  try {
    if (isBufferSource(input)) return await WebAssembly.compile(input);
    return await compileResponse(isResponse(input) ? input : await load(input));
  } catch (cause) {
    if (cause instanceof CodecError) throw cause;
    throw new CodecError('load-failed', `The codec's module cannot be loaded: ${describe(cause)}`, { cause });
  }
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) {
    throw new CodecError(
      'load-failed',
      `The codec's module cannot be fetched: HTTP ${response.status} ${response.url}`,
    );
  }
  // Streaming wants exactly this media type, which many a web server does not send.
  if (response.headers.get('content-type') === WASM_TYPE && 'compileStreaming' in WebAssembly)
    return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

async function load(url: URL): Promise<Response> {
  return url.protocol === 'file:' ? loadFile(url) : fetch(url, { credentials: 'same-origin' });
}

interface NodeProcess {
  getBuiltinModule(name: 'node:fs/promises'): { readFile(url: URL): Promise<Uint8Array<ArrayBuffer>> };
}

/** Node's `fetch` reads no files. Asking the process for its module keeps `node:` imports out of web bundles. */
async function loadFile(url: URL): Promise<Response> {
  const { process } = globalThis as { process?: NodeProcess };
  if (process === undefined) throw new CodecError('load-failed', `A page cannot load ${url.href}`);
  const bytes = await process.getBuiltinModule('node:fs/promises').readFile(url);
  return new Response(bytes, { headers: { 'content-type': WASM_TYPE } });
}

function isResponse(input: URL | Response): input is Response {
  return typeof Response === 'function' && input instanceof Response;
}

function isBufferSource(input: URL | Response | BufferSource): input is BufferSource {
  return input instanceof ArrayBuffer || ArrayBuffer.isView(input);
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
