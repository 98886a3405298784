/** What npm ships: the tarballs, unpacked beside each other as an installation puts them. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { ROOT } from '../../tools/setup.mjs';
import { elementManifest } from '../../tools/docs/element-manifest.mjs';
import { LICENCES_FILE } from '../../tools/build/licences.mjs';
import { bundledPackages } from './bundled-packages.js';
import { installPackages } from './installed-packages.js';
import { publintMessages, typeProblems } from './package-checks.js';

type Target = string | Readonly<Record<string, string>>;

interface Manifest {
  readonly name: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly type: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, Target>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: unknown;
  readonly sideEffects: false | readonly string[];
}

interface Package {
  readonly home: string;
  readonly tarball: string;
  readonly manifest: Manifest;
  /** Paths below `home`, sorted. */
  readonly files: readonly string[];
}

/** Inside of the checkout, so that what the packages need of others is found in its `node_modules`. */
const PLACE = join(ROOT, '.run', 'tests', 'packages');
/** Files that a page or a worker loads by their address. */
const LOADED = /\.(?:worker|worklets)\.js$|\.wasm$/;

let packages: readonly Package[] = [];

before(async () => {
  rmSync(PLACE, { recursive: true, force: true });
  const installed = await installPackages(PLACE);
  packages = installed.map((one) => ({ ...one, manifest: readManifest(one.home), files: filesBelow(one.home) }));
});

after(() => {
  rmSync(PLACE, { recursive: true, force: true });
});

describe('each package that is published', () => {
  it('is one of those that a page can use, or that such a one needs', () => {
    const names = packages.map(({ manifest }) => manifest.name.replace('@xmpp-call/', ''));
    for (const name of ['client', 'element', 'jingle', 'media', 'opus', 'signaling', 'vp8', 'wire']) {
      assert.ok(names.includes(name), name);
    }
    const published = packages.map(({ manifest }) => manifest.name);
    for (const { manifest } of packages) {
      assert.equal(manifest.devDependencies, undefined, manifest.name);
      const ours = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith('@xmpp-call/'));
      assert.deepEqual(
        ours.filter((name) => !published.includes(name)),
        [],
        manifest.name,
      );
    }
  });

  it('has a description, keywords, a README and the licence', () => {
    for (const { home, manifest, files } of packages) {
      assert.ok(manifest.description, manifest.name);
      assert.ok(manifest.keywords?.includes('xmpp-call'), manifest.name);
      assert.deepEqual(manifest.engines, { node: '>=20.19' }, manifest.name);
      assert.equal(manifest.type, 'module', manifest.name);
      assert.match(manifest.license, /element|core|opus|vp8/.exec(manifest.name) ? /^MIT AND BSD-3-Clause$/ : /^MIT$/);
      assert.ok(files.includes('README.md'), manifest.name);
      assert.match(readFileSync(join(home, 'README.md'), 'utf8'), new RegExp(`^# ${manifest.name}\n`));
      assert.equal(
        readFileSync(join(home, 'LICENSE'), 'utf8'),
        readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
        manifest.name,
      );
    }
  });

  it('has the licences of what others wrote beside the files with it', () => {
    for (const { home, manifest, files } of packages) {
      for (const directory of new Set(files.filter((file) => LOADED.test(file)).map((file) => dirname(file)))) {
        const licences = join(home, directory, LICENCES_FILE);
        assert.ok(existsSync(licences), `${manifest.name}/${directory}`);
        const text = readFileSync(licences, 'utf8');
        if (files.some((file) => dirname(file) === directory && file.endsWith('.wasm'))) {
          assert.match(text, /^emscripten \S+: /m, manifest.name);
          assert.match(text, /^musl as a whole is licensed/m, manifest.name);
        }
        if (files.includes(join(directory, 'opus_bg.wasm'))) assert.match(text, /Xiph\.Org/, manifest.name);
        if (files.includes(join(directory, 'vp8_bg.wasm'))) {
          assert.match(text, /The WebM Project authors/, manifest.name);
          assert.match(text, /Additional IP Rights Grant \(Patents\)/, manifest.name);
        }
      }
    }
  });

  it('names each npm package that is inside of its scripts', () => {
    // Scripts have maps in the CDN's folder only; those of the same name are made of the same sources.
    const cdn = join(ROOT, 'packages/element/dist/cdn');
    const named: string[] = [];
    for (const { home, manifest, files } of packages) {
      for (const file of files.filter((one) => existsSync(join(cdn, `${basename(one)}.map`)))) {
        const licences = join(home, dirname(file), LICENCES_FILE);
        const text = existsSync(licences) ? readFileSync(licences, 'utf8') : '';
        for (const name of bundledPackages(join(cdn, basename(file)))) {
          assert.match(text, new RegExp(`^${name} \\S+ \\(.+\\)$`, 'm'), `${manifest.name}/${file}`);
          named.push(`${basename(file)}: ${name}`);
        }
      }
    }
    assert.ok(named.some((one) => one.endsWith(': ltx')));
    assert.ok(named.some((one) => one.endsWith(': lit-html')));
  });

  it('is sound for publint', async () => {
    for (const { manifest, tarball } of packages) assert.deepEqual(await publintMessages(tarball), [], manifest.name);
  });

  it('has types that are right for are-the-types-wrong', async () => {
    for (const { manifest, tarball } of packages) {
      assert.deepEqual(await typeProblems(tarball, LOADED), [], manifest.name);
    }
  });

  it('has nothing that is of use in the checkout only', () => {
    for (const { home, manifest, files } of packages) {
      for (const file of files) {
        assert.doesNotMatch(file, /\.tsbuildinfo$|\.test\.|\.testing\.|bundle-meta|^src\//, manifest.name);
        // Scripts for a page have maps, for servers that want to offer them; what is bundled once more has none.
        if (!file.startsWith('dist/cdn/')) assert.doesNotMatch(file, /\.map$/, manifest.name);
        if (!/\.(?:js|ts)$/.test(file)) continue;
        assert.doesNotMatch(readFileSync(join(home, file), 'utf8'), /sourceMappingURL=/, `${manifest.name}/${file}`);
      }
    }
  });

  it('leads every path of its exports, under every condition, to a file', () => {
    for (const { home, manifest, files } of packages) {
      for (const [path, target] of Object.entries(manifest.exports)) {
        const places = typeof target === 'string' ? { default: target } : target;
        assert.ok('default' in places && !('source' in places), `${manifest.name} ${path}`);
        for (const place of Object.values(places)) {
          const pattern = relative('.', place);
          const found = pattern.endsWith('/*')
            ? files.some((file) => file.startsWith(pattern.slice(0, -1)))
            : existsSync(join(home, place));
          assert.ok(found, `${manifest.name} ${path}: ${place}`);
        }
      }
    }
  });

  it('gives a path to every file that is loaded by its address', () => {
    for (const { manifest, files } of packages) {
      const targets = Object.values(manifest.exports);
      for (const file of files.filter((one) => LOADED.test(one))) {
        const isExported = targets.includes(`./${file}`) || targets.includes(`./${dirname(file)}/*`);
        assert.ok(isExported, `${manifest.name}: ${file}`);
      }
    }
  });

  it('keeps its workers when they are imported for what they do', () => {
    for (const { manifest, files } of packages) {
      const scripts = files.filter((file) => /^dist\/[^/]*\.(?:worker|worklets)\.js$/.test(file));
      for (const file of scripts) {
        assert.ok(manifest.sideEffects && manifest.sideEffects.includes(`./${file}`), `${manifest.name}: ${file}`);
      }
    }
  });

  it('can be imported on a server', async () => {
    for (const { home, manifest } of packages) {
      for (const target of Object.values(manifest.exports)) {
        // The core is loaded in a call, and extends what only browsers have.
        if (typeof target === 'string' || target.default === undefined || manifest.name === '@xmpp-call/media-core')
          continue;
        await import(pathToFileURL(join(home, target.default)).href);
      }
    }
  });
});

describe('addresses of files', () => {
  it('are written so that a bundler can read them, and lead to files of the package', () => {
    const found: string[] = [];
    for (const { home, manifest, files } of packages) {
      // The files of the CDN are no input of bundlers: scripts there are squeezed.
      const scripts = files.filter((file) => file.endsWith('.js') && !file.startsWith('dist/cdn/'));
      for (const file of scripts) {
        const source = readFileSync(join(home, file), 'utf8');
        const literals = [...source.matchAll(/new URL\(["'](\.\/[\w.-]+)["'],\s*import\.meta\.url\)/g)];
        const uses = source.match(/import\.meta\.url/g) ?? [];
        assert.equal(literals.length, uses.length, `${manifest.name}/${file} has an address that cannot be read`);
        for (const [, name = ''] of literals) {
          const place = resolve(home, dirname(file), name);
          assert.ok(existsSync(place), `${manifest.name}/${file}: ${name}`);
          if (manifest.name === '@xmpp-call/client' || !LOADED.test(file)) found.push(name);
        }
      }
    }
    const names = ['signaling.worker.js', 'media.worker.js', 'media.worklets.js', 'opus_bg.wasm', 'vp8_bg.wasm'];
    for (const name of names) assert.ok(found.includes(`./${name}`), name);
  });

  it('are of files that are too large for Vite to put them into the script', () => {
    const media = packages.find(({ manifest }) => manifest.name === '@xmpp-call/media-core');
    assert.ok(media);
    for (const file of media.files.filter((one) => LOADED.test(one))) {
      assert.ok(readFileSync(join(media.home, file)).length > 4096, file);
    }
  });
});

describe('the types that are published', () => {
  it('are tried with each attribute, event and settable property in JSX', () => {
    const { attributes, events, members } = elementManifest().element;
    const properties = members.filter((one) => one.kind === 'field' && one.attribute === undefined && !one.readonly);
    const [, sample = ''] =
      /<xmpp-call\n([^]*?)\/>;?\n\)/.exec(
        readFileSync(join(import.meta.dirname, 'package-types', 'react.tsx'), 'utf8'),
      ) ?? [];
    const names = [...sample.matchAll(/^ {4}(?:on(?=xmpp))?([\w-]+)/gm)].map(([, name]) => name);
    const known = [...attributes, ...events, ...properties].map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name !== 'ref').sort(), known.sort());
  });

  for (const [name, resolution] of [
    ['a bundler', ts.ModuleResolutionKind.Bundler],
    ['Node', ts.ModuleResolutionKind.NodeNext],
  ] as const) {
    it(`are found and whole for who resolves modules as ${name} does`, () => {
      assert.deepEqual(problemsOf(resolution), []);
    });
  }
});

/** The compiler's complaints about programs that use the packages; they say themselves where it has to complain. */
function problemsOf(moduleResolution: ts.ModuleResolutionKind): string[] {
  const directory = join(PLACE, 'types');
  cpSync(join(import.meta.dirname, 'package-types'), directory, { recursive: true });
  const isNode = moduleResolution === ts.ModuleResolutionKind.NodeNext;
  const program = ts.createProgram(
    readdirSync(directory).map((file) => join(directory, file)),
    {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: [],
      lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'].map((name) => `lib.${name}.d.ts`),
      target: ts.ScriptTarget.ES2022,
      module: isNode ? ts.ModuleKind.NodeNext : ts.ModuleKind.ESNext,
      jsx: ts.JsxEmit.ReactJSX,
      moduleResolution,
    },
  );
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

function readManifest(home: string): Manifest {
  return JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}
