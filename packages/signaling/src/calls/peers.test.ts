import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { el } from '@xmpp-call/jingle';
import { BoundedMap } from './bounded-map.js';
import { PresenceBook } from './peers.js';
import { OWN, OWN_BARE, PEER, SID, Scenario } from './scenario.testing.js';

const OTHER_DEVICE = `${OWN_BARE}/phone`;

describe('presence of strangers', () => {
  it('does not push out our own devices: a second caller is left to them', async () => {
    const scenario = new Scenario();
    await scenario.presence(OWN);
    await scenario.presence(OTHER_DEVICE);
    await scenario.ringAndTalk();
    scenario.sent();
    for (let index = 0; index < 2_000; index++) {
      scenario.stream.deliverPresence(el('presence', { from: `x${String(index)}@example.com/x` }));
    }
    await scenario.message({ kind: 'propose', id: 'second', media: ['audio'] }, 'carol@example.com/x');
    assert.deepEqual(scenario.sent(), []);
  });

  it('does not push out the peer of a call', async () => {
    const scenario = new Scenario();
    await scenario.presence(PEER);
    await scenario.ringAndTalk();
    for (let index = 0; index < 2_000; index++) {
      scenario.stream.deliverPresence(el('presence', { from: `x${String(index)}@example.com/x` }));
    }
    await scenario.turn();
    assert.equal(await scenario.calls.availability('bob@example.net'), 'available');
    assert.equal(scenario.last(SID), 'active');
  });

  it('is kept up to a limit', () => {
    const book = new PresenceBook(() => false);
    for (let index = 0; index < 100; index++) book.note(el('presence', { from: `x@example.com/${String(index)}` }));
    for (let index = 0; index < 10; index++) {
      book.note(el('presence', { from: `x@example.com/${String(index)}`, type: 'unavailable' }));
    }
    assert.equal(book.hasDevice('x@example.com'), false);
  });
});

describe('a bounded map', () => {
  it('forgets the oldest entry, and never one that it keeps', () => {
    const map = new BoundedMap<string, number>(3, (key) => key === 'own');
    for (const [index, key] of ['own', 'a', 'b', 'c', 'd'].entries()) map.set(key, index);
    assert.deepEqual([...map.keys()], ['own', 'c', 'd']);
  });
});
