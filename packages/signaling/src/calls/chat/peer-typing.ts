import { RealTimeText, chatStateOf, parseRtt } from '@xmpp-call/jingle/chat.js';
import type { Element } from '@xmpp-call/jingle';
import { CHAT_MS } from './chat-limits.js';
import type { ChatOwner } from './chat-owner.js';

/** Whether the peer is writing, and what, where it shows that. */
export class PeerTyping {
  readonly #owner: ChatOwner;
  readonly #letters = new RealTimeText();
  #composing = false;
  #told = '';
  #cancel: (() => void) | undefined;

  constructor(owner: ChatOwner) {
    this.#owner = owner;
  }

  /** A message without a text. */
  take(stanza: Element): void {
    const state = chatStateOf(stanza);
    const rtt = this.#owner.context.settings.chat?.realTimeText ? parseRtt(stanza) : undefined;
    if (rtt) this.#letters.take(rtt);
    const isEmpty = (this.#letters.text ?? '') === '';
    // A pause leaves what was written where it is.
    if (state !== undefined) this.#composing = state === 'composing';
    else if (rtt) this.#composing = !isEmpty;
    else return;
    if (state === 'active' || state === 'gone') this.#letters.clear();
    this.#tell();
  }

  /** A text has come. */
  stop(): void {
    this.#composing = false;
    this.#letters.clear();
    this.#tell();
  }

  dispose(): void {
    this.#cancel?.();
  }

  #tell(): void {
    this.#cancel?.();
    this.#cancel = this.#composing
      ? this.#owner.context.environment.after(CHAT_MS.peerPause, () => this.stop())
      : undefined;
    const value = { callId: this.#owner.id, composing: this.#composing, text: this.#letters.text ?? '' };
    const told = JSON.stringify(value);
    if (told === this.#told || (this.#told === '' && !this.#composing && value.text === '')) return;
    this.#told = told;
    this.#owner.tell({ case: 'peerComposing', value });
  }
}
