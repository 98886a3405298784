/** Where the module stands, as seen from here; the packed script has it beside itself. */
export const wasmUrl = (): URL => new URL('../pkg/vp8_bg.wasm', import.meta.url);
