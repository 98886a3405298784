import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Lets each module that is loaded on demand import the entry that is loaded before it. esbuild makes a chunk for each set of
 * entries that share a module, so that what the panel shares with its parts would be torn into many small files; by this the
 * whole of an entry is in one chunk, which its parts import.
 * @param {(path: string) => string | undefined} loadedBefore  the entry that is there when a module is loaded on demand
 * @returns {import('esbuild').Plugin}
 */
export function sharedChunks(loadedBefore) {
  return {
    name: 'shared-chunks',
    setup(build) {
      /** @type {Set<string>} */
      const onDemand = new Set();
      build.onResolve({ filter: /./ }, async ({ kind, path, pluginData, ...args }) => {
        if (kind !== 'dynamic-import' || pluginData === onDemand) return undefined;
        const resolved = await build.resolve(path, { kind, pluginData: onDemand, ...args });
        onDemand.add(resolved.path);
        // What its parts import for nothing else must not be dropped.
        return { ...resolved, sideEffects: true };
      });
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const entry = onDemand.has(path) ? loadedBefore(path) : undefined;
        if (entry === undefined || entry === path) return undefined;
        const code = await readFile(path, 'utf8');
        return { contents: `${code}\nimport ${JSON.stringify(entry)};\n`, loader: 'ts', resolveDir: dirname(path) };
      });
    },
  };
}
