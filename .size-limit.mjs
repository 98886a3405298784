import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

// Budgets of what a page loads, gzipped. The launcher is the entry with everything that it imports statically.
const dist = join(import.meta.dirname ?? '.', 'packages/element/dist');
const { outputs } = JSON.parse(readFileSync(join(dist, 'bundle-meta.json'), 'utf8'));
const named = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
const scripts = [...named.keys()].filter((name) => name.endsWith('.js'));

function withStaticImports(entries, seen = new Set()) {
  for (const name of entries.filter((entry) => !seen.has(entry))) {
    seen.add(name);
    const imports = (named.get(name)?.imports ?? []).filter(({ kind }) => kind === 'import-statement');
    withStaticImports(
      imports.map(({ path }) => basename(path)),
      seen,
    );
  }
  return seen;
}

const matching = (pattern) => scripts.filter((name) => pattern.test(name));
const without = (names, ...others) => [...names].filter((name) => !others.some((other) => other.has(name)));
const files = (names) => names.map((name) => join(dist, 'cdn', name));
const budget = (name, names, limit) => ({ name, path: files(names), gzip: true, limit });

const launcher = withStaticImports(['xmpp-call.js']);
// English is part of the panel's chunk; every other language is a chunk that replaces it.
const firstCall = withStaticImports(matching(/^(call-panel-|signaling\.worker)/));
/** Loaded only where a page asks for the media core. */
const core = withStaticImports(matching(/^(open-media-core-|media\.worker|media\.worklets)/));
const languages = new Set(scripts.filter((name) => named.get(name)?.entryPoint?.includes('/locales/')));
/** Everything else that is loaded on demand, each with what it alone imports. */
const features = without(scripts, launcher, firstCall, core, languages);
const codecs = ['opus_bg.wasm', 'vp8_bg.wasm'].filter((name) => existsSync(join(dist, 'cdn', name)));

export default [
  budget('launcher: button before the first call', [...launcher], '12 kB'),
  budget('first call: panel, worker and one language, beside the launcher', without(firstCall, launcher), '98 kB'),
  ...features.map((name) => budget(`feature: ${name}`, [name], '15 kB')),
  budget('media core without codecs', without(core, launcher, firstCall), '60 kB'),
  ...(codecs.length > 0 ? [budget(`codecs: ${codecs.join(', ')}`, codecs, '290 kB')] : []),
];
