/** Where the module stands: beside this package's script. */
export const wasmUrl = (): URL => new URL('../pkg/opus_bg.wasm', import.meta.url);
