/** A module with one function that uses SIMD: `i32.const 0, i8x16.splat, drop`. */
const SIMD_MODULE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[10, 9, 1, 7, 0, 0x41, 0, 0xfd, 15, 0x1a, 0x0b],
);
const EMPTY_MODULE = SIMD_MODULE.slice(0, 8);

/** Whether WebAssembly may be compiled here, and whether it has SIMD. */
export function probeWasm(): { readonly wasmAllowed: boolean; readonly wasmSimd: boolean } {
  return { wasmAllowed: isAllowed(), wasmSimd: typeof WebAssembly === 'object' && WebAssembly.validate(SIMD_MODULE) };
}

/** A Content Security Policy takes effect when a module is compiled. */
function isAllowed(): boolean {
  try {
    return new WebAssembly.Module(EMPTY_MODULE) instanceof WebAssembly.Module;
  } catch {
    // Forbidden by the policy, or there is no WebAssembly.
    return false;
  }
}
