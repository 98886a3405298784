import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, buildBody, cutText, MAX_BODY } from './message-body.js';
import { NS } from './namespaces.js';
import { buildChatState, CHAT_STATES, chatStateOf } from './xep-0085-chat-states.js';
import { buildReceiptRequest, receiptRequested } from './xep-0184-receipts.js';
import { correctedId } from './xep-0308-correction.js';
import { buildMarkable, displayedId } from './xep-0333-markers.js';
import { buildHint } from './xep-0334-hints.js';
import { buildOriginId, originIdOf, stanzaIdOf } from './xep-0359-ids.js';
import { el, type Element } from './xml.js';
import { transmitted, xml } from './xml.testing.js';

const message = (...children: Element[]) => el('message', { xmlns: NS.client, id: 'm' }, children);

describe('the text of a message', () => {
  it('is read as it was written, with line ends in one form', () => {
    const text = ' a <b>&amp;</b>\nשלום 👩‍🚀 ';
    assert.equal(bodyOf(transmitted(message(buildBody(text)))), text);
    assert.equal(bodyOf(message(el('body', {}, ['a\r\nb\rc']))), 'a\nb\nc');
  });

  it('is cut between code points', () => {
    const long = '👍'.repeat(MAX_BODY + 5);
    const read = bodyOf(message(el('body', {}, [long])));
    assert.equal(Array.from(read ?? '').length, MAX_BODY);
    assert.ok(read?.endsWith('👍'));
    assert.equal(cutText('a👍b', 2), 'a👍');
  });

  it('is none where there is nothing to read, or where it is of another namespace', () => {
    assert.equal(bodyOf(message()), undefined);
    assert.equal(bodyOf(message(el('body', {}, ['  \n']))), undefined);
    assert.equal(bodyOf(message(el('body', { xmlns: 'http://www.w3.org/1999/xhtml' }, ['x']))), undefined);
  });
});

describe('what comes with a text', () => {
  it('chat states are read as they are built; others are none', () => {
    for (const state of CHAT_STATES) assert.equal(chatStateOf(transmitted(message(buildChatState(state)))), state);
    assert.equal(chatStateOf(message(el('constructor', { xmlns: NS.chatStates }))), undefined);
    assert.equal(chatStateOf(message(el('composing', { xmlns: 'other' }))), undefined);
  });

  it('a receipt and a marker are asked for', () => {
    assert.equal(receiptRequested(message(buildReceiptRequest())), 'm');
    assert.match(message(buildMarkable(), buildHint('no-store')).toString(), /markable.*no-store/);
  });

  it('only the marker "displayed" counts, with an id', () => {
    const marker = (name: string, id?: string) => displayedId(message(el(name, { xmlns: NS.chatMarkers, id })));
    assert.equal(marker('displayed', 'a'), 'a');
    assert.equal(marker('received', 'a'), undefined);
    assert.equal(marker('displayed'), undefined);
    assert.equal(marker('displayed', 'x'.repeat(257)), undefined);
  });

  it('a correction names its message', () => {
    assert.equal(correctedId(message(el('replace', { xmlns: NS.correction, id: 'a' }))), 'a');
    assert.equal(correctedId(message(el('replace', { xmlns: NS.correction }))), undefined);
  });

  it('an id of the sender, and that of one archive among others', () => {
    assert.equal(originIdOf(transmitted(message(buildOriginId('o')))), 'o');
    const two = xml(`<message xmlns="jabber:client"><stanza-id xmlns="${NS.stanzaIds}" by="evil@x" id="1"/>
      <stanza-id xmlns="${NS.stanzaIds}" by="Me@example.org" id="2"/></message>`);
    assert.equal(stanzaIdOf(two, 'me@example.org'), '2');
    assert.equal(stanzaIdOf(two, 'other@example.org'), undefined);
  });
});
