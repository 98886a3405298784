import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { VERSION } from './version.js';

interface Manifest {
  readonly version: string;
  readonly sideEffects: readonly string[];
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const root = path.resolve(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;

/** The product's sources, by path. */
const sources = new Map(
  readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(?:test|testing)\.ts$/.test(name))
    .map((name) => [name, readFileSync(path.join(root, 'src', name), 'utf8')]),
);
const code = [...sources.values()].join('\n');
const documentation = sources.get('xmpp-call.ts') ?? '';

function documented(tag: string): string[] {
  return [...documentation.matchAll(new RegExp(`\\* @${tag} (?:\\{\\w+\\} )?\\[?([\\w-]+)`, 'g'))].map(
    (m) => m[1] ?? '',
  );
}

function used(pattern: RegExp): string[] {
  return [...new Set([...code.matchAll(pattern)].flatMap((match) => (match[1] ?? '').split(' ')))].sort();
}

test('every path of the package leads to a source, and to what is built from it', () => {
  for (const [name, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue;
    const source = target.source ?? '';
    assert.ok(existsSync(path.join(root, source)), `${name}: ${source}`);
    const built = source.replace('./src/', './dist/').replace(/(?:\.d)?\.ts$/, '');
    assert.equal(target.default, `${built}.js`, name);
    assert.equal(target.types, `${built}.d.ts`, name);
  }
});

test('the types for templates have the attributes and the events of the element, and no others', async () => {
  const { XmppCallElement } = await import('@xmpp-call/element');
  const types = sources.get(path.join('types', 'attributes.ts')) ?? '';
  const names = (name: string) =>
    [...(new RegExp(`interface ${name} \\{([^}]*)\\}`).exec(types)?.[1] ?? '').matchAll(/^ {2}'?([\w-]+)'?\??:/gm)]
      .map((match) => match[1])
      .sort();
  // Templates have `lang` for every element.
  const attributes = XmppCallElement.observedAttributes.filter((name) => name !== 'lang');
  assert.deepEqual(names('XmppCallAttributes'), attributes.sort());
  assert.deepEqual(names('XmppCallEvents'), documented('event').sort());
});

test('the version is that of the package', () => {
  assert.equal(VERSION, manifest.version);
});

test('modules can be imported on a server, and only one of them registers anything', async () => {
  const { XmppCallElement, defineXmppCall } = await import('@xmpp-call/element');
  assert.equal(XmppCallElement.version, VERSION);
  assert.equal(typeof defineXmppCall, 'function');
  await import('./panel/call-panel.js');
  await import('@xmpp-call/element/define.js');
  assert.deepEqual(
    [...sources].filter(([, text]) => text.includes('customElements.define(')).map(([name]) => name),
    ['register.ts'],
  );
  assert.deepEqual(manifest.sideEffects, ['./src/define.ts', './dist/define.js', './dist/cdn/*']);
});

test('every part that is rendered is documented, and no other', () => {
  const literal = used(/\bpart="([\w -]+)"/g);
  const passed = used(/\bpart: '([\w -]+)'/g);
  const composed = used(/\bpart="([\w-]+) [\w-]*\$\{/g);
  const chosen = used(/\? 'error' : '(summary)'/g);
  const parts = new Set([...literal, ...passed, ...composed, ...chosen, 'control']);
  assert.deepEqual([...parts].sort(), documented('csspart').sort());
});

test('every custom property that is read is documented, and no other', () => {
  assert.deepEqual(used(/var\((--xmpp-call-[\w-]+)/g), documented('cssproperty').sort());
});

test('every event is documented, and no other', () => {
  assert.deepEqual(used(/static readonly type = '([\w-]+)'/g), documented('event').sort());
});

test('every state is documented, and no other', () => {
  const own = used(/states\.set\('([\w-]+)'/g);
  const ofCalls = used(/(?<=CALL_STATES = \[[^\]]*)'(\w+)'/g);
  assert.deepEqual([...own, ...ofCalls].sort(), documented('cssstate').sort());
});

test('nothing is written that a strict Content-Security-Policy forbids', () => {
  for (const [name, text] of sources) {
    assert.doesNotMatch(text, /\sstyle=|innerHTML|unsafeHTML|unsafeSVG|insertAdjacentHTML|\beval\(|new Function/, name);
  }
});
