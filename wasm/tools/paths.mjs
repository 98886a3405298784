import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Where everything goes that the build makes and that is not part of a package: sources, libraries, stamps. */
export const WORK_DIRECTORY = join(ROOT, '.run', 'wasm');
