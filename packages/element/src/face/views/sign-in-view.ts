import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { ViewModel } from '../view-model.js';
import { alertText } from './parts.js';

/** The form by which an agent signs in. */
export function signInView(model: ViewModel): TemplateResult {
  const { strings } = model;
  const { signingIn, failure } = model.session;
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
  return html`<form part="sign-in" class="sign-in" novalidate @submit=${submit}>
    <div>
      <p class="form-title">${strings.signInTitle}</p>
      <p class="form-help">${strings.signInHelp}</p>
    </div>
    ${failure && alertText(strings.errors[failure.code])}
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
        aria-describedby="username-error"
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
        aria-describedby="password-error"
        required
        ?readonly=${signingIn}
      />
      <p class="field-error" id="password-error" hidden>${strings.passwordMissing}</p>
    </div>
    <button part="button submit" class="button primary" type="submit" aria-disabled=${signingIn}>
      ${signingIn ? html`<span class="spinner"></span>${strings.signingIn}` : strings.signIn}
    </button>
  </form>`;
}

function isEmpty(input: HTMLInputElement): boolean {
  return input.value.trim() === '';
}

function markInvalid(input: HTMLInputElement, invalid: boolean): void {
  input.setAttribute('aria-invalid', String(invalid));
  const message = input.nextElementSibling;
  if (message instanceof HTMLElement) message.hidden = !invalid;
}
