import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS, attribute, el } from '@xmpp-call/jingle';
import { OWN, OWN_BARE, PEER_BARE, SID } from '../scenario.testing.js';
import { MESSAGES, SIGNS } from './chat-limits.js';
import { LETTERS, Talk, body, receiptRequest, state } from './talk.testing.js';

const EVE = 'eve@example.net/phone';
const rtt = (attributes: Record<string, string>, ...actions: ReturnType<typeof el>[]) =>
  el('rtt', { xmlns: NS.realTimeText, ...attributes }, actions);

describe('texts against a call', () => {
  it('after its end reach nobody, and are not acknowledged', async () => {
    const talk = await Talk.begin();
    talk.scenario.calls.hangUp(SID, false);
    await talk.scenario.turn();
    talk.sent();
    await talk.hears([body('too late'), receiptRequest], { id: 'a' });
    assert.deepEqual(talk.texts, []);
    assert.deepEqual(talk.sent(), []);
    talk.scenario.assertClean();
  });

  it('by a stranger change nothing, however many, and leave the peer its share', async () => {
    const talk = await Talk.begin(LETTERS);
    const before = talk.scenario.events.length;
    for (let n = 0; n < 1000; n++) {
      const id = `s${String(n)}`;
      await talk.hears([body('x'), receiptRequest, state('composing')], { from: EVE, id });
      await talk.hears([rtt({ seq: '0', event: 'new' }, el('t', {}, ['x']))], { from: EVE });
    }
    assert.equal(talk.scenario.events.length, before);
    assert.deepEqual(talk.sent(), []);
    await talk.hears([body('of the peer')], { id: 'a' });
    assert.deepEqual(talk.texts, ['of the peer']);
  });

  it('by the peer, a thousand at once, are 20; its letters and states are bounded too', async () => {
    const talk = await Talk.begin(LETTERS);
    for (let n = 0; n < 1000; n++) await talk.hears([body(String(n)), receiptRequest], { id: `f${String(n)}` });
    assert.equal(talk.texts.length, MESSAGES.burst);
    assert.equal(talk.sent().length, MESSAGES.burst);
    for (let n = 0; n < 1000; n++) await talk.hears([state(n % 2 === 0 ? 'composing' : 'paused')]);
    assert.ok(talk.told('peerComposing').length <= SIGNS.burst);
    assert.equal(talk.scenario.last(), 'active');
  });

  it('of a megabyte are cut', async () => {
    const talk = await Talk.begin();
    await talk.hears([body('x'.repeat(1_000_000))], { id: 'a'.repeat(100_000) });
    assert.deepEqual(
      talk.texts.map(({ length }) => length),
      [10_000],
    );
  });

  it('in copies that somebody else made up are not taken for ours or the peer’s', async () => {
    const talk = await Talk.begin();
    const copy = { carbon: 'sent' } as const;
    await talk.hears([body('x')], { from: EVE, to: PEER_BARE, id: 'a' }, copy);
    await talk.hears([body('x')], { from: PEER_BARE, to: OWN_BARE, id: 'b' }, copy);
    await talk.hears([body('x')], { from: EVE, to: OWN, id: 'c' }, { carbon: 'received' });
    await talk.hears([body('x')], { from: `${OWN_BARE}/phone`, to: EVE, id: 'd' }, copy);
    assert.deepEqual(talk.texts, []);
  });

  it('do not correct what somebody else wrote, before or after', async () => {
    const talk = await Talk.begin();
    const replace = (id: string) => el('replace', { xmlns: NS.correction, id });
    await talk.hears([body('of the peer')], { id: 'a' });
    await talk.hears([body('forged'), replace('a')], { from: EVE, id: 'b' });
    await talk.hears(
      [body('mine'), replace('a')],
      { from: `${OWN_BARE}/phone`, to: PEER_BARE, id: 'c' },
      { carbon: 'sent' },
    );
    await talk.hears([body('of nothing'), replace('zzz')], { id: 'd' });
    assert.deepEqual(talk.texts, ['of the peer', '> mine', 'of nothing']);
  });

  it('letter by letter stay within their bounds', async () => {
    const talk = await Talk.begin(LETTERS);
    const begin = { seq: '0', event: 'new' };
    await talk.hears([
      rtt(begin, el('t', { p: '4000000000' }, ['ab']), el('e', { n: '-1' }), el('e', { p: '1', n: '99999' })),
    ]);
    assert.equal(talk.told('peerComposing').at(-1)?.text, 'b');
    await talk.hears([rtt({ seq: '1' }, el('t', {}, ['c'.repeat(1_000_000)]))]);
    assert.equal(talk.told('peerComposing').at(-1)?.text.length, 10_000);
    await talk.hears([rtt({ seq: '99999999999' }, el('t', {}, ['x']))]);
    await talk.hears([rtt({ seq: '2' }, ...Array.from({ length: 100_000 }, () => el('e')))]);
    assert.equal(talk.scenario.last(), 'active');
    assert.deepEqual(
      talk.sent().map((one) => attribute(one, 'to')),
      [],
    );
  });
});
