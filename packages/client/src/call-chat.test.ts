import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChatReceiptState } from '@xmpp-call/wire';
import type { ChatMessage, ChatReceipt, PeerComposing } from '@xmpp-call/wire';
import { CallChat } from './call-chat.js';

const { DELIVERED, FAILED, READ, UNSPECIFIED } = ChatReceiptState;

class Talk {
  changes = 0;
  readonly chat = new CallChat(() => this.changes++);

  hear(messageId: string, text: string, { corrected = false, outgoing = false } = {}): void {
    const value = { callId: '', messageId, text, corrected, outgoing, ageMs: 0 } as ChatMessage;
    this.chat.handle({ case: 'chatMessage', value });
  }

  receipt(messageId: string, state: ChatReceiptState): void {
    this.chat.handle({ case: 'chatReceipt', value: { callId: '', messageId, state } as ChatReceipt });
  }

  get states(): string[] {
    return this.chat.messages.map(({ state }) => state);
  }
}

describe('the texts of a call', () => {
  it('are sent, delivered and read, and a late receipt takes nothing back', () => {
    const talk = new Talk();
    talk.chat.add('1', 'one');
    talk.chat.add('2', 'two');
    talk.receipt('1', DELIVERED);
    assert.deepEqual(talk.states, ['delivered', 'sent']);
    talk.receipt('1', FAILED);
    assert.deepEqual(talk.states, ['delivered', 'sent']);
    talk.receipt('2', READ);
    talk.receipt('2', DELIVERED);
    talk.receipt('1', FAILED);
    talk.receipt('unknown', READ);
    talk.receipt('2', UNSPECIFIED);
    assert.deepEqual(talk.states, ['read', 'read']);
  });

  it('that came back stay so, though the next one is read, until a device has them', () => {
    const talk = new Talk();
    talk.chat.add('1', 'one');
    talk.chat.add('2', 'two');
    talk.receipt('1', FAILED);
    talk.receipt('2', READ);
    assert.deepEqual(talk.states, ['failed', 'read']);
    talk.receipt('1', DELIVERED);
    assert.deepEqual(talk.states, ['delivered', 'read']);
  });

  it('of the peer have no receipts', () => {
    const talk = new Talk();
    talk.hear('a', 'x');
    talk.receipt('a', READ);
    assert.deepEqual(talk.states, ['received']);
  });

  it('are 500 at most, the last ones', () => {
    const talk = new Talk();
    for (let n = 0; n < 1000; n++) talk.hear(String(n), String(n));
    assert.equal(talk.chat.messages.length, 500);
    assert.equal(talk.chat.messages.at(-1)?.text, '999');
    assert.equal(talk.changes, 1000);
  });

  it('are corrected in their place', () => {
    const talk = new Talk();
    talk.hear('a', 'frist');
    talk.hear('b', 'second');
    talk.hear('a', 'first', { corrected: true });
    assert.deepEqual(
      talk.chat.messages.map(({ text, corrected }) => [text, corrected]),
      [
        ['first', true],
        ['second', false],
      ],
    );
  });

  it('say what the peer is writing, and take nothing that is about other things', () => {
    const talk = new Talk();
    const value = { callId: '', composing: true, text: 'He' } as PeerComposing;
    assert.equal(talk.chat.handle({ case: 'peerComposing', value }), true);
    assert.deepEqual(talk.chat.typing, { composing: true, text: 'He' });
    assert.equal(talk.chat.handle({ case: undefined }), false);
    assert.equal(talk.changes, 1);
  });
});
