import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS, attribute, childOf, el, elementsOf } from '@xmpp-call/jingle';
import { bodyOf, buildRtt, parseRtt, rttBetween } from '@xmpp-call/jingle/chat.js';
import type { Element } from '@xmpp-call/jingle';
import { CommandError } from '../command-error.js';
import { OWN_BARE, PEER, PEER_BARE, SID, Scenario } from '../scenario.testing.js';
import { MESSAGES } from './chat-limits.js';
import { CHAT, LETTERS, Talk, body, receiptRequest, state } from './talk.testing.js';

const TABLET = 'bob@example.net/tablet';

const names = (stanza: Element) => elementsOf(stanza).map(({ name }) => name);

describe('texts of ours', () => {
  it('go to the device of the call with all that clients ask for, and again after a stream that was lost', async () => {
    const talk = await Talk.begin();
    talk.scenario.calls.sendMessage(SID, 'm1', 'Hello\nBob');
    await talk.scenario.turn();
    const [stanza, ...others] = talk.sent();
    assert.ok(stanza);
    assert.deepEqual(others, []);
    assert.equal(attribute(stanza, 'to'), PEER);
    assert.equal(attribute(stanza, 'type'), 'chat');
    assert.equal(attribute(stanza, 'id'), 'm1');
    assert.deepEqual(names(stanza), ['body', 'active', 'request', 'markable', 'origin-id']);
    assert.equal(childOf(stanza, 'body', '')?.getText(), 'Hello\nBob');
    assert.ok(talk.scenario.stream.repeated.has(stanza));
  });

  it('are delivered, read, or failed, as the peer and its server say', async () => {
    const talk = await Talk.begin();
    for (const id of ['m1', 'm2', 'm3']) talk.scenario.calls.sendMessage(SID, id, id);
    await talk.scenario.turn();
    await talk.hears([el('received', { xmlns: NS.receipts, id: 'm1' })], { from: TABLET });
    await talk.hears([el('displayed', { xmlns: NS.chatMarkers, id: 'm1' })]);
    await talk.scenario.bounce('m2', 'service-unavailable');
    await talk.hears([el('received', { xmlns: NS.receipts, id: 'unknown' })]);
    await talk.hears([el('received', { xmlns: NS.receipts, id: 'm3' })], { from: 'eve@example.net/x' });
    await talk.scenario.bounce('m3', 'service-unavailable', 'eve@example.net');
    assert.deepEqual(
      talk.told('chatReceipt').map(({ messageId, state: one }) => `${messageId} ${one}`),
      ['m1 delivered', 'm1 read', 'm2 failed'],
    );
  });

  it('need a call that was answered, a text, and settings that want them', async () => {
    const scenario = new Scenario(CHAT);
    await scenario.ring();
    const send = (on: Scenario, text = 'x') => {
      on.calls.sendMessage(SID, 'm', text);
    };
    assert.throws(() => send(scenario), CommandError);
    const talk = await Talk.begin();
    assert.throws(() => send(talk.scenario, ' '), CommandError);
    assert.throws(() => send(talk.scenario, 'x'.repeat(20_001)), CommandError);
    const silent = new Scenario();
    await silent.callAndTalk();
    assert.throws(() => send(silent), CommandError);
  });

  it('from another device of the account are shown, those to others are not', async () => {
    const talk = await Talk.begin();
    const from = `${OWN_BARE}/phone`;
    await talk.hears([body('from the phone')], { from, to: PEER_BARE, id: 'a' }, { carbon: 'sent' });
    await talk.hears([body('to somebody else')], { from, to: 'eve@example.net', id: 'b' }, { carbon: 'sent' });
    await talk.hears([body('to myself')], { from, to: OWN_BARE, id: 'c' });
    assert.deepEqual(talk.texts, ['> from the phone']);
    assert.deepEqual(talk.sent(), []);
  });
});

describe('that somebody writes', () => {
  it('is said once, with a pause, and taken back', async () => {
    const talk = await Talk.begin();
    const { calls } = talk.scenario;
    calls.setComposing(SID, true);
    calls.setComposing(SID, true);
    await talk.scenario.pass(4_999);
    calls.setComposing(SID, true);
    await talk.scenario.pass(5_000);
    calls.setComposing(SID, false);
    calls.setComposing(SID, false);
    await talk.scenario.turn();
    const sent = talk.sent();
    assert.deepEqual(sent.map(names), [
      ['composing', 'no-store'],
      ['paused', 'no-store'],
      ['active', 'no-store'],
    ]);
  });

  it('ends with the text, and nothing follows after it or after the call', async () => {
    const talk = await Talk.begin();
    talk.scenario.calls.setComposing(SID, true);
    talk.scenario.calls.sendMessage(SID, 'm', 'done');
    await talk.scenario.pass(10_000);
    assert.deepEqual(
      talk.sent().map((one) => names(one)[0]),
      ['composing', 'body'],
    );
    talk.scenario.calls.setComposing(SID, true);
    await talk.scenario.turn();
    talk.scenario.calls.hangUp(SID, false);
    await talk.scenario.turn();
    talk.scenario.assertClean();
  });

  it('of the peer is told as it changes, and forgotten where nothing follows', async () => {
    const talk = await Talk.begin();
    const composing = () => talk.told('peerComposing').map((one) => one.composing);
    await talk.hears([state('active')]);
    await talk.hears([state('composing')]);
    await talk.hears([state('composing')]);
    await talk.hears([state('paused')]);
    await talk.hears([state('composing')]);
    await talk.hears([body('text'), state('active')]);
    assert.deepEqual(composing(), [true, false, true, false]);
    await talk.hears([state('composing')]);
    await talk.scenario.pass(30_000);
    assert.deepEqual(composing().slice(4), [true, false]);
  });
});

describe('texts of the peer', () => {
  it('come from any device of its account, and are acknowledged where they were sent from', async () => {
    const talk = await Talk.begin();
    await talk.hears([body('one'), receiptRequest], { id: 'a' });
    await talk.hears([body('two'), receiptRequest], { id: 'b', from: TABLET });
    assert.deepEqual(talk.texts, ['one', 'two']);
    const receipts = talk.sent().map((one) => [attribute(one, 'to'), childOf(one, 'received', NS.receipts)?.attrs.id]);
    assert.deepEqual(receipts, [
      [PEER, 'a'],
      [TABLET, 'b'],
    ]);
  });

  it('of others, of other types and before the answer do not reach the page', async () => {
    const talk = await Talk.begin();
    await talk.hears([body('x')], { from: 'eve@example.net/phone' });
    await talk.hears([body('x')], { from: 'bob@example.net.evil/phone' });
    await talk.hears([body('x')], { type: 'groupchat' });
    await talk.hears([body('x')], { type: 'headline' });
    await talk.hears([body('x')], {}, { carbon: 'sent' });
    assert.deepEqual(talk.texts, []);
    const ringing = new Scenario(CHAT);
    await ringing.ring();
    const message = el('message', { xmlns: NS.client, type: 'chat', from: PEER, id: 'r' }, [body('x'), receiptRequest]);
    ringing.stream.deliverMessage(message);
    await ringing.turn();
    assert.equal(ringing.count('chatMessage'), 0);
    assert.equal(childOf(ringing.stream.sent.at(-1) ?? message, 'received', NS.receipts), undefined);
    const silent = new Scenario();
    await silent.callAndTalk();
    silent.stream.deliverMessage(message);
    await silent.turn();
    assert.equal(silent.count('chatMessage'), 0);
  });

  it('come once, though a carbon or an archive brings them again', async () => {
    const talk = await Talk.begin();
    const archived = el('stanza-id', { xmlns: NS.stanzaIds, by: OWN_BARE, id: 's' });
    await talk.hears([body('one'), el('origin-id', { xmlns: NS.stanzaIds, id: 'o' }), archived], { id: 'a' });
    await talk.hears([body('one')], { id: 'a', to: `${OWN_BARE}/other` }, { carbon: 'received' });
    await talk.hears([body('one'), el('origin-id', { xmlns: NS.stanzaIds, id: 'o' })], { id: 'other' });
    await talk.hears([body('one'), archived], { id: 'third' });
    assert.deepEqual(talk.texts, ['one']);
  });

  it('have the age of their stamp, and those from before the call are not shown', async () => {
    const talk = await Talk.begin();
    await talk.scenario.pass(20_000);
    const now = talk.scenario.environment.now();
    await talk.hears([body('late')], { id: 'a' }, { delayedSince: now - 5_000 });
    await talk.hears([body('old')], { id: 'b' }, { delayedSince: now - 3_600_000 });
    await talk.hears([body('ahead')], { id: 'c' }, { delayedSince: now + 9_000 });
    assert.deepEqual(
      talk.told('chatMessage').map(({ text, ageMs }) => [text, ageMs]),
      [
        ['late', 5_000],
        ['ahead', 0],
      ],
    );
  });

  it('are corrected under the id of the first one; what corrects nothing of theirs is a text of its own', async () => {
    const talk = await Talk.begin();
    const replace = (id: string) => el('replace', { xmlns: NS.correction, id });
    talk.scenario.calls.sendMessage(SID, 'mine', 'mine');
    await talk.hears([body('frist')], { id: 'a' });
    await talk.hears([body('first'), replace('a')], { id: 'b' });
    await talk.hears([body('First'), replace('a')], { id: 'c' });
    await talk.hears([body('forged'), replace('mine')], { id: 'd' });
    assert.deepEqual(talk.texts, ['frist', '~first', '~First', 'forged']);
    const ids = talk.told('chatMessage').map(({ messageId }) => messageId);
    assert.equal(new Set(ids.slice(0, 3)).size, 1);
    assert.equal(ids.includes('mine'), false);
  });

  it('that are too many are left out, and not acknowledged', async () => {
    const talk = await Talk.begin();
    for (let n = 0; n < 100; n++) await talk.hears([body('x'), receiptRequest], { id: `f${String(n)}` });
    assert.equal(talk.texts.length, MESSAGES.burst);
    assert.equal(talk.sent().length, MESSAGES.burst);
    await talk.scenario.pass(MESSAGES.everyMs);
    await talk.hears([body('later')], { id: 'g' });
    assert.equal(talk.texts.at(-1), 'later');
  });

  it('of any form end no call', async () => {
    const talk = await Talk.begin(LETTERS);
    const odd = [
      [body('')],
      [el('body', {}, [el('x')])],
      [el('received', { xmlns: NS.receipts })],
      [el('replace', { xmlns: NS.correction }), body('x')],
      [el('rtt', { xmlns: NS.realTimeText, seq: 'x' }), state('toString')],
      Array.from({ length: 500 }, (_, n) => el('stanza-id', { xmlns: NS.stanzaIds, by: OWN_BARE, id: n })),
    ];
    for (const children of odd) await talk.hears(children);
    await talk.hears([body('a'.repeat(50_000))]);
    assert.deepEqual(
      talk.texts.map(({ length }) => length),
      [1, 10_000],
    );
    assert.equal(talk.scenario.last(), 'active');
  });
});

describe('real-time text', () => {
  const rtt = (seq: number, from: string, to: string, event: 'new' | 'edit' = 'edit') =>
    buildRtt({ seq, event, actions: rttBetween(from, to) });

  it('of the peer is shown letter by letter where it is wanted, until its text comes', async () => {
    const talk = await Talk.begin(LETTERS);
    await talk.hears([rtt(0, '', 'Hel', 'new'), state('composing')]);
    await talk.hears([rtt(1, 'Hel', 'Help')]);
    await talk.hears([body('Help!')], { id: 'a' });
    assert.deepEqual(
      talk.told('peerComposing').map(({ text }) => text),
      ['Hel', 'Help', ''],
    );
    const without = await Talk.begin(CHAT);
    await without.hears([rtt(0, '', 'Hel', 'new')]);
    assert.deepEqual(without.told('peerComposing'), []);
  });

  it('of ours goes to a peer that shows it, at most every 0.7 s', async () => {
    const { scenario } = await Talk.begin(LETTERS, [NS.realTimeText]);
    const elements = () => scenario.stream.sent.map(parseRtt).filter((one) => one !== undefined);
    scenario.calls.setComposing(SID, true, 'H');
    scenario.calls.setComposing(SID, true, 'Hi');
    await scenario.pass(700);
    scenario.calls.setComposing(SID, true, 'Ho');
    await scenario.pass(700);
    scenario.calls.sendMessage(SID, 'm', 'Ho');
    await scenario.pass(700);
    scenario.calls.setComposing(SID, true, 'x');
    await scenario.pass(700);
    assert.deepEqual(
      elements().map(({ seq, event, actions }) => [seq, event, actions.length]),
      [
        [0, 'new', 1],
        [1, 'edit', 2],
        [2, 'new', 1],
      ],
    );
    assert.equal(
      scenario.stream.sent.some((one) => bodyOf(one) !== undefined && parseRtt(one)),
      false,
    );
  });

  it('does not go to a peer that does not show it', async () => {
    const talk = await Talk.begin(LETTERS);
    talk.scenario.calls.setComposing(SID, true, 'secret');
    await talk.scenario.pass(2_000);
    assert.deepEqual(talk.sent().map(names), [['composing', 'no-store']]);
  });
});
