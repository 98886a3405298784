import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ViewModel } from '../view-model.js';
import { alertText } from './parts.js';

/** The form by which an agent signs in. */
export function signInView({ session, strings, actions }: ViewModel): TemplateResult {
  const { signingIn, failure } = session;
  const text = failure === undefined ? undefined : strings.errors[failure.code];
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const address = field(form, 'username');
    const password = field(form, 'password');
    if (address === undefined || password === undefined) return;
    const missing = [address, password].filter((input) => input.value.trim() === '');
    for (const input of [address, password]) markInvalid(input, missing.includes(input));
    const [first] = missing;
    if (first === undefined) actions.signIn(address.value, password.value);
    else first.focus();
  };
  return html`<form part="sign-in" class="sign-in" novalidate @submit=${submit}>
    <div>
      <p class="form-title">${strings.signInTitle}</p>
      <p class="form-help">${strings.signInHelp}</p>
    </div>
    ${text === undefined ? nothing : alertText(text.title, text.advice)}
    <div class="field">
      <label for="username">${strings.address}</label>
      <input
        part="input"
        id="username"
        name="username"
        type="email"
        inputmode="email"
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
    <button
      type="submit"
      part="button submit"
      class="button primary"
      aria-disabled=${signingIn ? 'true' : 'false'}
      @click=${(event: Event) => {
        if (signingIn) event.preventDefault();
      }}
    >
      ${signingIn ? html`<span class="spinner"></span>${strings.signingIn}` : strings.signIn}
    </button>
  </form>`;
}

function field(form: HTMLFormElement, name: string): HTMLInputElement | undefined {
  const input = form.elements.namedItem(name);
  return input instanceof HTMLInputElement ? input : undefined;
}

function markInvalid(input: HTMLInputElement, invalid: boolean): void {
  input.setAttribute('aria-invalid', invalid ? 'true' : 'false');
  const message = input.nextElementSibling;
  if (message instanceof HTMLElement) message.hidden = !invalid;
}
