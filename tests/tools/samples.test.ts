/** The samples in README.md, in the packages' READMEs and in docs: whoever pastes them gets what works. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { XmppCallElement } from '@xmpp-call/element';
import { transform } from 'esbuild';
import { load } from 'js-yaml';
import ts from 'typescript';
import { ROOT } from '../../tools/setup.mjs';

interface Sample {
  /** File and line. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
}

const PAGES = [
  'README.md',
  ...markdown('docs'),
  ...['packages', 'wasm'].flatMap((area) =>
    readdirSync(join(ROOT, area), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => markdown(`${area}/${name}`)),
  ),
];
const SAMPLES = PAGES.flatMap(samplesOf);
/** What is checked below; a diagram by those who show it, a text without language by nobody. */
const LANGUAGES = ['html', 'ini', 'js', 'json', 'lua', 'mermaid', 'sh', 'text', 'ts', 'yaml'];
/** Every element has these. */
const GLOBAL_ATTRIBUTES = ['id', 'class', 'style', 'slot'];

describe('the samples of the documentation', () => {
  it('are of languages that are checked', () => {
    for (const { place, language } of SAMPLES) assert.ok(LANGUAGES.includes(language), `${place}: "${language}"`);
    for (const language of ['html', 'js', 'json', 'lua', 'sh', 'ts', 'yaml']) {
      assert.ok(samples(language).length > 0, language);
    }
  });

  it('in TypeScript fit the packages', () => {
    assert.deepEqual(typeProblems(samples('ts')), []);
  });

  it('in JavaScript and JSON can be read', async () => {
    for (const { place, text } of samples('js')) {
      await assert.doesNotReject(transform(text, { format: 'esm', logLevel: 'silent' }), place);
    }
    for (const { place, text } of samples('json')) assert.doesNotThrow(() => JSON.parse(text) as unknown, place);
  });

  it('in HTML give the element attributes that it has', () => {
    const known = [...XmppCallElement.observedAttributes, ...GLOBAL_ATTRIBUTES];
    for (const { place, text } of samples('html')) {
      for (const [, attributes = ''] of text.matchAll(/<xmpp-call\b((?:[^>"]|"[^"]*")*)>/g)) {
        const names = [...attributes.replaceAll(/"[^"]*"/g, '').matchAll(/[\w-]+/g)].map(([name]) => name);
        assert.ok(names.length > 0, place);
        for (const name of names) assert.ok(known.includes(name), `${place}: ${name}`);
      }
    }
  });

  it('in YAML can be read', () => {
    for (const { place, text } of samples('yaml')) assert.doesNotThrow(() => load(text), place);
  });

  it('for the shell can be read', () => {
    for (const { place, text } of samples('sh')) {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
      assert.equal(status, 0, `${place}: ${stderr}`);
    }
  });

  it('in Lua can be read, where there is a compiler', () => {
    for (const { place, text } of samples('lua')) {
      const { error, status, stderr } = spawnSync('luac', ['-p', '-'], { input: text, encoding: 'utf8' });
      if (!error) assert.equal(status, 0, `${place}: ${stderr}`);
    }
  });

  it('name files of the repository that are there', () => {
    for (const page of PAGES) {
      const text = readFileSync(join(ROOT, page), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)) {
        assert.ok(existsSync(join(ROOT, page, '..', target)), `${page}: ${target}`);
      }
    }
  });
});

describe('the tables of attributes', () => {
  for (const page of ['README.md', 'packages/element/README.md']) {
    it(`in ${page} have all that the element has, and no other`, () => {
      const [, table = ''] = /^(\| attribute[^]*?)\n\n/m.exec(readFileSync(join(ROOT, page), 'utf8')) ?? [];
      const named = [...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
      assert.deepEqual(named.sort(), [...XmppCallElement.observedAttributes].sort());
    });
  }
});

describe('the table of packages', () => {
  it('has each package below those that it imports', () => {
    const table = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const homes = [...table.matchAll(/^\| `((?:packages|wasm)\/(?!\w+\/)[\w-]+)`/gm)].map(([, home = '']) => home);
    assert.ok(homes.length >= 10, homes.join());
    const above: string[] = [];
    for (const home of homes) {
      const manifest = JSON.parse(readFileSync(join(ROOT, home, 'package.json'), 'utf8')) as {
        readonly name: string;
        readonly dependencies?: Readonly<Record<string, string>>;
        readonly devDependencies?: Readonly<Record<string, string>>;
      };
      const imported = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
      for (const name of imported.filter((one) => one.startsWith('@xmpp-call/'))) {
        assert.ok(above.includes(name), `${manifest.name} stands above ${name}`);
      }
      above.push(manifest.name);
    }
  });
});

/** Markdown files in a directory. */
function markdown(directory: string): string[] {
  const place = join(ROOT, directory);
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && entry.name !== 'changelog.md')
    .map(({ name }) => `${directory}/${name}`);
}

function samplesOf(page: string): Sample[] {
  const source = readFileSync(join(ROOT, page), 'utf8');
  return [...source.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(({ index, 1: language = '', 2: text = '' }) => ({
    place: `${page}:${source.slice(0, index).split('\n').length}`,
    language,
    text,
  }));
}

function samples(language: string): Sample[] {
  return SAMPLES.filter((sample) => sample.language === language);
}

/** What the compiler says of samples, each a module, where names that a page has of its own are declared for all. */
function typeProblems(all: readonly Sample[]): string[] {
  // In the checkout, so that the packages are found.
  const directory = join(ROOT, '.run', 'tests', 'samples');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const places = new Map(
    all.map(({ place, text }, index) => {
      const file = join(directory, `sample-${index}.ts`);
      writeFileSync(file, `${text}\nexport {};\n`);
      return [file, place];
    }),
  );
  const program = ts.createProgram([...places.keys(), join(import.meta.dirname, 'sample-names.d.mts')], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'].map((name) => `lib.${name}.d.ts`),
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    customConditions: ['source'],
  });
  return ts.getPreEmitDiagnostics(program).flatMap(({ file, start, messageText }) => {
    const place = file && places.get(file.fileName);
    if (place === undefined || start === undefined) return [];
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    return [`${place}, line ${line + 1} of it: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`];
  });
}
