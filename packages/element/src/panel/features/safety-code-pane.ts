import type { SafetyCode, SafetyCodeStatus } from '@xmpp-call/client';
import { html } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import type { SafetyCodeStrings } from '../../locales/features/feature-strings.js';
import { isolated } from '../address.js';
import { icons } from '../icons.js';
import { textButton } from '../views/parts.js';
import type { FeatureContext, Pane } from './feature.js';
import { safetyCodeStyles } from './safety-code.styles.js';

export const styles: readonly CSSResult[] = [safetyCodeStyles];

/** Asks for the code when it is opened, and shows it in one of two ways. */
class SafetyCodePane implements Pane {
  #asEmoji = false;

  constructor(private readonly context: () => FeatureContext) {
    this.#ask();
  }

  render(): TemplateResult {
    const { call, strings } = this.context();
    return html`<div class="safety">${this.#body(call.safetyCode, strings.safetyCode)}</div>`;
  }

  #body(status: SafetyCodeStatus, words: SafetyCodeStrings): TemplateResult {
    switch (status.phase) {
      case 'unavailable':
      case 'available':
      case 'waiting':
        return html`<p role="status">${words.waiting}</p>`;
      case 'unanswered':
        return html`<p role="status">${words.unanswered}</p>
          ${textButton({ part: 'ask-again', label: words.retry, tone: 'secondary', onClick: () => this.#ask() })}`;
      case 'failed': {
        const text = status.failure === 'codes-differ' ? words.differed : words.failed;
        return html`<p part="error" class="alert" role="alert">${icons.alert}<span>${text}</span></p>`;
      }
      case 'confirmed':
        return html`${this.#code(status.code)}
          <p class="safety-matched" role="status">${icons.done}<span>${words.matched}</span></p>
          ${this.#ways(words)}`;
      case 'comparing':
        return html`<p>${words.help(isolated(this.context().model.name))}</p>
          ${this.#code(status.code)} ${this.#answers(words)} ${this.#ways(words)}`;
    }
  }

  #code(code: SafetyCode): TemplateResult {
    return this.#asEmoji ? this.#emoji(code) : wordList(code);
  }

  /** Below the answers: a short panel has to be scrolled for what comes last. */
  #ways(words: SafetyCodeStrings): TemplateResult {
    return html`<div class="safety-ways" role="group">
      ${this.#way({ part: 'show-words', label: words.asWords, asEmoji: false })}
      ${this.#way({ part: 'show-emoji', label: words.asEmoji, asEmoji: true })}
    </div>`;
  }

  #way({ part, label, asEmoji }: { part: string; label: string; asEmoji: boolean }): TemplateResult {
    return html`<button
      type="button"
      part="button ${part}"
      class="button ${this.#asEmoji === asEmoji ? 'secondary' : 'quiet'}"
      aria-pressed=${this.#asEmoji === asEmoji}
      @click=${() => {
        this.#asEmoji = asEmoji;
        this.context().requestUpdate();
      }}
    >
      <span>${label}</span>
    </button>`;
  }

  #emoji({ emoji }: SafetyCode): TemplateResult {
    const language = this.context().model.language.startsWith('de') ? 'de' : 'en';
    return html`<ol part="safety-emoji" class="safety-emoji" lang=${language}>
      ${emoji.map((one) => html`<li><span aria-hidden="true">${one.emoji}</span><span>${one.names[language]}</span></li>`)}
    </ol>`;
  }

  #answers(words: SafetyCodeStrings): TemplateResult {
    const { call } = this.context();
    return html`<div class="safety-answers">
      ${textButton({ part: 'codes-match', label: words.match, onClick: () => call.confirmSafety(true) })}
      ${textButton({
        part: 'codes-differ',
        label: words.differ,
        tone: 'secondary',
        onClick: () => call.confirmSafety(false),
      })}
    </div>`;
  }

  #ask(): void {
    // The status says how it went.
    this.context()
      .call.verifySafety()
      .catch(() => undefined);
  }
}

/** The words are part of the protocol and are not translated. */
function wordList({ words }: SafetyCode): TemplateResult {
  return html`<ol part="safety-words" class="safety-words" lang="en" dir="ltr">
    ${words.map((word) => html`<li>${word}</li>`)}
  </ol>`;
}

export function createPane(context: () => FeatureContext): Pane {
  return new SafetyCodePane(context);
}
