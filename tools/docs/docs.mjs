/** `npm run docs`: writes the parts of the documentation that are generated, between their markers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../setup.mjs';
import { elementManifest } from './element-manifest.mjs';
import { TABLES } from './element-tables.mjs';
import { UNION_TABLES } from './union-tables.mjs';

export const PAGES = ['README.md', 'packages/element/README.md', 'docs/client.md'];
const SECTION = /(<!-- generated: ([\w ]+) -->\n)[^]*?(<!-- end -->)/g;

/** A page with its generated parts brought up to date. @param {string} page path relative to the root @returns {Promise<string>} */
export async function generatedPage(page) {
  const file = join(ROOT, page);
  const { element } = elementManifest();
  const source = readFileSync(file, 'utf8').replaceAll(SECTION, (_, begin, name, end) => {
    const table = TABLES[name]?.(element) ?? UNION_TABLES[name]?.();
    if (table === undefined) throw new Error(`${page}: there is no table of ${name}`);
    return `${begin}\n${table}\n\n${end}`;
  });
  return await format(source, { ...(await resolveConfig(file)), filepath: file });
}

if (process.argv[1] === import.meta.filename) {
  for (const page of PAGES) writeFileSync(join(ROOT, page), await generatedPage(page));
}
