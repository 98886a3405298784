import { NS, buildReceiptRequest, el } from '@xmpp-call/jingle';
import {
  buildBody,
  buildChatState,
  buildHint,
  buildMarkable,
  buildOriginId,
  buildRtt,
  cutText,
  rttBetween,
} from '@xmpp-call/jingle/chat.js';
import type { Element } from '@xmpp-call/jingle';
import type { ChatState } from '@xmpp-call/jingle/chat.js';
import { CHAT_MS } from './chat-limits.js';
import type { ChatOwner } from './chat-owner.js';

/** What this side writes: texts, chat states, and letters where both sides want that. */
export class ChatSender {
  readonly #owner: ChatOwner;
  #state: ChatState = 'active';
  #cancelPause: (() => void) | undefined;
  /** Whether the peer's device shows real-time text. */
  #showsLetters = false;
  #cancelLetters: (() => void) | undefined;
  /** In the field, and what the peer was told of it; the latter is undefined before the first element of a message. */
  #draft = '';
  #told: string | undefined;
  #seq = 0;
  #isDisposed = false;

  constructor(owner: ChatOwner) {
    this.#owner = owner;
    if (owner.context.settings.chat?.realTimeText) void this.#learn();
  }

  send(id: string, text: string): void {
    this.#draft = '';
    this.#told = undefined;
    this.#stopTimers();
    this.#state = 'active';
    const stanza = this.#message(id, [
      buildBody(text),
      buildChatState('active'),
      buildReceiptRequest(),
      buildMarkable(),
      buildOriginId(id),
    ]);
    // The peer's client knows the id when it comes again.
    this.#owner.context.stream.send(stanza, { repeat: true });
  }

  setComposing(composing: boolean, text: string): void {
    this.#cancelPause?.();
    this.#cancelPause = undefined;
    if (composing) {
      this.#change('composing');
      this.#cancelPause = this.#owner.context.environment.after(CHAT_MS.pause, () => this.#change('paused'));
    } else {
      this.#change('active');
    }
    this.#draft = composing ? cutText(text) : '';
    if (this.#showsLetters) this.#sendLettersLater();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#stopTimers();
  }

  async #learn(): Promise<void> {
    const { device, context } = this.#owner;
    if (device === undefined) return;
    try {
      const { features } = await context.stream.discoInfo(device);
      this.#showsLetters = features.includes(NS.realTimeText);
      if (this.#showsLetters && this.#draft !== '' && !this.#isDisposed) this.#sendLettersLater();
    } catch (error) {
      context.environment.log('debug', 'no features of the peer', { error: String(error) });
    }
  }

  #change(state: ChatState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#sendSign(buildChatState(state));
  }

  #sendLettersLater(): void {
    this.#cancelLetters ??= this.#owner.context.environment.after(CHAT_MS.realTime, () => {
      this.#cancelLetters = undefined;
      this.#sendLetters();
    });
  }

  #sendLetters(): void {
    const before = this.#told;
    const now = this.#draft;
    if (now === (before ?? '')) return;
    this.#told = now;
    const event = before === undefined ? 'new' : 'edit';
    this.#sendSign(buildRtt({ seq: this.#seq++, event, actions: rttBetween(before ?? '', now) }));
  }

  #sendSign(sign: Element): void {
    this.#owner.context.stream.send(this.#message(undefined, [sign, buildHint('no-store')]));
  }

  /** To the device of the call: its server gives the account's other devices their copies, and all of them without it. */
  #message(id: string | undefined, children: readonly Element[]): Element {
    const { device, peer } = this.#owner;
    return el('message', { type: 'chat', to: device ?? peer, id }, children);
  }

  #stopTimers(): void {
    this.#cancelPause?.();
    this.#cancelLetters?.();
    this.#cancelPause = this.#cancelLetters = undefined;
  }
}
