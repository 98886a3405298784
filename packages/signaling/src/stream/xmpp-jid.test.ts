import assert from 'node:assert/strict';
import { test } from 'node:test';
import jid from './xmpp-jid.js';

test('an address is read, nonsense is refused', () => {
  assert.deepEqual(jid('Desk@example.org/Phone'), { local: 'desk', domain: 'example.org', resource: 'Phone' });
  assert.throws(() => jid('@@'), TypeError);
});
