import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

// Budgets of what a page loads, gzipped. The launcher is the entry with everything that it imports statically.
const dist = join(import.meta.dirname ?? '.', 'packages/element/dist');
const { outputs } = JSON.parse(readFileSync(join(dist, 'bundle-meta.json'), 'utf8'));
const named = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));

function withStaticImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const { path, kind } of named.get(name)?.imports ?? []) {
    if (kind === 'import-statement') withStaticImports(basename(path), seen);
  }
  return seen;
}

const scripts = [...named.keys()].filter((name) => name.endsWith('.js'));
const files = (names) => [...names].map((name) => join(dist, 'cdn', name));

// Loaded only where a page asks for the media core.
const core = scripts.filter((name) => /^(open-media-core-|media\.worker|media\.worklets)/.test(name));
/** Loaded in place of English, by pages in that language. */
const otherLanguages = scripts.filter((name) => /^de-/.test(name));
const launcher = withStaticImports('xmpp-call.js');
const codecs = ['opus_bg.wasm', 'vp8_bg.wasm'].filter((name) => existsSync(join(dist, 'cdn', name)));

export default [
  {
    name: 'launcher: button before the first call',
    path: files(launcher),
    gzip: true,
    limit: '12 kB',
  },
  {
    name: 'first call: panel, worker and one language, beside the launcher',
    path: files(
      scripts.filter((name) => !core.includes(name) && !otherLanguages.includes(name) && !launcher.has(name)),
    ),
    gzip: true,
    limit: '90 kB',
  },
  {
    name: 'media core (with the WebAssembly codecs)',
    path: files([...core, ...codecs]),
    gzip: true,
    limit: '345 kB',
  },
];
