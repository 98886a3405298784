import type { Call } from '@xmpp-call/client';
import { html, nothing } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { addressOf, isolated } from '../address.js';
import { textButton } from '../views/parts.js';
import { nameOf } from '../view-model.js';
import type { FeatureContext, Pane } from './feature.js';
import { transferStyles } from './transfer.styles.js';

export const styles: readonly CSSResult[] = [transferStyles];

/** An address to pass the call on to, or another call to connect it with. */
class TransferPane implements Pane {
  #to = '';
  #waits = false;
  #failure: string | undefined;

  constructor(private readonly context: () => FeatureContext) {}

  render(): TemplateResult {
    const { strings, model } = this.context();
    const words = strings.transfer;
    return html`<form
      class="transfer"
      @submit=${(event: Event) => {
        event.preventDefault();
        this.#transfer((call) => call.transfer(this.#to.trim()));
      }}
    >
      <label class="transfer-field">
        <span>${words.address}</span>
        <input
          part="input transfer-to"
          type="text"
          inputmode="email"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          dir="ltr"
          required
          ?disabled=${this.#waits}
          .value=${this.#to}
          @input=${(event: Event) => {
            this.#to = (event.currentTarget as HTMLInputElement).value;
          }}
        />
      </label>
      ${
        this.#failure === undefined
          ? nothing
          : html`<p part="error" class="alert" role="alert">${this.#failure} ${words.goesOn}</p>`
      }
      ${
        this.#waits
          ? html`<p part="note" role="status">${words.waiting(isolated(model.name))}</p>`
          : html`<button type="submit" part="button transfer-now" class="button primary">${words.now}</button>
              ${this.#others.map((other) => this.#connect(other))}`
      }
    </form>`;
  }

  get #others(): readonly Call[] {
    const { call, model } = this.context();
    return (model.session.client?.calls ?? []).filter((one) => one !== call && one.state === 'active');
  }

  #connect(other: Call): TemplateResult {
    const { strings, model } = this.context();
    return textButton({
      part: 'connect',
      label: strings.transfer.connect(isolated(nameOf(other.peer, model.strings))),
      tone: 'secondary',
      onClick: () => this.#transfer((call) => call.transferTo(other)),
    });
  }

  #transfer(start: (call: Call) => Promise<void>): void {
    if (this.#waits || (this.#to.trim() === '' && this.#others.length === 0)) return;
    const { call, strings, model, requestUpdate } = this.context();
    const words = strings.transfer;
    const name = isolated(model.name);
    this.#waits = true;
    this.#failure = undefined;
    requestUpdate();
    start(call)
      .catch((error: unknown) => {
        const { code } = error as { code?: string };
        this.#failure =
          code === 'declined'
            ? words.declined(name)
            : code === 'invalid-address'
              ? words.badAddress(addressOf(this.#to))
              : words.failed;
      })
      .finally(() => {
        this.#waits = false;
        requestUpdate();
      });
  }
}

export function createPane(context: () => FeatureContext): Pane {
  return new TransferPane(context);
}
