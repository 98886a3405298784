import { readFileSync } from 'node:fs';

/**
 * In the sources a codec's module stands in `pkg/`; in what is built, beside the script.
 * @type {import('esbuild').Plugin}
 */
export const moduleBesideScript = {
  name: 'module-beside-script',
  setup(context) {
    context.onLoad({ filter: /\/wasm-url\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace('../pkg/', './'),
      loader: 'ts',
    }));
  },
};
