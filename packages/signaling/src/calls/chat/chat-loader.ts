import type { IncomingMessage } from '../../stanza-stream.js';
import type { CallValues } from '../call-commands.js';
import { invalidState } from '../command-error.js';
import type { Chat } from './chat.js';
import { MAX_LENGTH, MAX_WAITING } from './chat-limits.js';
import type { ChatOwner } from './chat-owner.js';

/** The texts of a call. Their code loads with the first one of either side. */
export class ChatLoader {
  readonly #owner: ChatOwner;
  /** ms since the epoch; what was written before belongs to no call. */
  readonly #since: number;
  #loading: Promise<void> | undefined;
  #chat: Chat | undefined;
  #waiting: ((chat: Chat) => void)[] = [];
  #ended = false;

  constructor(owner: ChatOwner) {
    this.#owner = owner;
    this.#since = owner.context.environment.now();
  }

  /** Resolves when nothing waits for the code any more. */
  get settled(): Promise<void> {
    return this.#loading ?? Promise.resolve();
  }

  /** A message from or to the peer that is none of the call's own. */
  take(message: IncomingMessage): void {
    if (this.#owner.context.settings.chat === undefined) return;
    // An error can only be about what was sent.
    if (this.#loading || !message.isError) this.#with((chat) => chat.take(message));
  }

  /** @throws CommandError */
  send({ messageId, text }: Pick<CallValues['sendMessage'], 'messageId' | 'text'>): void {
    this.#check();
    if (text.trim() === '' || text.length > MAX_LENGTH) throw invalidState('no text, or too long');
    if (!/^[\x21-\x7e]{1,128}$/.test(messageId)) throw invalidState('a message needs an id');
    this.#with((chat) => chat.send(messageId, text));
  }

  /** @throws CommandError */
  setComposing({ composing, text }: Pick<CallValues['setComposing'], 'composing' | 'text'>): void {
    this.#check();
    this.#with((chat) => chat.setComposing(composing, text));
  }

  dispose(): void {
    this.#ended = true;
    this.#waiting = [];
    this.#chat?.dispose();
  }

  #check(): void {
    if (this.#owner.context.settings.chat === undefined) throw invalidState('texts are not wanted');
  }

  #with(task: (chat: Chat) => void): void {
    if (this.#ended) return;
    if (this.#chat) this.#run(task, this.#chat);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(task);
    this.#loading ??= this.#load();
  }

  async #load(): Promise<void> {
    try {
      const { Chat } = await import('./chat.js');
      if (this.#ended) return;
      const chat = (this.#chat = new Chat(this.#owner, this.#since));
      for (const task of this.#waiting.splice(0)) this.#run(task, chat);
    } catch (error) {
      this.#loading = undefined;
      this.#log('the code for texts did not load', error);
    }
  }

  /** A fault in a text ends no call. */
  #run(task: (chat: Chat) => void, chat: Chat): void {
    try {
      task(chat);
    } catch (error) {
      this.#log('fault in a text', error);
    }
  }

  #log(message: string, error: unknown): void {
    this.#owner.context.environment.log('error', message, { call: this.#owner.id, error: String(error) });
  }
}
