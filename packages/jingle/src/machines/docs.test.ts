import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { PAGE, formattedPage } from './docs.testing.js';

it('docs/state-machines.md shows the tables as they are', async () => {
  assert.equal(
    readFileSync(PAGE, 'utf8'),
    await formattedPage(),
    'stale: run `npx tsx packages/jingle/src/machines/write-docs.testing.ts`',
  );
});
