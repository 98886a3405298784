import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ErrorText } from '../../locales/strings.js';
import { icons } from '../icons.js';
import type { ViewModel } from '../view-model.js';

/** The id of the button that takes the focus when a call comes in. */
export const ANSWER_ID = 'answer';
/** With what combines with it. */
const FIRST_LETTER = /[\p{L}\p{N}]\p{M}*/u;

/** The round picture of the other side: the integrator's, or the first letter of the name. */
export function avatar(name: string, waiting: boolean): TemplateResult {
  const initial = FIRST_LETTER.exec(name)?.[0].toLocaleUpperCase();
  return html`<div part="avatar" class="avatar ${waiting ? 'waiting' : ''}" aria-hidden="true">
    <slot name="avatar">${initial ?? icons.call}</slot>
  </div>`;
}

/** Name of the other side, or its address, apart from the direction of the text around. */
export function nameText({ name, named }: ViewModel): TemplateResult {
  return named ? html`<bdi>${name}</bdi>` : html`<bdi dir="ltr">${name}</bdi>`;
}

/** A failure with what to do about it, announced at once. */
export function alertText({ title, advice }: ErrorText): TemplateResult {
  return html`<div part="error" class="alert" role="alert">
    ${icons.alert}
    <div>
      <p class="alert-title">${title}</p>
      <p class="alert-advice">${advice}</p>
    </div>
  </div>`;
}

interface Button {
  readonly part: string;
  readonly label: string;
  readonly onClick: () => void;
}

export interface IconButton extends Button {
  readonly icon: TemplateResult;
}

/** A small button that shows an icon only. */
export function iconButton({ part, label, icon, onClick }: IconButton): TemplateResult {
  return html`<button
    type="button"
    part=${part}
    class="icon-button"
    aria-label=${label}
    title=${label}
    @click=${onClick}
  >
    ${icon}
  </button>`;
}

export interface TextButton extends Button {
  readonly icon?: TemplateResult;
  readonly tone?: 'primary' | 'secondary' | 'quiet';
}

/** A button with a text in it. */
export function textButton({ part, label, icon, onClick, tone = 'primary' }: TextButton): TemplateResult {
  return html`<button type="button" part="button ${part}" class="button ${tone}" @click=${onClick}>
    ${icon}<span>${label}</span>
  </button>`;
}

export interface RoundButton extends IconButton {
  readonly tone?: 'negative' | 'positive';
  /** For a toggle, whether it is on; its label says the same in both states. */
  readonly pressed?: boolean;
  /** For what opens a menu, whether it is open. */
  readonly expanded?: boolean;
  /** Keeps the focus, but does nothing. */
  readonly disabled?: boolean;
  readonly id?: string;
}

/** A round control with its label below. */
export function roundButton({
  part,
  label,
  icon,
  onClick,
  tone,
  pressed,
  expanded,
  disabled,
  id,
}: RoundButton): TemplateResult {
  return html`<button
    type="button"
    id=${id ?? nothing}
    part="control ${part}"
    class="round ${tone ?? ''}"
    aria-pressed=${pressed ?? nothing}
    aria-haspopup=${expanded === undefined ? nothing : 'menu'}
    aria-expanded=${expanded ?? nothing}
    aria-disabled=${disabled ? 'true' : nothing}
    @click=${disabled ? nothing : onClick}
  >
    <span class="disc">${icon}</span>
    <span class="round-label">${label}</span>
  </button>`;
}
