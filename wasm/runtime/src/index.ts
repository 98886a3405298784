export { CodecError, type CodecErrorCode } from './codec-error.js';
export { CodecInstance, type CodecExports } from './codec-instance.js';
export { compile, type WasmInput } from './compile.js';
