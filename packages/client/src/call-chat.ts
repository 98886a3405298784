import { ChatReceiptState } from '@xmpp-call/wire';
import type { ChatMessage as WireMessage, ChatReceipt, Event as WireEvent } from '@xmpp-call/wire';
import type { ChatMessage, PeerTyping } from './api.js';

/** Texts of one call that are kept; older ones go. */
const MAX_MESSAGES = 500;

const STATES: Partial<Record<ChatReceiptState, ChatMessage['state']>> = {
  [ChatReceiptState.DELIVERED]: 'delivered',
  [ChatReceiptState.READ]: 'read',
  [ChatReceiptState.FAILED]: 'failed',
};

/** A receipt that comes late takes nothing back: one device has failed, another one has the text. */
const ORDER: readonly ChatMessage['state'][] = ['sent', 'failed', 'delivered', 'read'];

/** The texts of a call, as the page knows them. */
export class CallChat {
  messages: readonly ChatMessage[] = [];
  typing: PeerTyping = { composing: false, text: '' };
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** A text of ours that is being sent. */
  add(id: string, text: string): ChatMessage {
    return this.#push({ id, text, outgoing: true, at: Date.now(), corrected: false, state: 'sent' });
  }

  /** Events of the worker. @returns whether it was one about texts */
  handle(body: WireEvent['body']): boolean {
    switch (body.case) {
      case 'chatMessage':
        this.#take(body.value);
        return true;
      case 'chatReceipt':
        this.#settle(body.value);
        return true;
      case 'peerComposing':
        this.typing = { composing: body.value.composing, text: body.value.text };
        this.#changed();
        return true;
      default:
        return false;
    }
  }

  #take({ messageId: id, outgoing, text, ageMs, corrected }: WireMessage): void {
    if (corrected && this.#change(id, (message) => ({ ...message, text, corrected }))) return;
    this.#push({ id, text, outgoing, at: Date.now() - ageMs, corrected, state: outgoing ? 'sent' : 'received' });
  }

  /** Whoever has read a message has read all before it, but for those that never came. */
  #settle({ messageId, state: told }: ChatReceipt): void {
    const state = STATES[told];
    const index = this.messages.findIndex(({ id }) => id === messageId);
    if (state === undefined || index < 0) return;
    this.messages = this.messages.map((message, at) => {
      const isNews = message.outgoing && ORDER.indexOf(state) > ORDER.indexOf(message.state);
      const isMeant = at === index || (state === 'read' && at < index && message.state !== 'failed');
      return isNews && isMeant ? { ...message, state } : message;
    });
    this.#changed();
  }

  #change(id: string, edit: (message: ChatMessage) => ChatMessage): boolean {
    if (!this.messages.some((message) => message.id === id)) return false;
    this.messages = this.messages.map((message) => (message.id === id ? edit(message) : message));
    this.#changed();
    return true;
  }

  #push(message: ChatMessage): ChatMessage {
    this.messages = [...this.messages, message].slice(-MAX_MESSAGES);
    this.#changed();
    return message;
  }
}
