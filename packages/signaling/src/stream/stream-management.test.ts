import assert from 'node:assert/strict';
import { test } from 'node:test';
import { el } from '@xmpp-call/jingle';
import fc from 'fast-check';
import { NS_SM, StreamManagement } from './stream-management.js';

const a = (h: number | string) => el('a', { xmlns: NS_SM, h });
const started = (id = 'x'): StreamManagement => {
  const management = new StreamManagement();
  management.enable();
  management.enabled(el('enabled', { xmlns: NS_SM, id, resume: 'true' }));
  return management;
};

test('what is acknowledged is forgotten, what is not is sent again', () => {
  const management = started();
  for (const stanza of ['1', '2', '3', '4']) management.sent(stanza);
  assert.equal(management.acknowledge(a(2)), true);
  assert.equal(management.unacked.length, 2);
  assert.equal(management.acknowledge(el('resumed', { xmlns: NS_SM, h: 3 })), true);
  assert.deepEqual(management.unacked, ['4']);
});

test('a session that the server does not keep cannot be resumed', () => {
  const management = new StreamManagement();
  management.enable();
  management.enabled(el('enabled', { xmlns: NS_SM, id: 'x' }));
  assert.equal(management.resumable, false);
  assert.equal(management.counting, true);
});

test('thousands of waiting stanzas end the resumption, not the counting', () => {
  const management = started();
  management.received();
  management.sent('retract', true);
  let kept = 1;
  while (management.sent('x') && kept < 5_000) kept++;
  assert.equal(kept, 1_000);
  assert.equal(management.resumable, false);
  assert.deepEqual(management.unacked, ['retract'], 'the memory is given back');
  assert.equal(management.counting, true);
  management.received();
  assert.equal(management.answer().attrs.h, '2');
  for (let more = 0; more < 5_000; more++) assert.equal(management.sent('x'), true);
  assert.equal(management.acknowledge(a(6_001)), true);
  assert.equal(management.acknowledge(a(6_002)), false);
  assert.deepEqual(management.unacked, []);
});

test('the server is asked for its count by number of stanzas as well', () => {
  const management = started();
  for (let sent = 1; sent < 100; sent++) management.sent('x');
  assert.equal(management.wantsToAsk, false);
  management.sent('x');
  assert.equal(management.wantsToAsk, true);
  management.ask();
  assert.equal(management.wantsToAsk, false);
});

test('counters wrap at 2^32', () => {
  const management = started();
  management.sent('1');
  assert.equal(management.acknowledge(a(1)), true);
  for (const h of [2 ** 32, 2 ** 32 - 1, 0, -1, 1.5, 'NaN', ''])
    assert.equal(management.acknowledge(a(h)), false, String(h));
  assert.equal(management.acknowledge(a(1)), true);
});

test('whatever counts come, nothing unsent is acknowledged and nothing throws', () => {
  const step = fc.oneof(fc.constant('send'), fc.nat(20), fc.integer(), fc.string());
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const management = started();
      let sent = 0;
      let acknowledged = 0;
      for (const next of steps) {
        if (next === 'send') {
          management.sent(String(sent++));
        } else if (management.acknowledge(a(next))) {
          acknowledged = Number(next);
        }
        assert.ok(acknowledged <= sent);
        assert.equal(management.unacked.length, sent - acknowledged);
      }
    }),
  );
});
