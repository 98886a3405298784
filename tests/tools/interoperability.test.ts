import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/setup.mjs';

/** A case in a comment or a title: `61: …`, `54, 74: …`, `case 40: …`, `cases 23, 24: …`. */
const CITATION =
  /(?:\/\/ |\/\*\* | \* |(?:it|describe|test)\(\s*['"`]|\band )(?:cases? )?(\d{1,2}(?:(?:, | and )\d{1,2})*): /g;

/** Quotes of titles. */
const QUOTES = ["'", '"', '`'];

const page = readFileSync(join(ROOT, 'docs/interoperability.md'), 'utf8');
const cases = [...page.matchAll(/^\| +(\d+) \|/gm)].map(([, number]) => Number(number));

describe('the cases of interoperability', () => {
  it('are numbered without gaps', () => {
    assert.deepEqual(
      cases,
      cases.map((_, index) => index + 1),
    );
  });

  it('name a test that exists, or say that there is none', () => {
    const rows = page.split('\n').filter((line) => /^\| +\d+ \|/.test(line));
    assert.equal(rows.length, cases.length);
    const missing = rows.filter((row) => {
      const [, title, path] = /\| \[([^\]]+)\]\(\.\.\/([^)]+)\) +\|$/.exec(row) ?? [];
      if (title === undefined || path === undefined) return !/\| not tested +\|$/.test(row);
      const file = join(ROOT, path);
      return (
        !existsSync(file) || !QUOTES.some((mark) => readFileSync(file, 'utf8').includes(`(${mark}${title}${mark},`))
      );
    });
    assert.deepEqual(missing, []);
  });

  it('contain each that the code cites', () => {
    const directory = join(ROOT, 'packages');
    const cited = new Set<number>();
    for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || /node_modules|\bdist\b|\bgen\b/.test(file)) continue;
      for (const [, numbers = ''] of readFileSync(join(directory, file), 'utf8').matchAll(CITATION))
        for (const number of numbers.split(/, | and /)) cited.add(Number(number));
    }
    assert.ok(cited.size > 60, String(cited.size));
    assert.deepEqual(
      [...cited].filter((number) => !cases.includes(number)),
      [],
    );
  });
});
