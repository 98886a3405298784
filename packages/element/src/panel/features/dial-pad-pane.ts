import { html, nothing } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { Tones } from '../tones.js';
import { dialPadStyles } from './dial-pad.styles.js';
import type { FeatureContext, Pane } from './feature.js';

export const styles: readonly CSSResult[] = [dialPadStyles];

/** With the letters of ITU-T E.161, by which people know some numbers. */
const KEYS = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const;
const KEY = /^[0-9*#]$/;
/** Characters of what was sent that are shown. */
const SHOWN = 32;

/** Keys, and a field to type or paste into. What was sent is kept while the pane is open, and nowhere else. */
class DialPadPane implements Pane {
  readonly #tones = new Tones();
  readonly #listening = new AbortController();
  #sent = '';
  #failed = false;

  constructor(private readonly context: () => FeatureContext) {
    // The field has its own events; from everywhere else in the pane digits are keys.
    const onKeyDown = (event: Event): void => {
      this.#onKeyDown(event as KeyboardEvent);
    };
    context().root?.addEventListener('keydown', onKeyDown, { signal: this.#listening.signal });
  }

  render(): TemplateResult {
    const words = this.context().strings.dialPad;
    return html`<div class="dial-pad">
      <input
        part="sent-keys"
        class="tones"
        type="text"
        inputmode="tel"
        autocomplete="off"
        spellcheck="false"
        dir="ltr"
        aria-label=${words.sent}
        .value=${this.#sent}
        @beforeinput=${this.#onInput}
      />
      ${this.#failed ? html`<p part="error" class="alert" role="alert">${words.failed}</p>` : nothing}
      <div class="keys" role="group" dir="ltr" aria-label=${this.context().strings.dialPad.title}>
        ${KEYS.map(
          ([key, letters]) =>
            html`<button type="button" part="key" class="key" @click=${() => this.#press(key)}>
              <span>${key}</span><span class="letters" aria-hidden="true">${letters}</span>
            </button>`,
        )}
      </div>
    </div>`;
  }

  dispose(): void {
    this.#listening.abort();
    this.#sent = '';
  }

  #press(key: string): void {
    const { silent = false } = (this.context().root?.host ?? {}) as { silent?: boolean };
    if (!silent) this.#tones.playDigit(key);
    this.#send(key);
  }

  #onKeyDown({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): void {
    const isInPane = target instanceof Element && target.closest('.pane') !== null && !target.matches('input');
    if (isInPane && KEY.test(key) && !ctrlKey && !metaKey && !altKey) this.#press(key);
  }

  /** What is typed or pasted is sent; nothing that was sent can be taken back. */
  readonly #onInput = (event: InputEvent): void => {
    event.preventDefault();
    const text = event.data ?? event.dataTransfer?.getData('text') ?? '';
    if (KEY.test(text)) this.#press(text);
    else if (text !== '') this.#send(text);
  };

  #send(tones: string): void {
    const { call, requestUpdate } = this.context();
    call.sendTones(tones).then(
      () => {
        this.#failed = false;
        this.#sent = (this.#sent + tones.trim()).slice(-SHOWN);
        requestUpdate();
      },
      () => {
        this.#failed = true;
        requestUpdate();
      },
    );
  }
}

export function createPane(context: () => FeatureContext): Pane {
  return new DialPadPane(context);
}
