import type { ChatMessage } from '@xmpp-call/client';
import { html, nothing } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import type { ChatStrings } from '../../locales/features/feature-strings.js';
import { isolated } from '../address.js';
import { markSeen } from '../chat-seen.js';
import { icon } from '../../icon.js';
import { iconButton } from '../views/parts.js';
import { chatStyles } from './chat.styles.js';
import type { FeatureContext, Pane } from './feature.js';
import { linkedText } from './linked-text.js';

export const styles: readonly CSSResult[] = [chatStyles];

const SEND = icon('M4.5 12 20 4.8 16.5 19.5 11 14Zm6.5 2L20 4.8');
/** Characters of a field; a text of the protocol has 10 000 code points. */
const MAX_LENGTH = 10_000;

/** What stands in the field of a call whose pane was closed. */
const drafts = new WeakMap<object, string>();

/** The texts of a call, and a field to write one. */
class ChatPane implements Pane {
  readonly focus = '.chat-field';
  #hasFailed = false;

  constructor(private readonly context: () => FeatureContext) {}

  render(): TemplateResult {
    const { call, model, strings } = this.context();
    const words = strings.chat;
    markSeen(call);
    const { composing, text } = call.peerTyping;
    return html`<div class="chat">
      <div class="chat-scroll" tabindex="0" role="group" aria-label=${words.title}>
        <div class="chat-list">
          <div role="log" aria-label=${words.title}>
            <ol part="messages" class="messages">
              ${call.messages.map((message) => this.#message(message, words))}
            </ol>
          </div>
          ${composing && text !== '' ? html`<p part="typing" class="message-text typing" dir="auto">${text}</p>` : nothing}
          <p class="chat-note" role="status">
            ${this.#hasFailed ? words.notSent : composing ? words.typing(isolated(model.name)) : ''}
          </p>
          ${call.messages.length === 0 ? html`<p class="chat-note">${words.empty(isolated(model.name))}</p>` : nothing}
        </div>
      </div>
      <form class="chat-form" @submit=${this.#onSubmit}>
        <textarea
          part="input message-field"
          class="chat-field"
          rows="1"
          dir="auto"
          maxlength=${MAX_LENGTH}
          aria-label=${words.field}
          placeholder=${words.field}
          .defaultValue=${drafts.get(call) ?? ''}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
        ></textarea>
        ${iconButton({ part: 'send', label: words.send, icon: SEND, onClick: () => void this.#send() })}
      </form>
    </div>`;
  }

  dispose(): void {
    this.context().call.setComposing(false);
  }

  #message({ text, outgoing, at, corrected, state }: ChatMessage, words: ChatStrings): TemplateResult {
    const time = new Intl.DateTimeFormat(this.context().model.language, { timeStyle: 'short' }).format(at);
    const notes = [time, corrected ? words.edited : '', state === 'received' ? '' : words.states[state]];
    return html`<li part="message" class="message ${outgoing ? 'own' : ''} ${state === 'failed' ? 'failed' : ''}">
      <span class="visually-hidden">${outgoing ? words.you : this.context().model.name}: </span>
      <p class="message-text" dir="auto">${linkedText(text)}</p>
      <p class="chat-note">${notes.filter(Boolean).join(' · ')}</p>
    </li>`;
  }

  get #field(): HTMLTextAreaElement | null | undefined {
    return this.context().root?.querySelector<HTMLTextAreaElement>('.chat-field');
  }

  readonly #onInput = (event: Event): void => {
    const { value } = event.currentTarget as HTMLTextAreaElement;
    const { call } = this.context();
    drafts.set(call, value);
    call.setComposing(value !== '', value);
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void this.#send();
  };

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    void this.#send();
  };

  async #send(): Promise<void> {
    const field = this.#field;
    const { call, requestUpdate } = this.context();
    const text = field?.value ?? '';
    if (!field || text.trim() === '') return;
    field.value = '';
    drafts.delete(call);
    field.focus();
    try {
      await call.sendMessage(text);
      this.#hasFailed = false;
    } catch {
      // It is not lost: it stands in the field again, unless something else does.
      this.#hasFailed = true;
      field.value ||= text;
      drafts.set(call, field.value);
    }
    requestUpdate();
  }
}

export function createPane(context: () => FeatureContext): Pane {
  return new ChatPane(context);
}
