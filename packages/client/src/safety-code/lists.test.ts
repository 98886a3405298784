import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EMOJI } from './emoji.js';
import { fingerprintsOf } from './fingerprints.js';
import { WORDS } from './words.js';

/** Letters to change, add or leave out (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(one).entries()) {
    const next = [i + 1];
    for (const [j, letterThere] of Array.from(other).entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === letterThere ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

describe('the words', () => {
  it('are 256 of 3 to 7 letters, told apart by their first three', () => {
    assert.equal(WORDS.length, 256);
    for (const word of WORDS) assert.match(word, /^[a-z]{3,7}$/);
    assert.equal(new Set(WORDS.map((word) => word.slice(0, 3))).size, 256);
  });

  it('differ in two letters at least', () => {
    for (const [index, one] of WORDS.entries())
      for (const other of WORDS.slice(index + 1)) assert.ok(distance(one, other) >= 2, `${one} ${other}`);
  });
});

describe('the emoji', () => {
  it('are 64, each with a name in English and German', () => {
    assert.equal(EMOJI.length, 64);
    for (const { emoji, names } of EMOJI) {
      assert.match(emoji, /^\p{Emoji}\u{FE0F}?$/u);
      assert.match(names.en, /^[a-z]+$/);
      assert.match(names.de, /^\p{Lu}\p{Ll}+$/u);
    }
    for (const list of [
      EMOJI.map(({ emoji }) => emoji),
      EMOJI.map(({ names }) => names.en),
      EMOJI.map(({ names }) => names.de),
    ])
      assert.equal(new Set(list).size, 64);
  });
});

describe('fingerprintsOf', () => {
  it('is the same for one description, however it is written and however often a fingerprint is in it', () => {
    const one = 'v=0\r\na=fingerprint:sha-256 AB:CD\r\nm=audio 9 X 0\r\n';
    const other = 'v=0\nm=audio 9 X 0\na=fingerprint:SHA-256 ab:cd\nm=video 9 X 0\na=fingerprint:sha-256 AB:CD\n';
    assert.equal(fingerprintsOf(one), 'sha-256 AB:CD');
    assert.equal(fingerprintsOf(other), fingerprintsOf(one));
  });

  it('has every fingerprint, in one order', () => {
    const lines = ['a=fingerprint:sha-512 01:02', 'a=fingerprint:sha-256 AB:CD'];
    assert.equal(fingerprintsOf(lines.join('\r\n')), 'sha-256 AB:CD,sha-512 01:02');
    assert.equal(fingerprintsOf([...lines].reverse().join('\r\n')), fingerprintsOf(lines.join('\r\n')));
    assert.equal(fingerprintsOf(''), '');
  });
});
