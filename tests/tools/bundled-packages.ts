import { readFileSync } from 'node:fs';

interface SourceMap {
  readonly sources: readonly string[];
}

/** Names of the npm packages that are inside of a built script, by the script's source map. */
export function bundledPackages(script: string): string[] {
  const { sources } = JSON.parse(readFileSync(`${script}.map`, 'utf8')) as SourceMap;
  return [...new Set(sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []))];
}
