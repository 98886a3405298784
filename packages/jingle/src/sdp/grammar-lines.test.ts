import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { it } from 'node:test';
import * as fixtures from './fixtures.testing.js';
import { parseSdp } from './from-sdp.js';

interface Rule {
  readonly name?: string;
  readonly push?: string;
}

const require = createRequire(import.meta.url);
const grammar = require('sdp-transform/lib/grammar.js') as Record<string, Rule[]>;
const kept = JSON.parse(readFileSync(new URL('grammar-lines.json', import.meta.url), 'utf8')) as string[];

it('reads the same from a description with the part of the grammar that is shipped as with all of it', () => {
  const read = () =>
    Object.values(fixtures)
      .filter((fixture) => typeof fixture === 'string')
      .map((sdp) => [parseSdp(sdp, 'initiator'), parseSdp(sdp, 'responder')]);
  const whole = read();
  assert.ok(whole.length >= 4);
  const { m, ...rest } = grammar;
  try {
    for (const type of Object.keys(rest)) {
      grammar[type] = (rest[type] ?? []).filter(({ name, push }) => kept.includes(name ?? push ?? ''));
    }
    assert.deepEqual(read(), whole);
  } finally {
    Object.assign(grammar, rest, { m });
  }
});

it('lists nothing that the grammar does not have', () => {
  const names = Object.values(grammar).flatMap((rules) => rules.map(({ name, push }) => name ?? push));
  for (const name of kept) assert.ok(names.includes(name), name);
});
