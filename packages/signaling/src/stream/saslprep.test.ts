import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saslprep } from './saslprep.js';

test('the examples of RFC 4013 §3', () => {
  assert.equal(saslprep('I\u00ADX'), 'IX');
  assert.equal(saslprep('user'), 'user');
  assert.equal(saslprep('USER'), 'USER');
  assert.equal(saslprep('\u00AA'), 'a');
  assert.equal(saslprep('\u2168'), 'IX');
  assert.equal(saslprep('\u0007'), undefined);
  assert.equal(saslprep('\u0627\u0031'), undefined);
});

test('spaces become one kind, right-to-left text stays whole', () => {
  assert.equal(saslprep('a\u00A0b\u3000c'), 'a b c');
  assert.equal(saslprep('\u0627\u0031\u0628'), '\u0627\u0031\u0628');
  assert.equal(saslprep('\u0627a\u0628'), undefined);
  assert.equal(saslprep('pass\u202Eword'), undefined);
  assert.equal(saslprep('pässwörd €'), 'pässwörd €');
});
