import assert from 'node:assert/strict';
import { test } from 'node:test';
import de from './de.js';
import en from './en.js';
import { LANGUAGES, languageFor } from './index.js';
import { fallbackLocale, loadLocale } from './load.js';
import { withOverride } from './strings.js';

/** All texts of a table with their paths, functions called with their parameters' places. */
function texts(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[path, (value as (...names: string[]) => string)('‹1›', '‹2›')]];
  assert.ok(typeof value === 'object' && value !== null, path);
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
}

const english = new Map(texts(en.strings, ''));

const locales = await Promise.all([...LANGUAGES.values()].map(async ({ load }) => (await load?.())?.default ?? en));

for (const locale of locales) {
  test(`${locale.code} has every text`, () => {
    const own = new Map(texts(locale.strings, ''));
    assert.deepEqual([...own.keys()].sort(), [...english.keys()].sort());
    for (const [path, text] of own) assert.ok(text.trim().length > 1, path);
  });

  test(`${locale.code} uses what its texts are given`, () => {
    for (const [path, text] of texts(locale.strings, '')) {
      const places = (from: string): string[] => (from.match(/‹\d›/g) ?? []).sort();
      assert.deepEqual(places(text), places(english.get(path) ?? ''), path);
    }
  });

  test(`${locale.code} has no words that only builders of networks know`, () => {
    for (const [path, text] of texts(locale.strings.errors, '')) {
      assert.doesNotMatch(text, /\b(?:TURN|STUN|ICE|DTLS|SRTP|SDP|WebRTC|XMPP|JID|codec|undefined|null)\b/, path);
    }
  });

  test(`${locale.code} has a label for the launcher`, () => {
    assert.ok(languageFor(`${locale.code}-XX`).launcher.call.length > 1);
  });
}

test('a language is found with and without its region, which its formats keep', async () => {
  assert.equal((await loadLocale('de')).strings, de.strings);
  const swiss = await loadLocale('de-ch');
  assert.equal(swiss.strings, de.strings);
  assert.equal(swiss.code, 'de-CH');
  assert.equal((await loadLocale('en-GB')).code, 'en-GB');
});

test('an unknown or malformed language gives English', async () => {
  for (const language of ['tlh', '', 'not a tag', 'de_DE_', '-', '__proto__', 'constructor']) {
    assert.equal((await loadLocale(language)).code, fallbackLocale.code, language);
    assert.equal(languageFor(language), languageFor('en'), language);
  }
});

test('own words of a wrong kind stay the locale’s, and the console is told once of each', (t) => {
  const warn = t.mock.method(console, 'warn', () => undefined);
  for (const none of [null, 5, 'words', true, () => 'words', Symbol('words')]) {
    assert.deepEqual(withOverride(en.strings, none), en.strings);
  }
  const { strings } = en;
  const broken = {
    mute: () => 'Mute',
    camera: null,
    hangUp: 7,
    remoteMuted: 'muted',
    remoteCameraOff: () => 12,
    lasted: () => {
      throw new Error('no words');
    },
    states: null,
    errors: { busy: null, declined: { title: ['no'], advice: 'Later.' } },
    get close(): string {
      throw new Error('no words');
    },
  };
  for (let i = 0; i < 3; i++) {
    const merged = withOverride(strings, broken);
    for (const key of ['mute', 'camera', 'hangUp', 'close', 'remoteMuted'] as const)
      assert.equal(merged[key], strings[key]);
    assert.deepEqual(merged.states, strings.states);
    assert.deepEqual(merged.errors.busy, strings.errors.busy);
    assert.deepEqual(merged.errors.declined, { title: strings.errors.declined.title, advice: 'Later.' });
    assert.equal(merged.remoteCameraOff('Anna'), strings.remoteCameraOff('Anna'));
    assert.equal(merged.lasted('1 second'), strings.lasted('1 second'));
  }
  const told = warn.mock.calls.map(({ arguments: [text] }) => String(text));
  assert.deepEqual(told, [...new Set(told)]);
  assert.ok(told.some((text) => text.includes('strings.errors.busy')));
  assert.ok(told.every((text) => text.startsWith('<xmpp-call> strings')));
});

test('a proxy of words that are never there does no harm', () => {
  const words = new Proxy({}, { get: () => undefined, ownKeys: () => ['mute'] });
  assert.deepEqual(withOverride(en.strings, words), en.strings);
});

test('own words go over the locale, one by one', () => {
  const strings = withOverride(en.strings, {
    mute: 'Shh',
    errors: { busy: { title: 'Engaged', advice: 'Wait.' } },
  });
  assert.equal(strings.mute, 'Shh');
  assert.equal(strings.camera, en.strings.camera);
  assert.equal(strings.errors.busy.title, 'Engaged');
  assert.equal(strings.errors.declined, en.strings.errors.declined);
  assert.equal(withOverride(en.strings, undefined), en.strings);
});
