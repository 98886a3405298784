import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUuid } from './random-uuid.js';

it('makes version 4 UUIDs that differ', () => {
  const made = new Set(Array.from({ length: 200 }, randomUuid));
  assert.equal(made.size, 200);
  for (const uuid of made) assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
