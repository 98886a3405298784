import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/setup.mjs';

/** A case at the beginning of a comment or of a title: `61: …`, `54, 74: …`. */
const CITATION = /(?:\/\/ |\/\*\* | \* |it\(['"`])(\d{1,2}(?:, \d{1,2})*): /g;

const page = readFileSync(join(ROOT, 'docs/interoperability.md'), 'utf8');
const cases = [...page.matchAll(/^\| +(\d+) \|/gm)].map(([, number]) => Number(number));

describe('the cases of interoperability', () => {
  it('are numbered without gaps', () => {
    assert.deepEqual(
      cases,
      cases.map((_, index) => index + 1),
    );
  });

  it('contain each that the code cites', () => {
    const directory = join(ROOT, 'packages');
    const cited = new Set<number>();
    for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || /node_modules|\bdist\b|\bgen\b/.test(file)) continue;
      for (const [, numbers = ''] of readFileSync(join(directory, file), 'utf8').matchAll(CITATION))
        for (const number of numbers.split(', ')) cited.add(Number(number));
    }
    assert.ok(cited.size > 20, String(cited.size));
    assert.deepEqual(
      [...cited].filter((number) => !cases.includes(number)),
      [],
    );
  });
});
