import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { errorText } from '../error-text.js';
import type { ViewModel } from '../view-model.js';
import { alertText } from './parts.js';

/** The form by which an agent signs in. */
export function signInView(model: ViewModel): TemplateResult {
  const { strings } = model;
  const { signingIn, failure } = model.session;
  /** Neither field is told apart: that would tell a guesser which addresses exist. */
  const refused = failure?.code === 'auth-failed';
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (signingIn) return;
    const inputs = [...(event.currentTarget as HTMLFormElement).querySelectorAll('input')];
    for (const input of inputs) markInvalid(input, isEmpty(input));
    const missing = inputs.find(isEmpty);
    const [address = '', password = ''] = inputs.map(({ value }) => value);
    if (missing) missing.focus();
    // The session shows and reports its failure itself.
    else model.signIn(address, password).catch(() => undefined);
  };
  return html`<form
    part="sign-in"
    class="sign-in"
    novalidate
    @submit=${submit}
    @input=${onInput}
    @keydown=${keepTyping}
    @keypress=${keepTyping}
    @keyup=${keepTyping}
  >
    <div>
      <p class="form-title">${strings.signInTitle}</p>
      <p class="form-help">${strings.signInHelp}</p>
    </div>
    ${failure && alertText(errorText(failure, strings))}
    <div class="field">
      <label for="username">${strings.address}</label>
      <input
        part="input"
        id="username"
        name="username"
        type="email"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        dir="ltr"
        placeholder=${strings.addressHint}
        aria-invalid=${refused}
        required
        ?readonly=${signingIn}
      />
      <p class="field-error" id="username-error" hidden>${strings.addressMissing}</p>
    </div>
    <div class="field">
      <label for="password">${strings.password}</label>
      <input
        part="input"
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        aria-invalid=${refused}
        required
        ?readonly=${signingIn}
      />
      <p class="field-error" id="password-error" hidden>${strings.passwordMissing}</p>
    </div>
    <button part="button submit" class="button primary" type="submit" aria-disabled=${signingIn}>
      ${signingIn ? html`<span class="spinner"></span>` : nothing}<span
        >${signingIn ? strings.signingIn : strings.signIn}</span
      >
    </button>
  </form>`;
}

function isEmpty(input: HTMLInputElement): boolean {
  return input.value.trim() === '';
}

/** A message that is hidden would still be read if the field named it. */
function markInvalid(input: HTMLInputElement, invalid: boolean): void {
  input.setAttribute('aria-invalid', String(invalid));
  const message = `${input.id}-error`;
  if (invalid) input.setAttribute('aria-describedby', message);
  else input.removeAttribute('aria-describedby');
  const next = input.nextElementSibling as HTMLElement | null;
  if (next?.id === message) next.hidden = !invalid;
}

/** What was wrong is not any more once it is being changed. */
function onInput({ target }: Event): void {
  const input = target as HTMLInputElement;
  if (!isEmpty(input)) markInvalid(input, false);
}

/**
 * What is typed is for the field alone: out here events seem to come from the element, which pages do not know as a field, and
 * their shortcuts would answer. Escape and Tab are nobody's text.
 */
function keepTyping(event: KeyboardEvent): void {
  if ((event.target as Element).localName !== 'input' || event.key === 'Escape' || event.key === 'Tab') return;
  event.stopPropagation();
}
