/** Download sizes. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { moduleBytes, packageDirectory } from './engines.js';
import type { Figures, Findings } from './report.js';

/** @param codecs those that have been built */
export async function measureSizes(codecs: readonly string[]): Promise<Findings> {
  const figures: Figures = {};
  const rows: (string | number)[][] = [];
  for (const codec of codecs) {
    const module = await moduleBytes(codec);
    const brotli = brotliCompressSync(module, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: module.length },
    }).length;
    const script = await readFile(join(packageDirectory(codec), `${codec}.js`));
    const gzip = gzipSync(script, { level: 9 }).length;
    figures[`${codec}.size.raw`] = module.length;
    figures[`${codec}.size.brotli`] = brotli;
    figures[`${codec}.size.script`] = script.length;
    figures[`${codec}.size.scriptGzip`] = gzip;
    rows.push([codec, module.length, brotli, script.length, gzip]);
  }
  const columns = ['bytes', 'module', 'brotli', 'script', 'gzip'];
  return { figures, tables: [{ title: 'Download', columns, rows }] };
}
